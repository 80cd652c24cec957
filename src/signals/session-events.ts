import type { DecisionRecord } from '../engine/observer.js';
import type { Instant } from '../time/instant.js';
import type { InitiatingEntity } from './security-event.js';

/** An event of a session that others may want to know of. */
export interface SessionNews {
  readonly type: 'caep/session-established' | 'caep/session-presented' | 'caep/session-revoked';
  readonly sessionId: string;
  readonly subject: string;
  readonly at: Instant;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What the session's holder did; whatever else ends a session is the policy's doing, or an administrator's. */
const BY_USER = new Set(['logout']);
/** Ends that nobody asked for: they follow from the policy. */
const BY_POLICY = 'revoked';

/**
 * What a decision record is news of (CAEP 1.0 sections 3.1, 3.6, 3.7); `null` for most.
 *
 * @example
 * const record = { kind: 'decision', type: 'start', effect: 'permit', sessionId: 's1', subject: 'alice', at: 60_000 };
 * sessionNews(record)?.type; // => 'caep/session-established'
 */
export function sessionNews(record: DecisionRecord): SessionNews | null {
  const { sessionId, subject, at } = record;
  if (sessionId === null || subject === null) return null;
  // seconds, rounded down: a time in the future is none
  const time = { event_timestamp: Math.floor(at / 1_000) };
  if (record.endedNow) {
    const code = record.reasons.find(({ effect }) => effect === 'deny')?.code ?? 'ended';
    const why = { initiating_entity: initiatedBy(record, code), reason_admin: { en: `session ended: ${code}` } };
    return { type: 'caep/session-revoked', sessionId, subject, at, payload: { ...time, ...why } };
  }
  if (record.effect !== 'permit') return null;
  if (record.type === 'start') return { type: 'caep/session-established', sessionId, subject, at, payload: time };
  const isPresented = record.type === 'access' && record.activity === 'user';
  return isPresented ? { type: 'caep/session-presented', sessionId, subject, at, payload: time } : null;
}

function initiatedBy({ type }: DecisionRecord, code: string): InitiatingEntity {
  if (type !== BY_POLICY || code === 'concurrency_limit') return 'policy';
  return BY_USER.has(code) ? 'user' : 'admin';
}
