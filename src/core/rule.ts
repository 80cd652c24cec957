import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import type { SessionEvent } from './event.js';
import type { ReasonCode } from './reason.js';
import type { AssuranceLevel, Attention, KnownContext, Proofs, Session } from './session.js';

/** A value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a rule may look at. It must not change any of it. */
export interface RuleFacts {
  readonly session: Session;
  readonly event: SessionEvent;
  /** The instant of the verdict: the later of `event.at` and `session.recordedAt`. */
  readonly now: Instant;
  /** The session's context with what this event states laid over it. */
  readonly context: KnownContext;
  readonly attention: Attention;
  /** As it is once this event is applied: differs from the session's for a newer reauthentication. */
  readonly authenticatedAt: Instant;
  /** As `authenticatedAt`: with the proof of this event merged in. */
  readonly proofs: Proofs;
}

/** What a rule has to say other than "fine until". */
export interface Finding {
  /** `permit` makes it a notice that refuses nothing. */
  readonly effect: 'permit' | 'challenge' | 'deny';
  /** snake_case, at most 64 characters. */
  readonly code: ReasonCode;
  /** Since when it holds; default: now. */
  readonly since?: Instant;
  /** For a challenge: how old an authentication would do, in milliseconds. Default 0: a new one. */
  readonly maxAge?: Duration | null;
  /** For a challenge: the level that is needed. Default: any. */
  readonly assuranceLevel?: AssuranceLevel | null;
  /** `false`: this denial ends nothing, although the rule says `ends`. */
  readonly ends?: false;
}

/**
 * A rule's answer: the first instant at which it would no longer permit (`NEVER` where it sets no limit), or what it
 * found. Verdict and deadline come from one comparison, so they cannot disagree.
 */
export type Answer = Instant | Finding | readonly Finding[];

/**
 * One check. The built-in rules implement this interface, and so do yours: pass them to `definePolicy`.
 *
 * A rule can only tighten: whatever it answers, the other rules still run, the strictest effect and the earliest
 * instant win. One that throws or answers nonsense denies the request with `rule_failed` and ends nothing.
 */
export interface Rule<Settings extends Json = Json, Facts extends RuleFacts = RuleFacts> {
  /** Unique within the policy, snake_case. */
  readonly id: string;
  /** Raise it when the code changes what it decides: the policy's fingerprint covers it. */
  readonly version: number;
  /** What the rule is set to: JSON, so that the fingerprint covers it. */
  readonly settings: Settings;
  /** Whether its `deny` ends the session. Default: it refuses this request only. */
  readonly ends?: boolean;
  /** The code of the limit that its instant stands for, as `boundBy` tells it. Default: the id. */
  readonly limit?: ReasonCode;
  evaluate(facts: Facts, settings: Settings): Answer;
}
