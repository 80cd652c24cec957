import type { Duration } from '../time/duration.js';

/** How many records of a kind make a finding, and within what time. */
export interface Threshold {
  readonly atLeast: number;
  readonly within: Duration;
}

/** What `detect` of `curfew/observe` calls an attack; `null` where it looks for none. Changes no decision. */
export interface Detection {
  /** Refresh tokens that were used again after they had been replaced. */
  readonly reuse: Threshold | null;
  /** Different subjects that are seen from one device. */
  readonly sharedDevice: Threshold | null;
  /** Requests with sessions that have ended. */
  readonly useAfterEnd: Threshold | null;
}
