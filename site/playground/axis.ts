import type { Duration } from '../../src/time/duration.js';
import type { Instant } from '../../src/time/instant.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440, 2_880, 10_080].map((count) => count * MINUTE);

/** A place on the axis. */
export interface Tick {
  /** Milliseconds since the login. */
  readonly at: Duration;
  /** The wall clock there. */
  readonly label: string;
}

/** An instant at which the wall clock jumps. */
export interface Shift {
  readonly at: Duration;
  readonly by: Duration;
  readonly label: string;
}

/** The part of the axis that is drawn. */
export interface Axis {
  readonly start: Instant;
  readonly span: Duration;
  readonly zone: string;
}

/** Round times of the wall clock, at most so many. */
export function ticksOf(axis: Axis, most: number): Tick[] {
  const { start, span } = axis;
  const step = STEPS.find((one) => span / one <= most) ?? Math.ceil(span / most / HOUR) * HOUR;
  const first = start + offsetAt(axis.zone, start);
  const until = Math.ceil(first / step) * step - first;
  const count = Math.floor((span - until) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const at = until + index * step;
    return { at, label: wallClock(axis, at) };
  });
}

/** The wall clock so long after the login: with the weekday where more than a day is drawn. */
export function wallClock({ start, span, zone }: Axis, at: Duration, withSeconds = false): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds && { second: '2-digit' }),
    ...(span > 24 * HOUR && { weekday: 'short' }),
  });
  return format.format(start + at);
}

/** The wall clock of something that has its instant: to the second where it is not a whole minute. */
export function exactClock(axis: Axis, at: Duration): string {
  return wallClock(axis, at, (axis.start + at) % MINUTE >= 1_000);
}

/** Where the wall clock jumps: daylight saving begins or ends. */
export function shiftsOf({ start, span, zone }: Axis): Shift[] {
  const shifts: Shift[] = [];
  const step = span > 400 * HOUR ? 24 * HOUR : HOUR;
  for (let at = 0; at < span; at += step) {
    const end = Math.min(span, at + step);
    const by = offsetAt(zone, start + end) - offsetAt(zone, start + at);
    if (by !== 0) shifts.push({ at: firstOf(zone, start, at, end), by, label: shiftLabel(by) });
  }
  return shifts;
}

function shiftLabel(by: Duration): string {
  const hours = Math.abs(by) / HOUR;
  const length = hours === 1 ? 'an hour' : `${hours} hours`;
  return by < 0 ? `clocks go back ${length}` : `clocks go forward ${length}`;
}

/** The first instant of the new offset. */
function firstOf(zone: string, start: Instant, from: Duration, to: Duration): Duration {
  const before = offsetAt(zone, start + from);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (offsetAt(zone, start + middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** By how much the wall clock of a zone is ahead of UTC. */
export function offsetAt(zone: string, at: Instant): Duration {
  const minute = Math.floor(at / MINUTE) * MINUTE;
  const parts = calendarOf(zone).formatToParts(minute);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) - minute;
}

/** Making one takes longer than using it a thousand times. */
const CALENDARS = new Map<string, Intl.DateTimeFormat>();

function calendarOf(zone: string): Intl.DateTimeFormat {
  const known = CALENDARS.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  CALENDARS.set(zone, made);
  return made;
}

/** Whether the host knows a time zone of this name. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
