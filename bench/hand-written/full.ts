import type { Decision, Permit, Reason } from '../../src/core/decision.js';
import type { AccessEvent } from '../../src/core/event.js';
import type { KnownContext, Lease, Session, Signals } from '../../src/core/session.js';
import { laidOver, raised } from './full-context.js';
import * as policy from './full-policy.js';
import { refuse, remarks } from './full-reasons.js';
import { alreadyEnded, clockBehind, record, stamped } from './record.js';

const LEEWAY = 5_000;
const WARN_BEFORE = 2 * policy.MINUTE;
const NO_REASONS: readonly Reason[] = [];

/** What is so at the request. */
export interface Moment {
  readonly now: number;
  readonly context: KnownContext;
  readonly signals: Signals | null;
  readonly risks: policy.Risks | null;
  readonly limit: number;
  readonly held: Lease | null;
  readonly absolute: number;
  readonly idle: number;
  readonly reauthentication: number;
  readonly operation: number;
}

/**
 * The policy that uses every section (see ../policies.ts) as `if`s. What somebody would write who knows that nothing
 * else will ever be asked, keeps the same record and gives the same answer. For requests in order, of
 * well-formed sessions.
 */
export function decideFull(fingerprint: string, session: Session, event: AccessEvent): Decision {
  if (session.ended !== null) return alreadyEnded(session, session.ended);
  const { at } = event;
  const { stamps, authenticatedAt } = session;
  if (at < session.recordedAt - LEEWAY) return clockBehind(session);
  const now = at > session.recordedAt ? at : session.recordedAt;
  const context = laidOver(session, event, event.context);
  const signals = raised(session, context, event.context, at);
  const risks = signals === null ? null : policy.risksOf(signals, authenticatedAt);
  const limit = policy.idleLimit(session, event, context, risks);
  const held = session.lease === null ? null : policy.heldLease(session.lease, authenticatedAt, risks);
  const absolute = Math.min(stamps.absolute, session.createdAt + policy.absoluteLimit(session));
  const idle = Math.min(stamps.idle, session.lastActivityAt + limit);
  const reauthentication = Math.min(stamps.reauthentication, authenticatedAt + policy.REAUTHENTICATION);
  const operation = policy.operationUntil(session, event.operation);
  const moment: Moment = { now, context, signals, risks, limit, held, absolute, idle, reauthentication, operation };
  const isIdle = now >= idle && (held === null || now >= held.until);
  const isPlain = !isIdle && now < absolute && now < reauthentication && now < operation && risks === null;
  if (isPlain && session.requested === null && event.operation === undefined)
    return permit(fingerprint, session, event, moment, NO_REASONS);
  const reasons = remarks(session, event, moment);
  if (reasons.length === 0 || (reasons[0] as Reason).effect === 'permit')
    return permit(fingerprint, session, event, moment, reasons);
  return refuse(fingerprint, session, event, moment, reasons);
}

function permit(
  fingerprint: string,
  session: Session,
  event: AccessEvent,
  moment: Moment,
  reasons: readonly Reason[],
): Permit {
  const { now, context, signals, risks, held, absolute, reauthentication, operation } = moment;
  const { stamps, lastActivityAt } = session;
  const { at } = event;
  const isUser = event.activity === 'user' && at > lastActivityAt;
  const lease = isUser && event.operation === 'report:export' ? policy.openedLease(held, at, risks) : held;
  const stamp = isUser ? at + moment.limit : moment.idle;
  const idle = lease === null ? stamp : Math.max(stamp, lease.until);
  const next = stamped(stamps, stamp, absolute, reauthentication);
  const isSame =
    !isUser && next === stamps && context === session.context && signals === session.signals && lease === session.lease;
  const until = Math.min(absolute, idle, reauthentication, operation);
  return {
    effect: 'permit',
    session: isSame
      ? session
      : record(session, fingerprint, at, isUser ? at : lastActivityAt, context, signals, next, lease, null),
    reasons,
    until,
    warnAt: Math.max(now, until - WARN_BEFORE),
    boundBy: boundBy(until, absolute, idle, reauthentication),
    refresh: null,
  };
}

function boundBy(until: number, absolute: number, idle: number, reauthentication: number): string {
  if (until === absolute) return 'absolute_timeout';
  if (until === idle) return 'idle_timeout';
  return until === reauthentication ? 'reauthentication_due' : 'authentication_too_old';
}
