/** Milliseconds since the Unix epoch, a whole number from 0 to {@link NEVER}. */
export type Instant = number;

/**
 * The last instant that a JavaScript date can hold (8.64e15); as a deadline it means "there is none".
 *
 * A number rather than `Infinity`, because `Infinity` turns into `null` in JSON.
 *
 * @example
 * new Date(NEVER).toISOString(); // => '+275760-09-13T00:00:00.000Z'
 */
export const NEVER: Instant = 8.64e15;

/** Tells whether a value is an instant: a whole number of milliseconds from 0 to {@link NEVER}. */
export function isInstant(value: unknown): value is Instant {
  return typeof value === 'number' && value >= 0 && value <= NEVER && Math.floor(value) === value;
}

/**
 * The instant `duration` after `start`, at most {@link NEVER}.
 *
 * @example
 * after(1_000, 500); // => 1500
 * after(1_000, NEVER); // => NEVER
 */
export function after(start: Instant, duration: number): Instant {
  return Math.min(start + duration, NEVER);
}
