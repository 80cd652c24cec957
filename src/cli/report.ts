import type { Spread } from '../replay/percentiles.js';
import type { ReplaySummary } from '../replay/summary.js';
import { productionText } from './production-text.js';
import { figures, listText, table, totalOf } from './report-table.js';
import { barText, countText, instantText, lengthText, malformedText, numberText, shareText } from './report-text.js';
import type { Paint } from './terminal.js';

const BAR_CELLS = 24;

/** The result of a replay, as a person likes to read it. At most 80 columns wide. */
export function reportText(summary: ReplaySummary, source: string, paint: Paint): string {
  const parts = [
    heading(summary, source, paint),
    counts(summary, paint),
    ends(summary, paint),
    spreads(summary, paint),
    returns(summary, paint),
    productionText(summary, paint),
    malformed(summary, paint),
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}\n\n`;
}

/** The name of the policy, of the log, and the time that it covers. */
export function heading({ policy, firstAt, lastAt }: ReplaySummary, source: string, paint: Paint): string {
  const title = `  ${paint.bold(policy.id)} over ${source}`;
  if (firstAt === null || lastAt === null) return title;
  const span = `${instantText(firstAt)} to ${instantText(lastAt)}`;
  return `${title}\n  ${paint.dim(`${span}, ${lengthText(lastAt - firstAt)}`)}`;
}

function counts(summary: ReplaySummary, paint: Paint): string {
  const { lines, malformed, late, requests, background, visitors, sessions, events, eventsWithoutSession } = summary;
  const odd = [
    malformed > 0 ? paint.yellow(`${numberText(malformed)} malformed`) : '',
    late > 0 ? paint.yellow(`${numberText(late)} late by more than ${lengthText(summary.reorder)}`) : '',
  ];
  const rows: [string, number, string][] = [
    ['lines', lines, odd.filter((text) => text !== '').join(', ')],
    [
      'requests',
      requests,
      background > 0 ? `${numberText(background)} (${shareText(background, requests)}) in the background` : '',
    ],
    ['visitors', visitors, ''],
    ['sessions', sessions, sessionNote(summary)],
  ];
  const strays = eventsWithoutSession > 0 ? `${numberText(eventsWithoutSession)} without a session` : '';
  if (events > 0) rows.splice(2, 0, ['events', events, strays]);
  return figures(rows, lines, paint);
}

function sessionNote({ sessions, visitors, unattended }: ReplaySummary): string {
  if (visitors === 0) return '';
  const each = `${(sessions / visitors).toFixed(1)} a visitor`;
  return unattended > 0 ? `${each}, ${numberText(unattended)} (${shareText(unattended, sessions)}) unattended` : each;
}

function ends({ ended, open, locked, sessions }: ReplaySummary, paint: Paint): string {
  if (sessions === 0) return '';
  const rows = [...Object.entries(ended), ...(open > 0 ? [[openName(locked), open] as const] : [])];
  return table(
    ['how sessions ended', 'sessions', 'share', ''],
    rows.map(([code, count]) => [
      code,
      numberText(count),
      shareText(count, sessions),
      paint.cyan(barText(count, sessions, BAR_CELLS)),
    ]),
    ['left', 'right', 'right', 'left'],
    paint,
  );
}

function openName(locked: number): string {
  return locked === 0 ? '(still open)' : `(still open, ${numberText(locked)} locked)`;
}

function spreads({ length, active, gaps }: ReplaySummary, paint: Paint): string {
  const rows: [string, Spread][] = [
    ['length', length],
    ['to last request', active],
    ['gaps', gaps],
  ];
  const shown = rows.filter(([, { count }]) => count > 0);
  if (shown.length === 0) return '';
  return table(
    ['percentiles', 'p50', 'p75', 'p90', 'p95', 'p99', 'max'],
    shown.map(([name, { p50, p75, p90, p95, p99, max }]) => [name, ...[p50, p75, p90, p95, p99, max].map(lengthText)]),
    ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    paint,
  );
}

function returns(summary: ReplaySummary, paint: Paint): string {
  const { requestsAfterEnd, dropOffs, unattendedTime, ended } = summary;
  const { lines, challenged, challengedBackground, refused } = summary;
  const timeouts = (ended['idle_timeout'] ?? 0) + (ended['absolute_timeout'] ?? 0);
  const dropNote = dropOffs > 0 ? `${shareText(dropOffs, timeouts)} of timeouts, back within 5m` : '';
  const minutes = Math.round(unattendedTime / 60_000);
  const rows: [string, number, string][] = [
    ['requests after the end', requestsAfterEnd, "began the visitor's next session"],
    ['drop-offs', dropOffs, dropNote],
    ['unattended minutes', minutes, 'sessions open after the last activity'],
  ];
  const asked = totalOf(challenged);
  const turnedAway = totalOf(refused);
  if (asked > 0) rows.push(['challenged', asked, listText(challenged)]);
  if (challengedBackground > 0)
    rows.push(['challenged unattended', challengedBackground, 'background requests, with nobody to answer']);
  if (turnedAway > 0) rows.push(['refused', turnedAway, listText(refused)]);
  return figures(rows, Math.max(lines, minutes), paint);
}

/** The lines that could not be read. */
export function malformed({ malformed, malformedLines, lines }: ReplaySummary, paint: Paint): string {
  if (lines === 0) return `  ${paint.yellow('the log is empty')}`;
  if (malformed === 0) return '';
  const rest = malformed - malformedLines.length;
  const shown = malformedLines.map(({ line, reason }) => `  ${paint.yellow(`line ${line}`)}: ${malformedText(reason)}`);
  const more = rest > 0 ? paint.dim(`  and ${countText(rest, 'more malformed line', 'more malformed lines')}`) : '';
  return [...shown, more].filter((text) => text !== '').join('\n');
}
