import type { ObservedDecision, ObservedRecord } from './observed.js';

/** How bad it is, as OWASP's Logging Vocabulary says it; `DEBUG` for what it has no word for because it is no news. */
export type Severity = 'DEBUG' | 'INFO' | 'WARN' | 'CRITICAL';

/** What a record is called in a log. */
export interface SecurityEvent {
  /** A name of OWASP's Logging Vocabulary where it has one; ours begin with `session_` and are in docs/observe.md. */
  readonly event: string;
  readonly severity: Severity;
  /** A fixed sentence. */
  readonly message: string;
}

const event = (name: string, severity: Severity, message: string): SecurityEvent => ({
  event: name,
  severity,
  message,
});

const CREATED = event('session_created', 'INFO', 'a session has started');
const LOGIN_REFUSED = event('authn_login_fail', 'WARN', 'a login was refused a session');
const RENEWED = event('session_renewed', 'INFO', 'a person was warned and went on');
const ENDED = event('session_expired', 'INFO', 'a session has ended');
const TOKEN_REVOKED = event('authn_token_revoked', 'INFO', 'a session has ended with its tokens');
const USED_AFTER_END = event('session_use_after_expire', 'CRITICAL', 'an ended session was presented');
const TOKEN_REUSED = event('authn_token_reuse', 'CRITICAL', 'a refresh token was presented that had been used up');
const TOKEN_UNKNOWN = event('authn_token_reuse', 'CRITICAL', 'a refresh token was presented that was never issued');
const TRAVELLED = event('authn_impossible_travel', 'CRITICAL', 'a session was in two places at once');
const PROVEN = event('authn_login_success', 'INFO', 'a person has proved who they are again');
const NOT_PROVEN = event('authn_login_fail', 'WARN', 'a proof was refused');
const CHANGED = event('authz_change', 'WARN', 'the attributes of a session changed');
const FORBIDDEN = event('authz_fail', 'CRITICAL', 'an operation was asked for that the policy does not name');
const CHALLENGED = event('session_challenged', 'INFO', 'a reauthentication was asked for');
const REFUSED = event('session_refused', 'WARN', 'a request was refused, and the session goes on');
const UNKNOWN = event('session_unknown', 'INFO', 'what was presented belongs to no session');
const ENDED_BEFORE = event('session_ended_before', 'INFO', 'a session that was to be ended, or told of, had ended');
const UNDECIDED = event('session_undecided', 'WARN', 'nobody could tell, and the request was refused');
const SUPERSEDED = event('session_superseded', 'INFO', 'two refreshes met, and one was told to come again');
const SIGNALLED = event('session_signalled', 'WARN', 'something was heard about the safety of a session');
const PERMITTED = event('session_permitted', 'DEBUG', 'a request was permitted');
const FAULT = event('session_fault', 'WARN', 'a part of the engine met a fault');

/**
 * What a record is called in a security log, by OWASP's Logging Vocabulary Cheat Sheet; the first that fits, the worst
 * before the rest.
 *
 * @example
 * securityEvent(toRecord(ended, { pseudonym })).event; // => 'session_expired'
 */
export function securityEvent(record: ObservedRecord): SecurityEvent {
  if (record.kind === 'fault') return FAULT;
  const { effect, endedNow } = record;
  const attack = attackIn(record);
  if (attack !== null) return attack;
  if (effect === 'indeterminate') return UNDECIDED;
  if (effect === 'superseded') return SUPERSEDED;
  if (record.type === 'start') return effect === 'permit' ? CREATED : LOGIN_REFUSED;
  if (endedNow) return has(record, 'token_revoked') ? TOKEN_REVOKED : ENDED;
  if (effect === 'permit') return permitted(record);
  if (has(record, 'session_missing')) return UNKNOWN;
  if (isAfterEnd(record)) return USED_AFTER_END;
  if (record.reasons.some(({ rule }) => rule === 'ended')) return ENDED_BEFORE;
  if (record.type === 'reauthenticated') return NOT_PROVEN;
  if (has(record, 'operation_unknown')) return FORBIDDEN;
  return effect === 'challenge' ? CHALLENGED : REFUSED;
}

/** Whether a session was presented that had ended before. Whoever ends it twice presents nothing. */
export function isAfterEnd({ effect, type, endedNow, reasons }: EndFacts): boolean {
  if (effect !== 'deny' || endedNow || type === 'revoked' || type === 'signal') return false;
  return reasons.some(({ rule }) => rule === 'ended');
}

/** What tells that a session had ended before. */
export interface EndFacts {
  readonly effect: string;
  readonly type: string;
  readonly endedNow: boolean;
  readonly reasons: readonly { readonly rule: string }[];
}

/**
 * A signal is a reason of every answer until a reauthentication, and news in the first one only: it was raised by this
 * event if it is no older than an answer can be.
 */
const NEWS = 2_000;

function attackIn(record: ObservedDecision): SecurityEvent | null {
  if (record.type === 'token_refreshed' && record.effect === 'deny' && !isAfterEnd(record)) {
    if (has(record, 'refresh_reused')) return TOKEN_REUSED;
    if (has(record, 'refresh_unknown')) return TOKEN_UNKNOWN;
  }
  const isNews = ({ code, rule, since }: ObservedDecision['reasons'][number]) =>
    code === 'impossible_travel' && rule !== 'ended' && record.at - since <= NEWS;
  return record.reasons.some(isNews) ? TRAVELLED : null;
}

function permitted({ type, warned, activity }: ObservedDecision): SecurityEvent {
  if (type === 'reauthenticated') return PROVEN;
  if (type === 'attributes_changed') return CHANGED;
  if (type === 'signal') return SIGNALLED;
  return warned && activity === 'user' ? RENEWED : PERMITTED;
}

function has({ reasons }: ObservedDecision, wanted: string): boolean {
  return reasons.some(({ code }) => code === wanted);
}
