import type { MalformedReason } from '../replay/record.js';
import type { Duration } from '../time/duration.js';
import { formatDuration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';

const NUMBER = new Intl.NumberFormat('en-US');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const REASONS: Readonly<Record<MalformedReason, string>> = {
  line_blank: 'empty',
  line_too_long: 'longer than a megabyte',
  fields_missing: 'no host, user and time',
  time_invalid: 'no valid time',
  request_incomplete: 'no whole request with status and size',
  agent_incomplete: 'referer or user agent cut off',
  json_invalid: 'no whole JSON object',
  visitor_missing: 'no visitor',
  event_invalid: 'not an event',
};

/** A count with its thousands apart. */
export function numberText(count: number): string {
  return NUMBER.format(count);
}

/** A count with a word in the singular or the plural. */
export function countText(count: number, one: string, many: string): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** A part of a whole in per cent; never a rounded 0 or 100 for what is neither none nor all. */
export function shareText(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '-';
  const percent = (part / whole) * 100;
  if (percent < 0.1) return '< 0.1 %';
  if (percent > 99.9 && part < whole) return '> 99.9 %';
  return `${percent.toFixed(1)} %`;
}

/** A length of time by its two largest units, `1h5m`; a dash for none. */
export function lengthText(duration: Duration | null): string {
  if (duration === null) return '-';
  return (formatDuration(duration).match(/\d+[a-z]+/g) ?? []).slice(0, 2).join('');
}

/** An instant to the second, in UTC. */
export function instantText(instant: Instant): string {
  // a year past 9999 has a sign and six digits
  const [, year, month, day, time] = /^\+?0*(\d+)-(\d+)-(\d+)T([\d:]{8})/.exec(
    new Date(instant).toISOString(),
  ) as RegExpExecArray;
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year} ${time} UTC`;
}

/** A bar of so many cells, in eighths of a cell; at least a sliver for what is not none. */
export function barText(part: number, whole: number, cells: number): string {
  if (part === 0 || whole === 0) return '';
  const eighths = Math.max(1, Math.round((part / whole) * cells * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] as string);
}

/** What is wrong with a malformed line. */
export function malformedText(reason: MalformedReason): string {
  return REASONS[reason];
}
