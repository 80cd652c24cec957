import type { Instant } from '../../time/instant.js';

/** The last instant there is; as a deadline: none. */
export const LAST: Instant = 8.64e15;

/** The earliest of some deadlines; none at all is {@link LAST}. */
export function earliest(deadlines: readonly Instant[]): Instant {
  return [...deadlines, LAST].sort((left, right) => left - right)[0] as Instant;
}

/** The latest of some instants. */
export function latest(instants: readonly Instant[]): Instant {
  return [...instants].sort((left, right) => right - left)[0] as Instant;
}

/** An instant and a length of time, which together reach at most {@link LAST}. */
export function plus(start: Instant, length: number): Instant {
  return earliest([start + length]);
}

/** Whether two plain values say the same, whatever the order of their keys. */
export function same(left: unknown, right: unknown): boolean {
  if (!isObject(left) || !isObject(right)) return Object.is(left, right);
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}

/** Whether a value has properties to look at. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is a whole number of milliseconds between the epoch and {@link LAST}. */
export function isMoment(value: unknown): value is Instant {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST;
}

/** Whether a value is a name in snake_case. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64 && /^[a-z]/.test(value) && !/[^a-z0-9_]/.test(value);
}

/** Whether a value is a string with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}
