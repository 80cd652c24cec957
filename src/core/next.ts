import type { Instant } from '../time/instant.js';
import type { Facts } from './facts.js';
import type { Policy } from './policy.js';
import type { Ended, KnownContext, Lease, Proofs, Refresh, Session, Stamps } from './session.js';
import type { Standing } from './standing.js';

/** How much of an event is applied. */
export interface Applied {
  /** The facts as they are from now on: `facts.after` if the event is applied, else `facts.before`. */
  readonly standing: Standing;
  readonly context: KnownContext;
  readonly bound: KnownContext;
  readonly lease: Lease | null;
  readonly refresh: Refresh;
  readonly ended: Ended | null;
}

/** The next session: the same reference when no fact has changed, so that nothing is written for having been seen. */
export function nextSession(facts: Facts, applied: Applied): Session {
  const { session, policy, event, signals, attributes, attributesAt } = facts;
  const { standing, context, bound, lease, refresh, ended } = applied;
  const stamps = nextStamps(facts, standing);
  const proofs = sameProofs(session.proofs, standing.proofs) ? session.proofs : standing.proofs;
  if (isUnchanged(facts, applied, stamps, proofs)) return session;
  return {
    id: session.id,
    subject: session.subject,
    createdAt: session.createdAt,
    authenticatedAt: standing.authenticatedAt,
    proofs,
    lastActivityAt: standing.lastActivityAt,
    recordedAt: Math.max(session.recordedAt, event.at),
    bound,
    context,
    attributes,
    attributesAt,
    signals,
    requested: session.requested,
    stamps,
    lease,
    refresh,
    policy: policy.fingerprint,
    candidate: session.candidate,
    ended,
  };
}

function isUnchanged(facts: Facts, applied: Applied, stamps: Stamps, proofs: Proofs): boolean {
  const { session, own, signals, attributes, attributesAt } = facts;
  const { standing, context, bound, lease, refresh, ended } = applied;
  return (
    standing.lastActivityAt === session.lastActivityAt &&
    stamps === session.stamps &&
    // networks that only today's policy names otherwise are no news
    (context === session.context || context === own) &&
    lease === session.lease &&
    signals === session.signals &&
    ended === session.ended &&
    refresh === session.refresh &&
    attributes === session.attributes &&
    attributesAt === session.attributesAt &&
    bound === session.bound &&
    proofs === session.proofs &&
    standing.authenticatedAt === session.authenticatedAt
  );
}

/** What the standing says: its deadlines already are the earlier of stamp and policy, where nothing moved them. */
function nextStamps({ session, policy }: Facts, standing: Standing): Session['stamps'] {
  const { idleStamp, absolute, reauthentication, isIdleMoved } = standing;
  return restamped(policy, session.stamps, idleStamp, absolute, reauthentication, isIdleMoved);
}

/**
 * Stamps with these deadlines; the same reference when they are the same. They come one by one, so that a permit which
 * changes nothing makes nothing.
 */
export function restamped(
  policy: Policy,
  stamps: Stamps,
  idle: Instant,
  absolute: Instant,
  reauthentication: Instant,
  isIdleMoved: boolean,
): Stamps {
  // a moved idle deadline is this policy's own; otherwise `end` beats `lock`
  const onIdle = isIdleMoved || policy.onIdle === 'end' ? policy.onIdle : stamps.onIdle;
  const isSame =
    idle === stamps.idle &&
    absolute === stamps.absolute &&
    reauthentication === stamps.reauthentication &&
    onIdle === stamps.onIdle;
  return isSame ? stamps : { idle, absolute, reauthentication, onIdle };
}

function sameProofs(a: Session['proofs'], b: Session['proofs']): boolean {
  return a === b || (a.aal1 === b.aal1 && a.aal2 === b.aal2 && a.aal3 === b.aal3);
}
