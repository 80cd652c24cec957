import { type Instant, isInstant } from '../time/instant.js';
import { instantFrom, monthNumber, weekdayNumber, weekdayOf } from './calendar.js';

/** Below this a number counts seconds (until the year 5138), from it on milliseconds (since 1973). */
const FIRST_MILLISECONDS = 1e11;

const NUMBER = /^\d{1,16}(?:\.\d{1,9})?$/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)$/;
const HTTP = /^([A-Z][a-z]{2}), (\d\d)([ -])([A-Z][a-z]{2})\3(\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const LOG = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

/**
 * Reads the instant of a JSON field: ISO 8601 with a zone, an HTTP or cookie date, the date of an access log, or a
 * number.
 *
 * A number counts milliseconds; one below 1e11 counts seconds, with or without a fraction. A text without a zone is no
 * instant: which one it means would depend on the machine that reads it.
 *
 * @returns milliseconds since the Unix epoch, or `null` when it is none of these.
 * @example
 * readInstant('2026-03-29T03:00:00+02:00'); // => 1774746000000
 * readInstant('Sun, 29 Mar 2026 01:00:00 GMT'); // => 1774746000000
 * readInstant(1774746000); // => 1774746000000
 * readInstant('2026-03-29T03:00:00'); // => null
 */
export function readInstant(value: unknown): Instant | null {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 40) return null;
  if (NUMBER.test(value)) return fromNumber(Number(value));
  return fromIso(ISO.exec(value)) ?? fromHttp(HTTP.exec(value)) ?? fromLog(LOG.exec(value));
}

function fromNumber(value: number): Instant | null {
  const milliseconds = value < FIRST_MILLISECONDS ? Math.round(value * 1000) : Math.floor(value);
  return isInstant(milliseconds) ? milliseconds : null;
}

function fromIso(match: RegExpExecArray | null): Instant | null {
  if (match === null) return null;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  const [, , , , , , second = '0', fraction = '', sign, hours = '0', minutes = '0'] = match;
  const whole = instantFrom(year, month, day, hour, minute, Number(second), offsetOf(sign, hours, minutes));
  return whole === null ? null : whole + Math.floor(Number(`0.${fraction}0`) * 1000);
}

function fromHttp(match: RegExpExecArray | null): Instant | null {
  if (match === null) return null;
  const [, weekday = '', day, , month = '', ...rest] = match;
  const [year, hour, minute, second] = rest.map(Number) as [number, number, number, number];
  const instant = instantFrom(year, monthNumber(month), Number(day), hour, minute, second, 0);
  return instant !== null && weekdayOf(instant) === weekdayNumber(weekday) ? instant : null;
}

function fromLog(match: RegExpExecArray | null): Instant | null {
  if (match === null) return null;
  const [, day, month = ''] = match;
  const [year, hour, minute, second] = match.slice(3, 7).map(Number) as [number, number, number, number];
  const offset = offsetOf(match[7], match[8] ?? '', match[9] ?? '');
  return instantFrom(year, monthNumber(month), Number(day), hour, minute, second, offset);
}

/** Minutes east of UTC; `NaN` where the minutes are none, which no date accepts. */
function offsetOf(sign: string | undefined, hours: string, minutes: string): number {
  if (Number(minutes) > 59) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
