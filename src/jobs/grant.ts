import type { Session } from '../core/session.js';
import { isId } from '../engine/session-id.js';
import { type Instant, isInstant } from '../time/instant.js';

/**
 * What lies in the queue beside the work: plain JSON. It names a record in the store and proves nothing by itself, so
 * whoever reads the queue can do nothing with it; what the job may do stands in the record, so whoever writes into the
 * queue cannot loosen it.
 */
export interface Grant {
  /** The id of the grant's record; no secret. */
  readonly id: string;
  /** What kind of job it is for. A grant for another kind is none. */
  readonly job: string;
  /** The ceiling: the first instant at which the job may no longer run, whatever happens. */
  readonly until: Instant;
}

/** What a grant's record says, beyond what every session's does. */
export interface Terms {
  readonly job: string;
  /** The id of the person's session. */
  readonly sessionId: string;
  /** The codes of what may befall that session without stopping the job. */
  readonly outlives: readonly string[];
  /** How that session ended, where the job outlived it; then nothing more can befall it. */
  readonly sessionOver: string | null;
}

/** A kind of job, a code: short words without blanks, fit for a record and a log. */
const WORD = /^[\w.:-]{1,100}$/;

export function isWord(value: unknown): value is string {
  return typeof value === 'string' && WORD.test(value);
}

/**
 * Reads what came out of a queue; `null` if it is no grant.
 *
 * @example
 * readGrant({ id: 'x', job: 'report', until: 'tomorrow' }); // => null
 */
export function readGrant(value: unknown): Grant | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, job, until } = value as Record<string, unknown>;
  return isId(id) && isWord(job) && isInstant(until) ? { id, job, until } : null;
}

/** What a record of a grant is to say. */
export function attributesOf({ job, sessionId, outlives, sessionOver }: Terms): Session['attributes'] {
  const stated = { grantOf: sessionId, job, outlives };
  return sessionOver === null ? stated : { ...stated, sessionOver };
}

/** What a record says; `null` where it is not a grant's: a person's session must not be taken for one. */
export function termsOf({ attributes }: Pick<Session, 'attributes'>): Terms | null {
  const { grantOf: sessionId, job, outlives, sessionOver = null } = attributes;
  if (!isId(sessionId) || !isWord(job) || !Array.isArray(outlives) || !outlives.every(isWord)) return null;
  return { job, sessionId, outlives, sessionOver: isWord(sessionOver) ? sessionOver : null };
}
