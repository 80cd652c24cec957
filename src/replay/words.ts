import type { Duration } from '../time/duration.js';
import { formatDuration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';

const NUMBER = new Intl.NumberFormat('en-US');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

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

/** A length of time in whole hours, or in minutes below ten of them. */
export function totalTimeText(duration: Duration): string {
  const hours = duration / 3_600_000;
  if (hours >= 10) return `${numberText(Math.round(hours))} hours`;
  return countText(Math.round(duration / 60_000), 'minute', 'minutes');
}

/** How many lines could not be read. */
export function malformedWords(count: number): string {
  return count === 0 ? 'all of them read' : `${numberText(count)} of them malformed`;
}

/** What is obeyed and not shown: control characters, and what turns the direction of text. */
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * A text with what would be obeyed made visible, as JSON writes it: `\u001b`. A log says what anybody sent.
 *
 * @param isKept signs that stay, by where they are
 */
export function shownText(text: string, isKept: (sign: string, at: number) => boolean = () => false): string {
  return text.replace(OBEYED, (sign, at: number) =>
    isKept(sign, at) ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
