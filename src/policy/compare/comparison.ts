import type { Effect } from '../../core/decision.js';
import type { SessionEvent } from '../../core/event.js';
import type { Policy } from '../../core/policy.js';
import type { ReasonCode } from '../../core/reason.js';
import type { Attention, Attributes, Context, Requested } from '../../core/session.js';
import type { Login } from '../../start-session.js';
import type { Instant } from '../../time/instant.js';

/**
 * What the policy after is, seen from the one before. `equal`: the same answers. `tighter`: never a milder answer, and
 * somewhere a stricter one. `looser`: the other way round. `incomparable`: milder here and stricter there, or not to be
 * told (custom rules, resets, leases).
 */
export type Relation = 'equal' | 'tighter' | 'looser' | 'incomparable';

/** What a policy made of the last event of an example. */
export interface Outcome {
  readonly effect: Effect;
  /** The codes of its reasons, strictest first. */
  readonly reasons: readonly ReasonCode[];
}

/**
 * One session that the policy before refuses and the policy after lets go on: start it with `login` under each, hand
 * each the `events` in order, and compare what the last one gets. No event can be left out.
 */
export interface LooseningExample {
  readonly login: Login;
  /** In order. The last one is the one that `before` and `after` tell of; it is at `at`. */
  readonly events: readonly SessionEvent[];
  /** Milliseconds since the login, which is at 0. */
  readonly at: Instant;
  /** Where the last event comes from; `null` where it does not matter. */
  readonly context: Context | null;
  readonly attributes: Attributes;
  readonly attention: Attention;
  readonly requested: Requested | null;
  readonly before: Outcome;
  readonly after: Outcome;
}

/** One difference between two policies. */
export interface PolicyChange {
  /** JSON pointer to what sets the value: in the document after, or in the one before if nothing does any more. */
  readonly path: string;
  /** `equal` for what changes no answer: the name, the warning, how rarely activity is recorded. */
  readonly relation: Relation;
  /** The value before, as a document writes it; `null` where there was none. */
  readonly before: string | null;
  /** The value after; `null` where there is none any more. */
  readonly after: string | null;
  /** For a reviewer. */
  readonly sentence: string;
  /** For what is not tighter: who is let in now. `null` where none was found; docs/compare.md says why. */
  readonly example: LooseningExample | null;
}

/** How two policies relate, and everything that differs. */
export interface Comparison {
  readonly relation: Relation;
  readonly changes: readonly PolicyChange[];
}

/** The two policies. */
export interface Pair {
  readonly before: Policy;
  readonly after: Policy;
}

/** A change whose example is still to be looked for, among these. */
export interface Difference extends Omit<PolicyChange, 'example'> {
  readonly attempts: readonly Attempt[];
}

/** A session that may be an example: whether it is one is found out by running it. */
export interface Attempt {
  readonly login: Login;
  readonly events: readonly SessionEvent[];
}
