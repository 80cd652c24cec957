import type { CandidateDecision } from '../candidate.js';
import type { Effect, Reason } from '../core/decision.js';
import type { SessionEvent } from '../core/event.js';
import type { ReasonCode } from '../core/reason.js';
import type { Activity, Context } from '../core/session.js';
import type { Instant } from '../time/instant.js';

/**
 * One answer, for logs, audits and figures. It holds no handle and no token. It names sessions and people:
 * `curfew/observe` makes of it what may be kept.
 */
export interface DecisionRecord {
  readonly kind: 'decision';
  readonly at: Instant;
  /** What was asked; `start` for a login. */
  readonly type: SessionEvent['type'] | 'start';
  readonly operation: string | null;
  /** Who did it, as the caller said; `null` for what is no request. */
  readonly activity: Activity | null;
  /**
   * What the caller stated about the request. Not enumerable, so that a record that is logged whole, or copied, tells
   * nobody's address.
   */
  readonly context: Context | null;
  /** Who ended it, as the caller said. */
  readonly by: string | null;
  /** `null` where what was presented is no handle at all. */
  readonly sessionId: string | null;
  readonly subject: string | null;
  readonly effect: Effect | 'superseded';
  readonly reasons: readonly Reason[];
  /** Whether the session has ended by this: whoever comes later finds it ended. */
  readonly endedNow: boolean;
  /** Until when a permit holds, if nothing happens. */
  readonly until: Instant | null;
  /** Whether it came while the session was about to end, within the policy's `warnBefore`. */
  readonly warned: boolean;
  /** Milliseconds since the session's last activity before this, and since its creation. */
  readonly idleFor: number | null;
  readonly age: number | null;
  /** Fingerprint of the policy that decided. */
  readonly policy: string;
  readonly wouldBe: CandidateDecision['wouldBe'] | null;
  /** Whether the session came from the store, from memory, or was not looked for. */
  readonly from: 'store' | 'memory' | null;
  /** Whether the change is in the store, will be within `recordEvery`, or there was none. */
  readonly written: 'now' | 'later' | 'nothing';
  /** How often another writer was first. */
  readonly conflicts: number;
}

/** Something that an operator should know of. */
export interface FaultRecord {
  readonly kind: 'fault';
  /** On the wall clock, right or wrong. */
  readonly at: Instant;
  readonly code: ReasonCode;
  /** Which part of the engine met it. */
  readonly during: 'answer' | 'flush' | 'list' | 'purge' | 'watch';
  /** What was thrown. It may hold what a driver put into it: log it with care. */
  readonly error: unknown;
}

/**
 * Is told of every answer and every fault. What it throws, or is rejected with, is swallowed, and nobody waits for it:
 * who watches must not change what happens.
 */
export type Observer = (record: DecisionRecord | FaultRecord) => void;
