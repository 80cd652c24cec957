import { type CandidateDecision, evaluateWithCandidate } from '../candidate.js';
import type { Decision } from '../core/decision.js';
import type { AccessEvent, SessionEvent } from '../core/event.js';
import type { Policy } from '../core/policy.js';
import type { CandidateState, KnownContext, Session, Stamps } from '../core/session.js';
import { evaluate } from '../evaluate.js';
import { NEVER } from '../time/instant.js';
import { frozen } from './frozen.js';

/** A decision, with a candidate's beside it where there is one. */
export type Decided = Decision & { readonly wouldBe?: CandidateDecision['wouldBe'] };

/**
 * Whether the only news is activity: the idle deadline moved later, or nothing did. To lose that makes a session end
 * early; anything else that is lost could make it end late, or never.
 */
export function isMereActivity(before: Session, after: Session): boolean {
  return (
    after.ended === before.ended &&
    after.signals === before.signals &&
    after.lease === before.lease &&
    after.refresh === before.refresh &&
    after.bound === before.bound &&
    after.proofs === before.proofs &&
    after.attributes === before.attributes &&
    after.authenticatedAt === before.authenticatedAt &&
    areOnlyLater(before.stamps, after.stamps) &&
    isSamePlace(before.context, after.context) &&
    // what the session itself does not show as activity cannot be told from it when it is merged again
    (after.candidate === before.candidate || after.lastActivityAt > before.lastActivityAt) &&
    isMereActivityOfCandidate(before.candidate, after.candidate)
  );
}

function areOnlyLater(before: Stamps, after: Stamps): boolean {
  return (
    after.idle >= before.idle &&
    after.absolute === before.absolute &&
    after.reauthentication === before.reauthentication &&
    after.onIdle === before.onIdle
  );
}

/** The same coordinates stated again are no news, though they have an instant of their own. */
function isSamePlace(before: KnownContext, after: KnownContext): boolean {
  return (
    before === after ||
    (before.ip === after.ip &&
      before.deviceId === after.deviceId &&
      before.userAgent === after.userAgent &&
      before.country === after.country &&
      before.location?.latitude === after.location?.latitude &&
      before.location?.longitude === after.location?.longitude &&
      before.networks.length === after.networks.length &&
      before.networks.every((name, index) => name === after.networks[index]))
  );
}

function isMereActivityOfCandidate(before: CandidateState | null, after: CandidateState | null): boolean {
  if (before === after) return true;
  if (before === null || after === null || before.policy !== after.policy) return false;
  const isSame = after.ended === before.ended && after.signals === before.signals && after.lease === before.lease;
  return isSame && areOnlyLater(before.stamps, after.stamps);
}

/** The policies in force: the one that decides, and the one that only tells. */
export interface Policies {
  readonly policy: Policy;
  readonly candidate: Policy | null;
}

/** Decides by the policy in force, and tells what the candidate would have decided. */
export function decide({ policy, candidate }: Policies, session: Session, event: SessionEvent): Decided {
  const decided =
    candidate === null ? evaluate(policy, session, event) : evaluateWithCandidate(policy, candidate, session, event);
  frozen(decided.session);
  return decided;
}

/**
 * The session with activity that was permitted earlier, and that somebody else's write did not know of. Late as it is,
 * it moves the idle deadline to its own `at + idle` at most; what was decided in between stands.
 */
export function withActivity({ policy, candidate }: Policies, session: Session, activity: AccessEvent): Session {
  if (activity.at <= session.lastActivityAt || session.ended !== null) return session;
  // the leeway is for requests that claim to be older than they can be; this one was seen when it came
  const lenient = { policy: { ...policy, clockLeeway: NEVER }, candidate };
  return decide(lenient, session, activity).session;
}
