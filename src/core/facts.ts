import { after, type Instant } from '../time/instant.js';
import { laidOver, ownContext } from './context.js';
import { ASSURANCE_LEVELS } from './levels.js';
import { type EffectiveLimits, limitsOf, type Surroundings } from './limits.js';
import type { Policy } from './policy.js';
import type { RuleFacts } from './rule.js';
import { type ActiveRisk, activeRisks, withRaised, withSignal } from './signals.js';
import type {
  AccessEvent,
  AssuranceLevel,
  Attributes,
  Context,
  KnownContext,
  Lease,
  OperationFinishedEvent,
  Proofs,
  ReauthenticatedEvent,
  Session,
  SessionEvent,
  Signals,
} from './types.js';

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

/** Everything that the rules look at, derived once per event. */
export interface Facts extends RuleFacts {
  readonly policy: Policy;
  readonly stated: Context | undefined;
  readonly signals: Signals | null;
  readonly attributes: Attributes;
  readonly attributesAt: Instant;
  /** The session's own context, its networks looked up under today's policy. */
  readonly own: KnownContext;
  /** What the limits rest on: not what a later activity has superseded. */
  readonly surroundings: Surroundings;
  readonly before: Standing;
  /** The same reference as `before` where the event moves nothing. */
  readonly after: Standing;
}

/** Derives the facts. Every deadline is the earlier of the stamp and what the policy makes of the session. */
export function gatherFacts(policy: Policy, session: Session, event: SessionEvent): Facts {
  const { at } = event;
  const stated = contextOf(event);
  const own = ownContext(policy, session);
  const context = stated === undefined ? own : laidOver(policy, own, event, stated);
  const attention = event.type === 'access' ? (event.attention ?? 'visible') : 'visible';
  const attributes = attributesAfter(session, event);
  const signals = signalsAfter(policy, session, event, context);
  // a later user activity has superseded what an earlier request says of its surroundings
  const surroundings: Surroundings =
    at < session.lastActivityAt
      ? { attributes, context: own, attention: 'visible' }
      : { attributes, context, attention };
  const before = standingBefore(policy, session, surroundings, signals, event);
  const next = standingAfter(policy, session, event, surroundings, signals, before);
  return {
    session,
    event,
    now: Math.max(at, session.recordedAt),
    context,
    attention,
    authenticatedAt: next.authenticatedAt,
    proofs: next.proofs,
    policy,
    stated,
    signals,
    attributes,
    attributesAt: event.type === 'attributes_changed' ? Math.max(session.attributesAt, at) : session.attributesAt,
    own,
    surroundings,
    before,
    after: next,
  };
}

/** The attributes from now on; the same reference where the event says nothing new of them. */
function attributesAfter({ attributes, attributesAt }: Session, event: SessionEvent): Attributes {
  if (event.type !== 'attributes_changed' || event.at < attributesAt) return attributes;
  return spelled(attributes) === spelled(event.attributes) ? attributes : event.attributes;
}

function spelled(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).sort());
}

function contextOf(event: SessionEvent): Context | undefined {
  const isStated = event.type === 'access' || event.type === 'token_refreshed' || event.type === 'reauthenticated';
  return isStated ? event.context : undefined;
}

function signalsAfter(
  policy: Policy,
  session: Session,
  event: SessionEvent,
  context: KnownContext,
): Signals | null {
  if (event.type === 'signal') return withSignal(session.signals, event.signal, event.level ?? 'high', event.at);
  if (policy.risk.length === 0) return session.signals;
  if (event.type !== 'access' && event.type !== 'token_refreshed') return session.signals;
  return withRaised(policy, session, event, context);
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

function standingAfter(
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
export function absoluteStart(policy: Policy, session: { readonly createdAt: Instant }, authenticatedAt: Instant): Instant {
  return policy.reauthentication.resetsAbsolute ? Math.max(session.createdAt, authenticatedAt) : session.createdAt;
}

/**
 * The idle deadline that activity at `at` sets. A late event must not lengthen what something recorded after it had shortened: it keeps
 * the length of the stamp.
 */
function movedIdle({ recordedAt, lastActivityAt, stamps }: Session, at: Instant, { idleTimeout }: EffectiveLimits): Instant {
  const length = at > recordedAt ? idleTimeout : Math.min(idleTimeout, stamps.idle - lastActivityAt);
  return after(Math.max(lastActivityAt, at), length);
}

function leased(idle: Instant, lease: Lease | null): Instant {
  return lease === null ? idle : Math.max(idle, lease.until);
}

/** A lease holds until its end, unless somebody reauthenticated since or the risk has risen. */
function heldLease(policy: Policy, lease: Lease, authenticatedAt: Instant, risks: readonly ActiveRisk[]): Lease | null {
  const length = leaseOf(policy, lease.operation);
  if (length === 0 || lease.from < authenticatedAt) return null;
  if (risks.some(({ rule }) => rule.response !== 'observe')) return null;
  const until = Math.min(lease.until, after(lease.from, length));
  return until === lease.until ? lease : { ...lease, until };
}

/** A lease whose operation is over ends there and then: the idle deadline counts from the last activity again. */
function finishedLease(lease: Lease, { operation, at }: OperationFinishedEvent): Lease {
  return lease.operation === operation && at < lease.until ? { ...lease, until: at } : lease;
}

/** The lease that an access opens, if it would hold and ends later than the one that does. */
function openedLease(policy: Policy, { operation, at }: AccessEvent, before: Standing): Lease | null {
  const held = before.lease;
  if (operation === undefined) return held;
  const until = after(at, leaseOf(policy, operation));
  if (held !== null && held.until >= until) return held;
  return heldLease(policy, { operation, from: at, until }, before.authenticatedAt, before.risks) ?? held;
}

function leaseOf(policy: Policy, operation: string): number {
  return Object.hasOwn(policy.operations, operation) ? (policy.operations[operation] as { lease: number }).lease : 0;
}

function mergedProofs(proofs: Proofs, level: AssuranceLevel, at: Instant): Proofs {
  const proven = (one: AssuranceLevel) =>
    ASSURANCE_LEVELS.indexOf(one) <= ASSURANCE_LEVELS.indexOf(level) ? Math.max(proofs[one] ?? 0, at) : proofs[one];
  return { aal1: proven('aal1'), aal2: proven('aal2'), aal3: proven('aal3') };
}
