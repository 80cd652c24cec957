/** What a worker asks its engine for. */
export type Operation = 'start' | 'access' | 'end' | 'endAll' | 'signal' | 'reauthenticate' | 'refresh';

/** What came of it; `unknown` if the process died before it heard. */
export type Effect = 'permit' | 'challenge' | 'deny' | 'indeterminate' | 'superseded' | 'unknown';

/**
 * One call of one process, as its caller saw it. `invoked` and `returned` are milliseconds of the machine's monotonic
 * clock, which all of its processes share: of two calls of which one returned before the other was invoked, everybody
 * agrees on the order.
 */
export interface Entry {
  readonly process: number;
  readonly operation: Operation;
  readonly session: string;
  readonly subject: string;
  /** The handle that was presented, by a name of its own; `null` where none was. */
  readonly handle: string | null;
  readonly activity: 'user' | 'background' | null;
  /** The generation of the refresh token that was presented. */
  readonly generation: number | null;
  /** The code with which an end was asked for. */
  readonly code: string | null;
  /** The idle limit of the policy in force in this process, in milliseconds. */
  readonly idleTimeout: number;
  readonly invoked: number;
  readonly returned: number;
  /** The time of day at `invoked`, by the machine's clock and not the one that the test may have set. */
  readonly wall: number;
  readonly effect: Effect;
  readonly reason: string | null;
  readonly ended: { readonly code: string; readonly at: number } | null;
  /** The handle that the client has got. */
  readonly newHandle: string | null;
  readonly refreshed: 'rotated' | 'replayed' | null;
}

/** What can be wrong with a history. */
export type ViolationKind =
  | 'permit_after_end'
  | 'ended_by_nobody'
  | 'end_changed'
  | 'activity_lost'
  | 'idle_overrun'
  | 'handle_after_grace'
  | 'handle_revived'
  | 'session_lost'
  | 'permit_after_loss'
  | 'double_rotation'
  | 'unexpected_answer';

export interface Violation {
  readonly kind: ViolationKind;
  readonly session: string;
  /** What should have kept this from happening: when it was acknowledged. */
  readonly cause: number;
  /** When it happened: the call that shows it. */
  readonly seen: number;
  readonly text: string;
}

/** A span of the monotonic clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The promises that a history is held against, in milliseconds. */
export interface Promised {
  /** The longest idle limit of any policy of the run. */
  readonly idleTimeout: number;
  readonly recordEvery: number;
  /** How long one write may take: what is acknowledged while one is under way is no older than that. */
  readonly writeTime: number;
  readonly revocationBound: number;
  readonly clockLeeway: number;
  readonly handleGrace: number;
  readonly refreshGrace: number;
  readonly keepEnded: number;
  /** When the store lost everything, by the doing of the test. */
  readonly losses: readonly Span[];
}
