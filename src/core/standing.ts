import { after, type Instant } from '../time/instant.js';
import type { AccessEvent, ReauthenticatedEvent, SessionEvent } from './event.js';
import { finishedLease, heldLease, leased, openedLease } from './lease.js';
import { ASSURANCE_LEVELS } from './levels.js';
import { type EffectiveLimits, limitsOf, type Surroundings } from './limits.js';
import type { Policy } from './policy.js';
import type { AssuranceLevel, Lease, Proofs, Session, Signals } from './session.js';
import { type ActiveRisk, activeRisks } from './signals.js';

/** What the policy makes of the session's facts at one point: before the event, or once it is applied. */
export interface Standing {
  readonly authenticatedAt: Instant;
  readonly proofs: Proofs;
  readonly lastActivityAt: Instant;
  readonly risks: readonly ActiveRisk[];
  readonly limits: EffectiveLimits;
  /** The lease that holds, its end lowered to what today's policy gives. */
  readonly lease: Lease | null;
  readonly absolute: Instant;
  /** The idle deadline without the lease, and with it. */
  readonly idleStamp: Instant;
  readonly idle: Instant;
  readonly reauthentication: Instant;
  /** Whether the event set the idle deadline anew; otherwise it can only have become earlier. */
  readonly isIdleMoved: boolean;
}

/** The session as this policy sees it, before the event is applied. */
export function standingBefore(
  policy: Policy,
  session: Session,
  surroundings: Surroundings,
  signals: Signals | null,
  event: SessionEvent | null,
): Standing {
  const { stamps, authenticatedAt, proofs, lastActivityAt } = session;
  const risks = activeRisks(policy, signals, authenticatedAt, proofs);
  const limits = limitsOf(policy, surroundings, session.requested, risks);
  const held = session.lease === null ? null : heldLease(policy, session.lease, authenticatedAt, risks);
  const lease = held === null || event?.type !== 'operation_finished' ? held : finishedLease(held, event);
  const idleStamp = Math.min(stamps.idle, after(lastActivityAt, limits.idleTimeout));
  const start = absoluteStart(policy, session, authenticatedAt);
  return {
    authenticatedAt,
    proofs,
    lastActivityAt,
    risks,
    limits,
    lease,
    absolute: Math.min(stamps.absolute, after(start, limits.absoluteTimeout)),
    idleStamp,
    idle: leased(idleStamp, lease),
    reauthentication: Math.min(stamps.reauthentication, after(authenticatedAt, policy.reauthentication.after)),
    isIdleMoved: false,
  };
}

/** The session as this policy sees it, once the event is applied; the same reference where that moves nothing. */
export function standingAfter(
  policy: Policy,
  session: Session,
  event: SessionEvent,
  surroundings: Surroundings,
  signals: Signals | null,
  before: Standing,
): Standing {
  if (event.type === 'access' && event.activity === 'user') return afterActivity(policy, session, event, before);
  if (event.type !== 'reauthenticated') return before;
  return afterReauthentication(policy, session, event, surroundings, signals, before);
}

function afterActivity(policy: Policy, session: Session, event: AccessEvent, before: Standing): Standing {
  const { at } = event;
  const lease = openedLease(policy, event, before);
  if (at <= session.lastActivityAt && lease === before.lease) return before;
  const lastActivityAt = Math.max(session.lastActivityAt, at);
  const isIdleMoved = at > session.lastActivityAt;
  const idleStamp = isIdleMoved ? movedIdle(session, at, before.limits) : before.idleStamp;
  return {
    authenticatedAt: before.authenticatedAt,
    proofs: before.proofs,
    lastActivityAt,
    risks: before.risks,
    limits: before.limits,
    lease,
    absolute: before.absolute,
    idleStamp,
    idle: leased(idleStamp, lease),
    reauthentication: before.reauthentication,
    isIdleMoved,
  };
}

function afterReauthentication(
  policy: Policy,
  session: Session,
  event: ReauthenticatedEvent,
  surroundings: Surroundings,
  signals: Signals | null,
  before: Standing,
): Standing {
  const { at } = event;
  const isNewer = at > session.authenticatedAt;
  const authenticatedAt = Math.max(session.authenticatedAt, at);
  const proofs = mergedProofs(session.proofs, event.assuranceLevel, at);
  const risks = activeRisks(policy, signals, authenticatedAt, proofs);
  const limits = limitsOf(policy, surroundings, session.requested, risks);
  const lease = before.lease === null ? null : heldLease(policy, before.lease, authenticatedAt, risks);
  const { resetsIdle, resetsAbsolute } = policy.reauthentication;
  const isIdleMoved = isNewer && resetsIdle;
  const idleStamp = isIdleMoved ? movedIdle(session, at, limits) : before.idleStamp;
  const start = absoluteStart(policy, session, authenticatedAt);
  return {
    authenticatedAt,
    proofs,
    lastActivityAt: isIdleMoved ? Math.max(session.lastActivityAt, at) : session.lastActivityAt,
    risks,
    limits,
    lease,
    absolute: isNewer && resetsAbsolute ? after(start, limits.absoluteTimeout) : before.absolute,
    idleStamp,
    idle: leased(idleStamp, lease),
    reauthentication: isNewer ? after(at, policy.reauthentication.after) : before.reauthentication,
    isIdleMoved,
  };
}

/** Where the absolute timeout counts from. */
export function absoluteStart(
  policy: Policy,
  session: { readonly createdAt: Instant },
  authenticatedAt: Instant,
): Instant {
  return policy.reauthentication.resetsAbsolute ? Math.max(session.createdAt, authenticatedAt) : session.createdAt;
}

/**
 * The idle deadline that activity at `at` sets. A late event must not lengthen what something recorded after it had
 * shortened: it keeps the length of the stamp.
 */
function movedIdle(
  { recordedAt, lastActivityAt, stamps }: Session,
  at: Instant,
  { idleTimeout }: EffectiveLimits,
): Instant {
  const length = at > recordedAt ? idleTimeout : Math.min(idleTimeout, stamps.idle - lastActivityAt);
  return after(Math.max(lastActivityAt, at), length);
}

function mergedProofs(proofs: Proofs, level: AssuranceLevel, at: Instant): Proofs {
  const proven = (one: AssuranceLevel) =>
    ASSURANCE_LEVELS.indexOf(one) <= ASSURANCE_LEVELS.indexOf(level) ? Math.max(proofs[one] ?? 0, at) : proofs[one];
  return { aal1: proven('aal1'), aal2: proven('aal2'), aal3: proven('aal3') };
}
