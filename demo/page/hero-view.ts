/// <reference lib="dom" />
import { formatDuration } from 'curfew';
import type { LimitFact, SessionFacts } from '../shared.js';
import { byId, make, say } from './dom.js';
import type { Timeline } from './timeline.js';
import { drawTimeline, wordsOf } from './timeline-view.js';
import { clockText, spoken } from './words.js';

type Level = 'calm' | 'warning' | 'over';

/** Shows the session: both limits running down, the last proof, and what the next background request would be told. */
export function showSession(session: SessionFacts | null, timeline: Timeline | null, now: number): void {
  drawTimeline(byId('timeline'), timeline);
  showWords(timeline);
  say(byId('verdict'), session === null ? 'Nobody is signed in.' : session.sentence);
  if (session === null) showNothing();
  else showFigures(session, now);
}

function showFigures(session: SessionFacts, now: number): void {
  showLimit('idle', session.idle, session, now);
  showLimit('absolute', session.absolute, session, now);
  say(byId('proof-level'), session.assuranceLevel);
  say(byId('proof-note'), `${spoken((session.ended?.since ?? now) - session.authenticatedAt)} ago`);
}

function showLimit(name: 'idle' | 'absolute', deadline: number | null, session: SessionFacts, now: number): void {
  const code = `${name}_timeout`;
  const { ended, boundBy, warnAt, limits } = session;
  const isOver = ended === null ? deadline !== null && now >= deadline : ended.code === code;
  const isWarned = ended === null && boundBy === code && warnAt !== null && now >= warnAt;
  const left = deadline === null ? 'none' : clockText(deadline - (ended?.since ?? now));
  figure(
    name,
    isOver ? '0:00' : left,
    isOver ? 'over' : isWarned ? 'warning' : 'calm',
    noteOf(limits, `${name}Timeout`),
  );
}

function showNothing(): void {
  figure('idle', '–', 'calm', '');
  figure('absolute', '–', 'calm', '');
  say(byId('proof-level'), '–');
  say(byId('proof-note'), '');
}

function noteOf(limits: readonly LimitFact[], name: string): string {
  const limit = limits.find((one) => one.name === name);
  if (limit === undefined || limit.value === null) return '';
  return `of ${formatDuration(limit.value)}, set by ${limit.source}`;
}

function figure(name: 'idle' | 'absolute', text: string, level: Level, note: string): void {
  byId(`${name}-figure`).dataset['level'] = level;
  say(byId(`${name}-left`), text);
  say(byId(`${name}-note`), note);
}

/** Rewritten only while somebody reads it, and not under their eyes every moment. */
function showWords(timeline: Timeline | null): void {
  const list = byId('timeline-words');
  if (!(list.closest('details')?.open ?? false)) return;
  const words = wordsOf(timeline);
  if (list.childElementCount !== words.length || list.lastElementChild?.textContent !== words.at(-1)) {
    list.replaceChildren(...words.map((word) => make('li', {}, word)));
  }
}
