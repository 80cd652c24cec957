import type { LimitInForce } from '../limits-for.js';
import { formatDuration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import type { ExplainedSession, ExplainedStep } from './explain-command.js';
import { countText, instantText, lengthText } from './report-text.js';
import type { Paint } from './terminal.js';

/** How many of the last steps of a session are shown. */
const LAST = 3;

/** A visitor's sessions, as a person likes to read them. */
export function explainLines(sessions: readonly ExplainedSession[], isAll: boolean, paint: Paint): string {
  return `\n${sessions.map((one, index) => sessionLines(one, index + 1, isAll, paint)).join('\n')}\n`;
}

function sessionLines({ start, end, steps }: ExplainedSession, number: number, isAll: boolean, paint: Paint): string {
  const { ended } = end;
  const length = ended === null ? '' : ` after ${lengthText(ended.since - start.createdAt)}`;
  const outcome = ended === null ? 'goes on' : `ended by ${paint.bold(ended.code)}${length}`;
  const head = `  ${paint.bold(`session ${number}`)}  ${instantText(start.createdAt)}  ${outcome}`;
  const shown = isAll ? steps : steps.slice(-LAST);
  const left = steps.length - shown.length;
  const more = left === 0 ? [] : [paint.dim(`    ${countText(left, 'request', 'requests')} before (--all shows them)`)];
  return `${[head, ...more, ...shown.map((step) => stepLines(step, paint))].join('\n')}\n`;
}

function stepLines({ line, event, explanation }: ExplainedStep, paint: Paint): string {
  const { effect, sentence, limits } = explanation;
  const colour = effect === 'permit' ? paint.cyan : effect === 'challenge' ? paint.yellow : paint.red;
  const activity = event.type === 'access' ? event.activity : event.type;
  const head = `    ${colour(effect.padEnd(13))} ${instantText(event.at)}  ${activity}  ${paint.dim(`line ${line}`)}`;
  const inForce =
    limits === null ? [] : [limitLine('idle', limits.idleTimeout), limitLine('absolute', limits.absoluteTimeout)];
  const rest = effect === 'permit' ? [] : inForce.map((text) => `\n                  ${paint.dim(text)}`);
  return `${head}\n                  ${sentence}${rest.join('')}`;
}

function limitLine(name: string, { value, source }: LimitInForce): string {
  return `${name} limit: ${value === NEVER ? 'none' : formatDuration(value)}, by ${source}`;
}
