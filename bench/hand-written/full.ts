import type {
  AccessEvent,
  Context,
  Decision,
  Ended,
  KnownContext,
  KnownLocation,
  Lease,
  Reason,
  Session,
  Signals,
} from '../../src/core/types.js';
import { leftNetwork, networksOf, type Prefix } from './address.js';
import { distanceInKm } from './distance.js';
import { alreadyEnded, clockBehind, record, stamped } from './record.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const IDLE = 15 * MINUTE;
const ABSOLUTE = 8 * HOUR;
const REAUTHENTICATION = 4 * HOUR;
const WARN_BEFORE = 2 * MINUTE;
const LEEWAY = 5_000;
const EXPORT_LEASE = 20 * MINUTE;
const PAY_WITHIN = 5 * MINUTE;
const NEVER = 8.64e15;
const NO_REASONS: readonly Reason[] = [];

const NETWORKS: readonly Prefix[] = [
  { name: 'office', groups: [0, 0, 0, 0, 0, 0xffff, 0xcb00, 0x7100], bits: 120 },
  { name: 'office', groups: [0x2001, 0xdb8, 1, 0, 0, 0, 0, 0], bits: 48 },
  { name: 'vpn', groups: [0, 0, 0, 0, 0, 0xffff, 0xc633, 0x6480], bits: 121 },
  { name: 'vpn', groups: [0x2001, 0xdb8, 2, 0, 0, 0, 0, 0], bits: 48 },
];

/**
 * The policy that uses every section as `if`s, for requests in order of well-formed sessions (see population.ts for the policy). What
 * somebody would write who knows that nothing else will ever be asked, keeps the same record and gives the same answer.
 */
