import type { ReasonCode } from '../core/reason.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';

/** Why a job is stopped, or what it outlived. */
export interface JobReason {
  /** A reason of the engine's, or `grant_invalid`, `pause_too_long`, `check_failed`. */
  readonly code: ReasonCode;
  /** Whose: the grant's own record, or the person's session. */
  readonly of: 'grant' | 'session';
  /** Since when it holds. */
  readonly since: Instant;
}

/** The job may go on. */
export interface Continue {
  readonly verdict: 'continue';
  /** What befell the person's session, and the job outlives. */
  readonly reasons: readonly JobReason[];
  /** When to ask again at the latest, if nothing happens before. */
  readonly until: Instant;
}

/** The job is to wait: nobody can tell, or the person has to prove who they are first. */
export interface Pause {
  readonly verdict: 'pause';
  readonly reasons: readonly JobReason[];
  /** When it is aborted, if nothing changes before. */
  readonly until: Instant;
  /** When to try again, in milliseconds from now. */
  readonly retryAfter: Duration;
}

/** The job is never to go on: clean up, and do not try again. */
export interface Abort {
  readonly verdict: 'abort';
  readonly reasons: readonly JobReason[];
}

/** Whether a job may go on. */
export type Check = Continue | Pause | Abort;
