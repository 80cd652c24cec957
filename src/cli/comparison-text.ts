import type { ReplayComparison } from '../replay/compare/compare.js';
import type { Difference, DifferenceExample } from '../replay/compare/difference.js';
import type { ReplaySummary } from '../replay/summary.js';
import type { Duration } from '../time/duration.js';
import { productionText } from './production-text.js';
import { heading, malformed } from './report.js';
import { figures, listText, table } from './report-table.js';
import { countText, instantText, lengthText, numberText, shownText } from './report-text.js';
import type { Paint } from './terminal.js';

/** Two policies over one log, as a person likes to read it. */
export function comparisonText(
  comparison: ReplayComparison,
  [name, other]: readonly [string, string],
  source: string,
  paint: Paint,
): string {
  const { policy, against, cutOff, letThrough } = comparison;
  const parts = [
    `${heading(policy, source, paint)}\n  ${paint.dim(`against ${other}, over the same lines`)}`,
    sideBySide(name, policy, other, against, paint),
    differenceText(`cut off by ${name}, not by ${other}`, cutOff, paint),
    differenceText(`let through by ${name}, not by ${other}`, letThrough, paint),
    productionText(policy, paint),
    malformed(policy, paint),
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}\n\n`;
}

function sideBySide(name: string, one: ReplaySummary, other: string, two: ReplaySummary, paint: Paint): string {
  const codes = [...new Set([...Object.keys(two.ended), ...Object.keys(one.ended)])];
  const counts: [string, (summary: ReplaySummary) => number][] = [
    ['sessions', ({ sessions }) => sessions],
    ...codes.map((code): [string, (summary: ReplaySummary) => number] => [
      `  ${code}`,
      ({ ended }) => ended[code] ?? 0,
    ]),
    ['  still open', ({ open }) => open],
    ['unattended sessions', ({ unattended }) => unattended],
    ['drop-offs', ({ dropOffs }) => dropOffs],
    ['unattended minutes', ({ unattendedTime }) => minutes(unattendedTime)],
  ];
  const rows = counts.map(([label, of]) => [
    label,
    numberText(of(two)),
    numberText(of(one)),
    changeText(of(one) - of(two)),
  ]);
  return table(['', short(other), short(name), 'change'], rows, ['left', 'right', 'right', 'right'], paint);
}

function minutes(duration: Duration): number {
  return Math.round(duration / 60_000);
}

function changeText(change: number): string {
  if (change === 0) return '-';
  return `${change > 0 ? '+' : '-'}${numberText(Math.abs(change))}`;
}

/** A name that leaves room for two columns. */
function short(name: string): string {
  return name.length > 20 ? `${name.slice(0, 19)}…` : name;
}

function differenceText(title: string, difference: Difference, paint: Paint): string {
  const { requests, background, sessions, visitors, people, codes, examples } = difference;
  if (requests === 0) return `  ${paint.bold(title)}: nothing`;
  const rows: [string, number, string][] = [
    ['requests', requests, listText(codes)],
    ['  in the background', background, ''],
    ['sessions', sessions, ''],
    ['visitors', visitors, `${numberText(people)} of them as a person`],
  ];
  const rest = visitors - examples.length;
  const more = rest > 0 ? `\n  ${paint.dim(`and ${countText(rest, 'more visitor', 'more visitors')}`)}` : '';
  const shown = examples.map((example) => exampleText(example, paint)).join('\n');
  return `  ${paint.bold(title)}\n${figures(rows, requests, paint)}\n${shown}${more}`;
}

function exampleText({ line, visitor, at, activity, code, pause }: DifferenceExample, paint: Paint): string {
  const name = shownText(visitor);
  const who = activity === 'background' ? `${name} (background)` : name;
  const when = `${instantText(at)}, ${lengthText(pause)} after the request before`;
  return `  ${paint.cyan(`line ${line}`)}: ${who}, ${code}\n    ${paint.dim(when)}`;
}
