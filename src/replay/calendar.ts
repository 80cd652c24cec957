import { type Instant, isInstant } from '../time/instant.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const EARLIEST_OFFSET = -12 * 60;
const LATEST_OFFSET = 14 * 60;

/** Number of a month from its English abbreviation, 1 to 12; 0 if it is none. */
export function monthNumber(name: string): number {
  return MONTHS.indexOf(name) + 1;
}

/** Number of a weekday from its English abbreviation, 0 (Sunday) to 6; -1 if it is none. */
export function weekdayNumber(name: string): number {
  return WEEKDAYS.indexOf(name);
}

/** The weekday of an instant in UTC, 0 (Sunday) to 6. */
export function weekdayOf(instant: Instant): number {
  return (Math.floor(instant / 86_400_000) + 4) % 7;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS_IN_MONTH[month - 1] as number);
}

/**
 * The instant of a local time with its offset from UTC in minutes; `null` for a time that does not exist, such as 31
 * February.
 *
 * By arithmetic alone: no time zone data, and nothing that depends on where it runs. Second 60, a leap second, is the
 * first second of the next minute.
 *
 * @example
 * instantFrom(1995, 7, 1, 0, 0, 1, -240); // => 804571201000
 * instantFrom(2023, 2, 29, 0, 0, 0, 0); // => null
 */
export function instantFrom(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  offset: number,
): Instant | null {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return null;
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60)) return null;
  if (!(offset >= EARLIEST_OFFSET && offset <= LATEST_OFFSET)) return null;
  const minutes = daysSinceEpoch(year, month, day) * 1440 + hour * 60 + minute - offset;
  const instant = (minutes * 60 + second) * 1000;
  return isInstant(instant) ? instant : null;
}
