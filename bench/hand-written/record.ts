import type { Deny, Indeterminate } from '../../src/core/decision.js';
import type { Ended, KnownContext, Lease, Session, Signals, Stamps } from '../../src/core/session.js';

/** The session record after an access. What an access can change comes one by one: an object of changes costs time. */
export function record(
  session: Session,
  policy: string,
  at: number,
  lastActivityAt: number,
  context: KnownContext,
  signals: Signals | null,
  stamps: Stamps,
  lease: Lease | null,
  ended: Ended | null,
): Session {
  return {
    id: session.id,
    subject: session.subject,
    createdAt: session.createdAt,
    authenticatedAt: session.authenticatedAt,
    proofs: session.proofs,
    lastActivityAt,
    recordedAt: at > session.recordedAt ? at : session.recordedAt,
    bound: session.bound,
    context,
    attributes: session.attributes,
    attributesAt: session.attributesAt,
    signals,
    requested: session.requested,
    stamps,
    lease,
    refresh: session.refresh,
    policy,
    candidate: session.candidate,
    ended,
  };
}

/** The deadlines as the record keeps them; the same reference when nothing moved. */
export function stamped(stamps: Stamps, idle: number, absolute: number, reauthentication: number): Stamps {
  const isSame = idle === stamps.idle && absolute === stamps.absolute && reauthentication === stamps.reauthentication;
  return isSame ? stamps : { idle, absolute, reauthentication, onIdle: 'end' };
}

export function alreadyEnded(session: Session, { code, since }: Ended): Deny {
  return { effect: 'deny', session, reasons: [{ code, effect: 'deny', rule: 'ended', since }] };
}

export function clockBehind(session: Session): Indeterminate {
  const since = session.recordedAt;
  return {
    effect: 'indeterminate',
    session,
    reasons: [{ code: 'clock_behind', effect: 'indeterminate', rule: 'clock', since }],
  };
}
