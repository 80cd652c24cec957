import type { Effect } from '../core/decision.js';
import type { ReasonCode } from '../core/reason.js';
import type { Activity } from '../core/session.js';
import type { DecisionRecord, FaultRecord } from '../engine/index.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';

/** One thing that a rule had to say, as it is recorded. */
export interface ObservedReason {
  /** snake_case; `other` for what is no code. */
  readonly code: ReasonCode;
  readonly effect: Effect;
  readonly rule: string;
  readonly since: Instant;
}

/**
 * A decision as it may be kept: plain JSON in which nobody is named. `docs/observe/record.schema.json` is its schema.
 *
 * `v` becomes 2 when a field changes its meaning or goes; new fields may come at any time.
 */
export interface ObservedDecision {
  readonly v: 1;
  readonly kind: 'decision';
  /** When the answer was given, in milliseconds since the Unix epoch, as every instant here. */
  readonly at: Instant;
  /** What was asked; `start` for a login. */
  readonly type: DecisionRecord['type'];
  /** An operation that the policy names; `null` where none was asked for, or one that it does not name. */
  readonly operation: string | null;
  readonly activity: Activity | null;
  /** A pseudonym of the session's id. */
  readonly sessionId: string | null;
  /** A pseudonym of the subject. */
  readonly subject: string | null;
  /** A pseudonym of who ended the session; the same as `subject` where it was the person. */
  readonly by: string | null;
  /** A pseudonym of the device that was stated. */
  readonly device: string | null;
  /** The network that the request came from: `203.0.113.0/24`, `2001:db8:7::/48`. */
  readonly network: string | null;
  readonly effect: Effect | 'superseded';
  readonly reasons: readonly ObservedReason[];
  /** Whether the session has ended by this very event; whoever comes later finds it ended. */
  readonly endedNow: boolean;
  /** Until when a permit holds; 8.64e15 for ever. */
  readonly until: Instant | null;
  /** Whether the session was within its warning when this came. */
  readonly warned: boolean;
  /** Milliseconds since the session's last activity before this. */
  readonly idleFor: Duration | null;
  /** Milliseconds since its creation. */
  readonly age: Duration | null;
  /** Fingerprint of the policy that decided. */
  readonly policy: string;
  /** What the engine's candidate would have made of it; `null` without one. */
  readonly wouldBe: ObservedCandidate | null;
  readonly from: DecisionRecord['from'];
  readonly written: DecisionRecord['written'];
  readonly conflicts: number;
}

/** What a candidate would have decided. */
export interface ObservedCandidate {
  readonly effect: Effect;
  readonly reasons: readonly ObservedReason[];
  readonly endsNow: boolean;
}

/** A fault as it may be kept: what was thrown is left out, but for its name and its code. */
export interface ObservedFault {
  readonly v: 1;
  readonly kind: 'fault';
  readonly at: Instant;
  readonly code: ReasonCode;
  readonly during: FaultRecord['during'];
  /** `Error`, `TypeError`; `null` where what was thrown has none. */
  readonly errorName: string | null;
  /** `ECONNREFUSED`, `57P01`; `null` where what was thrown has none. */
  readonly errorCode: string | null;
}

/** What an engine told its observer, as it may be kept. */
export type ObservedRecord = ObservedDecision | ObservedFault;

/** Where records go. What it throws is nobody's business but its own. */
export type Sink = (record: ObservedRecord) => void;
