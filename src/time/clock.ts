import type { Instant } from './instant.js';

/** Where instants come from. The pure functions never ask one: time reaches them as `at`. */
export interface Clock {
  /** The wall clock now. */
  now(): Instant;
}

/** The host's clock: the only place in this package that reads the time of day. */
export const systemClock: Clock = { now: () => Date.now() };
