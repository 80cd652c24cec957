import type { Policy } from './core/policy.js';
import type { CandidateState, Decision, Effect, Reason, Session, SessionEvent } from './core/types.js';
import { evaluate } from './evaluate.js';
import { NEVER } from './time/instant.js';

/** A decision, and what the candidate would have made of it. */
export type CandidateDecision = Decision & {
  readonly wouldBe: {
    readonly effect: Effect;
    readonly reasons: readonly Reason[];
    /** Whether the candidate ends the session with this very event: count these, or one user counts many times. */
    readonly endsNow: boolean;
  };
};

/**
 * Decides by `policy` and tells what `candidate` would have decided, on the same facts with stamps of its own.
 *
 * The candidate touches no decision: it can be looser or stricter, and be thrown away. What it would have ended stays ended in its eyes.
 *
 * @example
 * const decision = evaluateWithCandidate(policy, stricter, session, event);
 * if (decision.effect === 'permit' && decision.wouldBe.endsNow) cutOffs += 1;
 */
export function evaluateWithCandidate(
  policy: Policy,
  candidate: Policy,
  session: Session,
  event: SessionEvent,
): CandidateDecision {
  const decision = evaluate(policy, session, event);
  const seen = asSeenBy(candidate, session);
  const would = evaluate(candidate, seen, event);
  const wouldBe = {
    effect: would.effect,
    reasons: would.reasons,
    endsNow: seen.ended === null && would.session.ended !== null,
  };
  return { ...decision, session: withCandidate(candidate, session, event, decision.session, would.session), wouldBe };
}

/** The session with the candidate's own stamps in place of the policy's. A candidate that is new starts from the facts. */
function asSeenBy(candidate: Policy, session: Session): Session {
  const known = session.candidate;
  if (known?.policy === candidate.fingerprint) {
    const { stamps, lease, signals, ended, policy } = known;
    return { ...session, stamps, lease, signals, ended, policy };
  }
  const stamps = { idle: NEVER, absolute: NEVER, reauthentication: NEVER, onIdle: candidate.onIdle };
  return { ...session, stamps, ended: session.ended, policy: candidate.fingerprint, context: session.context };
}

function withCandidate(
  candidate: Policy,
  before: Session,
  event: SessionEvent,
  next: Session,
  would: Session,
): Session {
  const known = before.candidate;
  const state: CandidateState = {
    policy: candidate.fingerprint,
    stamps: would.stamps,
    lease: would.lease,
    signals: would.signals,
    ended: would.ended,
  };
  if (known !== null && isSame(known, state)) return next;
  return { ...next, candidate: state, recordedAt: Math.max(next.recordedAt, event.at) };
}

function isSame(a: CandidateState, b: CandidateState): boolean {
  return (
    a.policy === b.policy &&
    a.stamps === b.stamps &&
    a.lease === b.lease &&
    a.signals === b.signals &&
    a.ended === b.ended
  );
}
