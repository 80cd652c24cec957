import CliTable from 'cli-table3';
import type { CodeCounts } from '../replay/summary.js';
import { numberText, shownText } from './report-text.js';
import type { Paint } from './terminal.js';

/** Rows of name, count and note; the counts as wide as the largest of all, so that they stand in one column. */
export function figures(rows: readonly (readonly [string, number, string])[], largest: number, paint: Paint): string {
  const width = numberText(largest).length;
  return rows
    .map(([name, count, note]) => {
      const figure = paint.bold(numberText(count).padStart(width));
      return `  ${name.padEnd(22)}  ${figure}${note === '' ? '' : `   ${note}`}`;
    })
    .join('\n');
}

/** The sum of counts by code. */
export function totalOf(counts: CodeCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Counts by code in one line. */
export function listText(counts: CodeCounts): string {
  return Object.entries(counts)
    .map(([code, count]) => `${shownText(code)} ${numberText(count)}`)
    .join(', ');
}

/** A table, the cells of each column on one side. */
export function table(head: string[], rows: string[][], colAligns: ('left' | 'right')[], paint: Paint): string {
  const grid = new CliTable({
    head: head.map((text) => paint.bold(text)),
    colAligns,
    style: { head: [], border: [], compact: true },
  });
  grid.push(...rows);
  return grid
    .toString()
    .split('\n')
    .map((text) => `  ${text}`)
    .join('\n');
}