export function decideFull(policy: string, session: Session, event: AccessEvent): Decision {
  if (session.ended !== null) return alreadyEnded(session, session.ended);
  const { at } = event;
  const { stamps, authenticatedAt, lastActivityAt } = session;
  if (at < session.recordedAt - LEEWAY) return clockBehind(session);
  const now = at > session.recordedAt ? at : session.recordedAt;
  const isUser = event.activity === 'user' && at > lastActivityAt;
  const context = laidOver(session, event, event.context);
  const signals = raised(session, context, event.context, at);

  const networkAt = since(signals?.['network_changed']?.high, authenticatedAt);
  const deviceAt = since(signals?.['device_changed']?.high, authenticatedAt);
  const travelAt = since(signals?.['impossible_travel']?.high, authenticatedAt);
  const riskAt = since(riskLevel(signals), authenticatedAt);

  const isOffice = context.networks.includes('office');
  const baseIdle = isOffice ? 2 * IDLE : IDLE;
  const askedIdle = session.requested?.idleTimeout ?? baseIdle;
  const askedAbsolute = session.requested?.absoluteTimeout ?? ABSOLUTE;
  const isClamped = askedIdle > HOUR || askedAbsolute > 24 * HOUR;
  const absoluteLimit = askedAbsolute < 24 * HOUR ? askedAbsolute : 24 * HOUR;
  let idleLimit = askedIdle < HOUR ? askedIdle : HOUR;
  if (idleLimit > 10 * MINUTE && isAdmin(session.attributes['role'])) idleLimit = 10 * MINUTE;
  if (idleLimit > 5 * MINUTE && (event.attention === 'hidden' || event.attention === 'locked')) idleLimit = 5 * MINUTE;
  if (idleLimit > 2 * MINUTE && riskAt >= 0) idleLimit = 2 * MINUTE;

  const isCalm = networkAt < 0 && deviceAt < 0 && riskAt < 0;
  const held = session.lease === null ? null : heldLease(session.lease, authenticatedAt, isCalm);
  const lease = isUser && event.operation === 'report:export' && isCalm ? opened(held, authenticatedAt, at) : held;
  const absolute = Math.min(stamps.absolute, session.createdAt + absoluteLimit);
  const reauthentication = Math.min(stamps.reauthentication, authenticatedAt + REAUTHENTICATION);
  const oldIdle = Math.min(stamps.idle, lastActivityAt + idleLimit);
  const newIdle = isUser ? at + idleLimit : oldIdle;
  const idleBefore = held === null ? oldIdle : Math.max(oldIdle, held.until);
  const idle = lease === null ? newIdle : Math.max(newIdle, lease.until);
  const payUntil = event.operation === 'payment:create' ? (session.proofs.aal2 ?? authenticatedAt) + PAY_WITHIN : NEVER;

  let reasons: readonly Reason[] = NO_REASONS;
  if (now >= absolute) reasons = [...reasons, { code: 'absolute_timeout', effect: 'deny', rule: 'absolute', since: absolute }];
  if (now >= idleBefore) reasons = [...reasons, { code: 'idle_timeout', effect: 'deny', rule: 'idle', since: idleBefore }];
  if (now >= reauthentication) {
    reasons = [...reasons, { code: 'reauthentication_due', effect: 'challenge', rule: 'reauthentication', since: reauthentication }];
  }
  if (networkAt >= 0) reasons = [...reasons, { code: 'network_changed', effect: 'challenge', rule: 'risk', since: networkAt }];
  if (deviceAt >= 0) reasons = [...reasons, { code: 'device_changed', effect: 'deny', rule: 'risk', since: deviceAt }];
  if (travelAt >= 0) reasons = [...reasons, { code: 'impossible_travel', effect: 'permit', rule: 'risk', since: travelAt }];
  if (riskAt >= 0) reasons = [...reasons, { code: 'risk_level', effect: 'permit', rule: 'risk', since: riskAt }];
  let isOperationRefused = false;
  if (event.operation !== undefined) {
    if (event.operation === 'payment:create') {
      if (session.proofs.aal2 === null) {
        isOperationRefused = true;
        reasons = [...reasons, { code: 'assurance_too_low', effect: 'challenge', rule: 'operation', since: now }];
      }
      if (now >= payUntil) {
        isOperationRefused = true;
        reasons = [...reasons, { code: 'authentication_too_old', effect: 'challenge', rule: 'operation', since: payUntil }];
      }
    } else if (event.operation !== 'report:export') {
      reasons = [...reasons, { code: 'operation_unknown', effect: 'deny', rule: 'operation', since: now }];
    }
  }
  if (isClamped) reasons = [...reasons, { code: 'request_clamped', effect: 'permit', rule: 'request', since: session.createdAt }];
  if (reasons.length > 1) reasons = [...reasons].sort(byStrictness);

  const effect = reasons.length === 0 ? 'permit' : (reasons[0] as Reason).effect;
  if (effect === 'permit') {
    const next = stamped(stamps, newIdle, absolute, reauthentication);
    const isSame =
      !isUser && next === stamps && context === session.context && signals === session.signals && lease === session.lease;
    const until = Math.min(absolute, idle, reauthentication, payUntil);
    return {
      effect: 'permit',
      session: isSame
        ? session
        : record(session, policy, at, isUser ? at : lastActivityAt, context, signals, next, lease, null),
      reasons,
      until,
      warnAt: Math.max(now, until - WARN_BEFORE),
      boundBy:
        until === absolute
          ? 'absolute_timeout'
          : until === idle
            ? 'idle_timeout'
            : until === reauthentication
              ? 'reauthentication_due'
              : 'authentication_too_old',
      refresh: null,
    };
  }
  if (effect === 'challenge') {
    const isApplied = isOperationRefused && networkAt < 0 && now < reauthentication;
    const next = stamped(stamps, isApplied ? newIdle : oldIdle, absolute, reauthentication);
    const kept = isApplied ? context : session.context;
    const activity = isApplied && isUser ? at : lastActivityAt;
    const isSame =
      activity === lastActivityAt && next === stamps && kept === session.context && signals === session.signals && held === session.lease;
    const stampOrLease = held === null ? next.idle : Math.max(next.idle, held.until);
    const isFree = networkAt >= 0 || now >= reauthentication;
    return {
      effect: 'challenge',
      session: isSame ? session : record(session, policy, at, activity, kept, signals, next, held, null),
      reasons,
      until: Math.min(absolute, stampOrLease),
      maxAge: networkAt >= 0 ? 0 : isFree ? Math.min(REAUTHENTICATION, isOperationRefused ? PAY_WITHIN : NEVER) : PAY_WITHIN,
      assuranceLevel: isOperationRefused ? 'aal2' : null,
    };
  }
  return { effect: 'deny', session: refused(), reasons };

  function refused(): Session {
    const ended = endOf(reasons, now);
    const next = stamped(stamps, oldIdle, absolute, reauthentication);
    const isSame = ended === null && next === stamps && signals === session.signals && held === session.lease;
    return isSame ? session : record(session, policy, at, lastActivityAt, session.context, signals, next, held, ended);
  }
}

function endOf(reasons: readonly Reason[], now: number): Ended | null {
  const { code, since: from } = reasons[0] as Reason;
  return code === 'operation_unknown' ? null : { code, since: from, at: now };
}
