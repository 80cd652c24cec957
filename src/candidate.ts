import type { Decision, Effect, Reason } from './core/decision.js';
import type { SessionEvent } from './core/event.js';
import type { Policy } from './core/policy.js';
import type { CandidateState, Session } from './core/session.js';
import { wasJudged } from './core/verdict.js';
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
 * The candidate touches no decision: it can be looser or stricter, and be thrown away. What it would have ended stays
 * ended in its eyes.
 *
 * @example
 * const decision = evaluateWithCandidate(policy, stricter, session, event);
 * if (decision.effect === 'permit' && decision.wouldBe.endsNow) cutOffs += 1;
 */
export function evaluateWithCandidate<Operation extends string>(
  policy: Policy<Operation>,
  candidate: Policy,
  session: Session,
  event: SessionEvent<NoInfer<Operation>>,
): CandidateDecision {
  const decision = evaluate(policy, session, event);
  if (!wasJudged(decision)) return { ...decision, wouldBe: told(decision, false) };
  const seen = asSeenBy(candidate, session);
  const would = evaluate(candidate, seen, event);
  const wouldBe = told(would, seen.ended === null && would.session.ended !== null);
  // a candidate that has not judged the event has nothing to remember of it
  const isKept = wasJudged(would) || session.candidate?.policy === candidate.fingerprint;
  const next = isKept ? withCandidate(candidate, session, decision.session, would.session) : decision.session;
  return { ...decision, session: next, wouldBe };
}

function told({ effect, reasons }: Decision, endsNow: boolean): CandidateDecision['wouldBe'] {
  return { effect, reasons, endsNow };
}

/**
 * The session with the candidate's own stamps in place of the policy's. A candidate that is new starts from the facts.
 */
function asSeenBy(candidate: Policy, session: Session): Session {
  const known = session.candidate;
  if (known?.policy === candidate.fingerprint) {
    const { stamps, lease, signals, ended } = known;
    return { ...session, stamps, lease, signals, ended };
  }
  const stamps = { idle: NEVER, absolute: NEVER, reauthentication: NEVER, onIdle: candidate.onIdle };
  return { ...session, stamps };
}

function withCandidate(
  candidate: Policy,
  before: Session,
  next: Session,
  { stamps, lease, signals, ended }: Session,
): Session {
  const known = before.candidate ?? null;
  const state: CandidateState = { policy: candidate.fingerprint, stamps, lease, signals, ended };
  if (known !== null && isSame(known, state)) return next;
  // `recordedAt` stays: it would make the clock of a later request look behind, and the candidate touches no decision
  return { ...next, candidate: state };
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
