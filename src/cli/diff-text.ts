import { markdownTable, plainText } from '../compliance/markdown.js';
import type { Comparison, LooseningExample, PolicyChange, Relation } from '../policy/compare/comparison.js';
import { formatDuration } from '../time/duration.js';
import { shownText } from './report-text.js';
import type { Paint } from './terminal.js';

const HEADLINES: Readonly<Record<Relation, string>> = {
  equal: 'the same: every session is answered as before',
  tighter: 'tighter: nobody is let in who was not before',
  looser: 'looser: somebody is let in who was not before',
  incomparable: 'neither tighter nor looser: milder here and stricter there, or not to be told',
};

/** A comparison, as a person likes to read it. */
export function comparisonLines({ relation, changes }: Comparison, paint: Paint): string {
  const headline = markOf(relation, paint)(HEADLINES[relation]);
  const lines = changes.map((change) => `${changeLines(change, paint)}\n`);
  return `\n  ${headline}\n\n${lines.join('')}`;
}

function changeLines({ path, relation, sentence, example }: PolicyChange, paint: Paint): string {
  const mark = markOf(relation, paint)(relation.padEnd(12));
  const shown = example === null ? '' : exampleLines(example, paint);
  return `  ${mark} ${sentence}\n  ${' '.repeat(12)} ${paint.dim(path)}\n${shown}`;
}

function exampleLines(example: LooseningExample, paint: Paint): string {
  return exampleSteps(example, paint.bold)
    .map((line) => `               ${paint.dim(line)}\n`)
    .join('');
}

function exampleSteps(example: LooseningExample, marked: (text: string) => string): readonly string[] {
  const { login, events, attributes, before, after } = example;
  const who = Object.keys(attributes).length === 0 ? '' : ` with ${JSON.stringify(attributes)}`;
  const level = login.assuranceLevel === undefined ? '' : ` at ${login.assuranceLevel}`;
  const lines = events.map((event, index) => {
    const { type, at, ...rest } = event;
    const stated = Object.entries(rest).map(
      ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    const outcome = index === events.length - 1 ? `  ${marked(`${before.effect} → ${after.effect}`)}` : '';
    return `${formatDuration(at).padStart(9)}  ${type === 'access' ? 'request' : type} ${stated.join(', ')}${outcome}`;
  });
  const refusal = before.reasons.length === 0 ? '' : ` (before: ${before.reasons.join(', ')})`;
  return [`for example:${refusal}`, `       0s  login${level}${who}`, ...lines];
}

/** A comparison for a comment on a pull request. */
export function comparisonMarkdown({ relation, changes }: Comparison): string {
  const rows = changes.map((change) => [change.relation, plainText(change.sentence), plainText(change.path)]);
  const table = rows.length === 0 ? [] : [markdownTable(['', 'change', 'at'], rows)];
  const examples = changes.flatMap(({ example }) => {
    const steps = example === null ? [] : exampleSteps(example, (text) => text);
    return steps.length === 0 ? [] : [`\`\`\`text\n${steps.map((line) => shownText(line)).join('\n')}\n\`\`\``];
  });
  return `${[HEADLINES[relation], ...table, ...examples].join('\n\n')}\n`;
}

function markOf(relation: Relation, paint: Paint): (text: string) => string {
  if (relation === 'looser') return paint.red;
  if (relation === 'incomparable') return paint.yellow;
  return relation === 'tighter' ? paint.cyan : paint.dim;
}
