import type { Decision, Reason } from '../../src/core/decision.js';
import type { AccessEvent } from '../../src/core/event.js';
import type { Ended, Session } from '../../src/core/session.js';
import type { Moment } from './full.js';
import { isClamped, PAY_WITHIN, REAUTHENTICATION } from './full-policy.js';
import { record, stamped } from './record.js';

/** Everything there is to say of a request, the strictest first. */
export function remarks(session: Session, event: AccessEvent, moment: Moment): Reason[] {
  const { now, risks, held, absolute, idle, reauthentication } = moment;
  const found: Reason[] = [];
  const leased = held === null ? idle : Math.max(idle, held.until);
  if (now >= absolute) found.push({ code: 'absolute_timeout', effect: 'deny', rule: 'absolute', since: absolute });
  if (now >= leased) found.push({ code: 'idle_timeout', effect: 'deny', rule: 'idle', since: leased });
  if (now >= reauthentication) {
    found.push({
      code: 'reauthentication_due',
      effect: 'challenge',
      rule: 'reauthentication',
      since: reauthentication,
    });
  }
  if (risks !== null) {
    const { network, device, travel, level } = risks;
    if (network >= 0) found.push({ code: 'network_changed', effect: 'challenge', rule: 'risk', since: network });
    if (device >= 0) found.push({ code: 'device_changed', effect: 'deny', rule: 'risk', since: device });
    if (travel >= 0) found.push({ code: 'impossible_travel', effect: 'permit', rule: 'risk', since: travel });
    if (level >= 0) found.push({ code: 'risk_level', effect: 'permit', rule: 'risk', since: level });
  }
  if (event.operation !== undefined) addOperation(found, session, event.operation, moment);
  if (isClamped(session))
    found.push({ code: 'request_clamped', effect: 'permit', rule: 'request', since: session.createdAt });
  return found.length > 1 ? found.sort(byStrictness) : found;
}

function addOperation(found: Reason[], session: Session, name: string, { now, operation }: Moment): void {
  if (operation < 0) found.push({ code: 'operation_unknown', effect: 'deny', rule: 'operation', since: now });
  else if (name === 'payment:create') {
    const isTooLow = session.proofs.aal2 === null;
    if (isTooLow) found.push({ code: 'assurance_too_low', effect: 'challenge', rule: 'operation', since: now });
    if (now >= operation) {
      found.push({ code: 'authentication_too_old', effect: 'challenge', rule: 'operation', since: operation });
    }
  }
}

function byStrictness(a: Reason, b: Reason): number {
  return rank(b) - rank(a) || a.since - b.since;
}

function rank({ effect, code }: Reason): number {
  if (effect === 'deny') return code === 'operation_unknown' ? 2 : 3;
  return effect === 'challenge' ? 1 : 0;
}

/** Denies or challenges. What only the operation challenges counts as activity. */
export function refuse(
  fingerprint: string,
  session: Session,
  event: AccessEvent,
  moment: Moment,
  reasons: readonly Reason[],
): Decision {
  const { now, signals, held, absolute, idle, reauthentication } = moment;
  const { lastActivityAt } = session;
  const { effect, code, since } = reasons[0] as Reason;
  const isOperationOnly =
    effect === 'challenge' && reasons.every((one) => one.effect !== 'challenge' || one.rule === 'operation');
  const isUser = isOperationOnly && event.activity === 'user' && event.at > lastActivityAt;
  const ended: Ended | null = effect === 'deny' && code !== 'operation_unknown' ? { code, since, at: now } : null;
  const context = isOperationOnly ? moment.context : session.context;
  const activity = isUser ? event.at : lastActivityAt;
  const stamp = isUser ? event.at + moment.limit : idle;
  const stamps = stamped(session.stamps, stamp, absolute, reauthentication);
  const isSame =
    activity === lastActivityAt &&
    context === session.context &&
    stamps === session.stamps &&
    signals === session.signals &&
    held === session.lease &&
    ended === null;
  const next = isSame
    ? session
    : record(session, fingerprint, event.at, activity, context, signals, stamps, held, ended);
  if (effect === 'deny') return { effect, session: next, reasons };
  const until = Math.min(absolute, held === null ? stamp : Math.max(stamp, held.until));
  return { effect: 'challenge', session: next, reasons, until, ...remedyOf(reasons) };
}

function remedyOf(reasons: readonly Reason[]): { maxAge: number; assuranceLevel: 'aal2' | null } {
  let maxAge = REAUTHENTICATION;
  let assuranceLevel: 'aal2' | null = null;
  for (const { effect, rule } of reasons) {
    if (effect !== 'challenge') continue;
    if (rule === 'risk') maxAge = 0;
    if (rule === 'operation') {
      maxAge = Math.min(maxAge, PAY_WITHIN);
      assuranceLevel = 'aal2';
    }
  }
  return { maxAge, assuranceLevel };
}
