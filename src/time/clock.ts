import type { Instant } from './instant.js';

/** Where instants come from. The pure functions never ask one: time reaches them as `at`. */
export interface Clock {
  /** The wall clock now. */
  now(): Instant;
  /**
   * Milliseconds that only ever run forwards, from any start. An engine compares its progress with the wall clock's,
   * and so sees a clock that was set. Default: the wall clock itself, which sees nothing.
   */
  monotonic?(): number;
}

/** Every runtime has it, and the language's own library does not say so. */
declare const performance: { now(): number };

/** The host's clock: the only place in this package that reads the time of day. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
