import type { Decision, Reason } from '../../src/core/decision.js';
import type { AccessEvent } from '../../src/core/event.js';
import type { Context, KnownContext, Session, Signals } from '../../src/core/session.js';
import { alreadyEnded, clockBehind, record, stamped } from './record.js';

const IDLE = 15 * 60_000;
const ABSOLUTE = 8 * 3_600_000;
const WARN_BEFORE = 2 * 60_000;
const LEEWAY = 5_000;
const NO_REASONS: readonly Reason[] = [];

/**
 * The small policy as `if`s: idle 15 min, absolute 8 h, a changed address is challenged. What somebody would write who
 * knows these three rules, keeps the same record and gives the same answer. For requests in order, of well-formed
 * sessions.
 */
export function decideSmall(policy: string, session: Session, event: AccessEvent): Decision {
  if (session.ended !== null) return alreadyEnded(session, session.ended);
  const { at } = event;
  const { lastActivityAt, stamps } = session;
  if (at < session.recordedAt - LEEWAY) return clockBehind(session);
  const now = at > session.recordedAt ? at : session.recordedAt;
  const context = laidOver(session.context, event.context);
  const signals = raised(session, context.ip, at);
  const absolute = Math.min(stamps.absolute, session.createdAt + ABSOLUTE);
  const idle = Math.min(stamps.idle, lastActivityAt + IDLE);
  const changedAt = signals === null ? -1 : (signals['ip_changed']?.high ?? -1);
  if (now >= absolute || now >= idle || changedAt >= session.authenticatedAt) {
    return refuse(policy, session, at, now, idle, absolute, signals);
  }
  const isUser = event.activity === 'user' && at > lastActivityAt;
  const newIdle = isUser ? at + IDLE : idle;
  const newStamps = stamped(stamps, newIdle, absolute, stamps.reauthentication);
  const isSame = !isUser && newStamps === stamps && context === session.context && signals === session.signals;
  const until = Math.min(absolute, newIdle);
  return {
    effect: 'permit',
    session: isSame
      ? session
      : record(session, policy, at, isUser ? at : lastActivityAt, context, signals, newStamps, session.lease, null),
    reasons: NO_REASONS,
    until,
    warnAt: Math.max(now, until - WARN_BEFORE),
    boundBy: until === absolute ? 'absolute_timeout' : 'idle_timeout',
    refresh: null,
  };
}

function laidOver(known: KnownContext, stated: Context | undefined): KnownContext {
  if (stated === undefined) return known;
  const ip = stated.ip ?? known.ip;
  const deviceId = stated.deviceId ?? known.deviceId;
  const userAgent = stated.userAgent ?? known.userAgent;
  const country = stated.country ?? known.country;
  const isSame =
    ip === known.ip && deviceId === known.deviceId && userAgent === known.userAgent && country === known.country;
  return isSame ? known : { ip, deviceId, userAgent, country, location: known.location, networks: known.networks };
}

function raised(session: Session, ip: string | null, at: number): Signals | null {
  const { signals } = session;
  const bound = session.bound.ip;
  if (ip === bound || ip === null || bound === null) return signals;
  const known = signals?.['ip_changed'];
  if (known?.high !== undefined && known.high >= session.authenticatedAt) return signals;
  return { ...signals, ip_changed: { ...known, high: at } };
}

function refuse(
  policy: string,
  session: Session,
  at: number,
  now: number,
  idle: number,
  absolute: number,
  signals: Signals | null,
): Decision {
  const { lastActivityAt, context } = session;
  const stamps = stamped(session.stamps, idle, absolute, session.stamps.reauthentication);
  const reasons = reasonsOf(now, idle, absolute, signals?.['ip_changed']?.high ?? -1, session.authenticatedAt);
  const first = reasons[0] as Reason;
  if (first.effect === 'deny') {
    const ended = { code: first.code, since: first.since, at: now };
    const next = record(session, policy, at, lastActivityAt, context, signals, stamps, session.lease, ended);
    return { effect: 'deny', session: next, reasons };
  }
  const isSame = stamps === session.stamps && signals === session.signals;
  const next = isSame
    ? session
    : record(session, policy, at, lastActivityAt, context, signals, stamps, session.lease, null);
  return {
    effect: 'challenge',
    session: next,
    reasons,
    until: Math.min(absolute, idle),
    maxAge: 0,
    assuranceLevel: null,
  };
}

function reasonsOf(now: number, idle: number, absolute: number, changedAt: number, authenticatedAt: number): Reason[] {
  const reasons: Reason[] = [];
  if (now >= absolute) reasons.push({ code: 'absolute_timeout', effect: 'deny', rule: 'absolute', since: absolute });
  if (now >= idle) {
    const byIdle: Reason = { code: 'idle_timeout', effect: 'deny', rule: 'idle', since: idle };
    if (idle < absolute) reasons.unshift(byIdle);
    else reasons.push(byIdle);
  }
  if (changedAt >= authenticatedAt)
    reasons.push({ code: 'ip_changed', effect: 'challenge', rule: 'risk', since: changedAt });
  return reasons;
}
