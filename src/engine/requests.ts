import type { Activity, AssuranceLevel, Attention, Context, RiskLevel } from '../core/session.js';
import type { Instant } from '../time/instant.js';

/** A request of the session's holder. */
export interface Access<Operation extends string = string> {
  /** `user` if a person did it; a poll, a prefetch, a socket's ping is `background`. Nobody else can tell. */
  readonly activity: Activity;
  readonly operation?: Operation;
  readonly context?: Context;
  readonly attention?: Attention;
}

/** A proof of who it is, that has just been given. */
export interface Proof {
  readonly assuranceLevel: AssuranceLevel;
  readonly context?: Context;
}

/** Something that was heard about a session's safety. */
export interface Report {
  readonly signal: string;
  /** Default `high`. */
  readonly level?: RiskLevel;
  /** When it was so. Default, and latest: now. */
  readonly at?: Instant;
}

/** Who ends a session, and why. */
export interface Ending {
  /** snake_case; default `logout`. */
  readonly code?: string;
  /** Who: a person, a service. For the observer's record only. */
  readonly by?: string;
}
