import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import type { ReasonCode } from './reason.js';
import type { AssuranceLevel, Session } from './session.js';

/** One thing that a rule had to say. */
export interface Reason {
  readonly code: ReasonCode;
  /** What this reason alone would have led to; `permit` for a mere notice. */
  readonly effect: Effect;
  /** Id of the rule that said it. */
  readonly rule: string;
  /** Since when it holds: the deadline that passed, the instant of the signal. */
  readonly since: Instant;
}

/** XACML's word for the outcome; `challenge` is a refusal that says what would turn it into a permit. */
export type Effect = 'permit' | 'challenge' | 'deny' | 'indeterminate';

/** The request may go on. */
export interface Permit {
  readonly effect: 'permit';
  /** The session to keep; the same reference when nothing changed. */
  readonly session: Session;
  /** Notices: signals that are only observed or that tighten, a request that was clamped. */
  readonly reasons: readonly Reason[];
  /**
   * The first instant at which the same access would no longer be permitted, if nothing happens before. For a refresh:
   * until when the session would permit one; its generation is good for one rotation only.
   */
  readonly until: Instant;
  /** When to warn the person: `max(now, until - warnBefore)`. */
  readonly warnAt: Instant;
  /** The code of the limit that sets `until`; `null` when nothing does. */
  readonly boundBy: ReasonCode | null;
  /** For `token_refreshed`: a new generation was made, or the same successor is given out again. */
  readonly refresh: 'rotated' | 'replayed' | null;
}

/** The request may not go on, but a reauthentication would make it permitted. Credentials are kept. */
export interface Challenge {
  readonly effect: 'challenge';
  readonly session: Session;
  readonly reasons: readonly Reason[];
  /** The first instant at which a reauthentication no longer helps. */
  readonly until: Instant;
  /** How old the authentication may be, in milliseconds; 0 asks for a new one, `null` for none in particular. */
  readonly maxAge: Duration | null;
  /** The level that is asked for; `null` where any will do. */
  readonly assuranceLevel: AssuranceLevel | null;
}

/** The request may not go on. The session is over only if `session.ended` is set. */
export interface Deny {
  readonly effect: 'deny';
  readonly session: Session;
  readonly reasons: readonly Reason[];
}

/** No verdict could be reached: refuse the request (503), and leave the credentials alone. */
export interface Indeterminate {
  readonly effect: 'indeterminate';
  readonly session: Session;
  readonly reasons: readonly Reason[];
}

/** The answer. `session` is what to keep from now on. */
export type Decision = Permit | Challenge | Deny | Indeterminate;
