import type { Reason } from '../core/decision.js';
import { after, type Instant } from '../time/instant.js';
import type { Check, JobReason } from './checks.js';
import type { Grant } from './grant.js';
import type { Parts } from './options.js';

/** A check, and what else was found out on the way. */
export interface Inspection {
  readonly check: Check;
  /** Whether it is a pause because nobody could tell. */
  readonly isUnsure: boolean;
  /** The person's session, where the grant's record could be read. */
  readonly sessionId: string | null;
}

export function reasonsOf(of: JobReason['of'], reasons: readonly Reason[]): JobReason[] {
  return reasons.map(({ code, since }) => ({ code, of, since }));
}

export function abort(reasons: readonly JobReason[], sessionId: string | null = null): Inspection {
  return { check: { verdict: 'abort', reasons }, isUnsure: false, sessionId };
}

/** What is to be paused, and since when. */
export interface Pausing {
  readonly grant: Grant;
  readonly reasons: readonly JobReason[];
  /** Since when the cause holds, as the facts tell; or now. */
  readonly since: Instant;
  readonly now: Instant;
  readonly isUnsure: boolean;
  readonly sessionId: string | null;
}

/** A pause; or an abort, where it has lasted too long or the ceiling is reached. */
export function pause({ pauses, longestPause, retryAfter }: Parts, pausing: Pausing): Inspection {
  const { grant, reasons, now, isUnsure, sessionId } = pausing;
  // by a clock that is off, nothing can be too late; the engine sees to it that it is right again, or believed
  if (reasons.some(({ code }) => code === 'clock_off')) {
    return { check: { verdict: 'pause', reasons, until: grant.until, retryAfter }, isUnsure, sessionId };
  }
  const until = Math.min(after(pauses.since(grant.id, pausing.since), longestPause), grant.until);
  if (now < until) {
    const soon = Math.min(retryAfter, until - now);
    return { check: { verdict: 'pause', reasons, until, retryAfter: soon }, isUnsure, sessionId };
  }
  const code = now < grant.until ? 'pause_too_long' : 'absolute_timeout';
  return abort([{ code, of: 'grant', since: until }, ...reasons], sessionId);
}
