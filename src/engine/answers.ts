import type { CandidateDecision } from '../candidate.js';
import type { Decision, Deny, Permit, Reason } from '../core/decision.js';
import type { ReasonCode } from '../core/reason.js';
import type { Session } from '../core/session.js';
import type { MissingDecision } from '../missing-session.js';
import type { Instant } from '../time/instant.js';

/** Nobody could tell: the store did not answer, or a clock is off. Refuse with 503 and leave the credentials alone. */
export interface Unavailable {
  readonly effect: 'indeterminate';
  readonly session: null;
  readonly reasons: readonly [Reason];
}

/**
 * An engine's answer: a decision, or the refusal where there is no session, or no telling.
 *
 * `wouldBe` is what a `candidate` policy would have made of it; absent without one.
 */
export type Answer = (Decision | MissingDecision | Unavailable) & {
  readonly wouldBe?: CandidateDecision['wouldBe'];
  /** In single sign-on: what the organisation's session allows, which the answer takes into account. */
  readonly ceiling?: Ceiling;
};

/** What a session allows at most to those that stand under it. */
export interface Ceiling {
  /** What was answered of it. */
  readonly answer: Answer;
  /** Its absolute deadline. */
  readonly absolute: Instant;
  /** Until when it would last if the person were active at its last moment; `until`, where that does not count. */
  readonly extendable: Instant;
}

/** The answer to a reauthentication: a new handle with a permit. The old one works for a few more seconds. */
export type ReauthenticateAnswer = Answer & {
  /** What the client is to present from now on; `null` where the handle stays as it was. */
  readonly handle: string | null;
};

/** Somebody else's refresh of the same generation won, and this one got no token. Clear nothing. */
export interface Superseded {
  readonly effect: 'superseded';
  readonly session: Session;
  readonly reasons: readonly [];
}

/** The answer to a refresh. */
export type RefreshAnswer = Answer | Superseded;

/** The answer to a login. */
export type StartAnswer = Started | (Pick<Deny, 'effect' | 'reasons'> & { readonly session: null }) | Unavailable;

/** A session has started. */
export interface Started extends Pick<Permit, 'effect' | 'session' | 'reasons' | 'until' | 'warnAt' | 'boundBy'> {
  /** What the client is to present: a secret. The store does not have it. */
  readonly handle: string;
  /** The sessions that had to end for it, by the policy's `concurrency`. */
  readonly ended: readonly Session[];
  /** As in `Answer`. */
  readonly ceiling?: Ceiling;
}

/** One session of a subject. */
export interface Listed {
  readonly session: Session;
  /** When it ends, or locks, if nothing happens before. */
  readonly until: Instant;
  /** The code of the limit that sets `until`; `null` if none does. */
  readonly boundBy: ReasonCode | null;
}

/** The answer to a listing: all of a subject's sessions, or none. */
export type ListAnswer = { readonly effect: 'permit'; readonly sessions: readonly Listed[] } | Unavailable;

/** The answer to `endAll`: the sessions that it ended, and whether that were all. */
export type EndAllAnswer =
  | { readonly effect: 'permit'; readonly ended: readonly Session[] }
  | (Unavailable & { readonly ended: readonly Session[] });

/** What an engine cannot tell, and why. */
export function unavailable(code: ReasonCode, at: Instant): Unavailable {
  return {
    effect: 'indeterminate',
    session: null,
    reasons: [{ code, effect: 'indeterminate', rule: 'engine', since: at }],
  };
}
