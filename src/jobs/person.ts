import type { Answer } from '../engine/answers.js';
import { byId } from '../engine/question.js';
import { evaluate } from '../evaluate.js';
import { type Instant, NEVER } from '../time/instant.js';
import type { JobReason } from './checks.js';
import type { Terms } from './grant.js';
import { reasonsOf } from './inspection.js';
import type { Parts } from './options.js';

/** How the person's session stands, as far as the job is concerned. */
export interface Standing {
  readonly verdict: 'continue' | 'pause' | 'abort' | 'unsure';
  readonly reasons: readonly JobReason[];
  /** Since when it stops the job, where it does; else when that can change by itself. */
  readonly at: Instant;
  /** Set where the session has ended for good and the job outlives it. */
  readonly over: string | null;
}

const DEADLINES: readonly string[] = ['idle_timeout', 'absolute_timeout'];

/** Looks at the person's session. */
export async function personOf(parts: Parts, { sessionId, outlives, sessionOver }: Terms): Promise<Standing> {
  if (sessionOver !== null) return { verdict: 'continue', reasons: [], at: NEVER, over: null };
  const answer = await seen(parts, sessionId);
  if (answer.effect === 'permit') return { verdict: 'continue', reasons: [], at: answer.until, over: null };
  const found = [...decidedBy(answer), ...besides(parts, answer)];
  const stops = stopping(found, outlives);
  const at = Math.min(...stops.map(({ since }) => since));
  if (answer.effect === 'indeterminate') return { verdict: 'unsure', reasons: found, at, over: null };
  if (stops.length > 0) return { verdict: hasEnded(answer) ? 'abort' : 'pause', reasons: stops, at, over: null };
  // a lock can still be opened, and what is gone without a trace cannot be written down as anything
  const until = answer.effect === 'challenge' ? answer.until : NEVER;
  return { verdict: 'continue', reasons: found, at: until, over: answer.session?.ended?.code ?? null };
}

/**
 * Looks without touching. A session that has lapsed unnoticed is asked once in earnest, in the background: that writes
 * its end down, which the store would else forget one day, and nobody could tell a timeout from a logout.
 */
async function seen({ sessions }: Parts, sessionId: string): Promise<Answer> {
  const answer = await sessions.peek(byId(sessionId));
  const isUnwritten = answer.session !== null && answer.session.ended === null && hasEnded(answer);
  return isUnwritten ? sessions.access(byId(sessionId), { activity: 'background' }) : answer;
}

/** Whether a session is over, or would be found so. */
export function hasEnded({ effect, session, reasons }: Answer): boolean {
  if (session === null) return effect === 'deny';
  return session.ended !== null || (effect === 'deny' && reasons.some(({ code }) => DEADLINES.includes(code)));
}

/** The reasons that decided: notices, and what is milder, aside. */
export function decidedBy(answer: Answer, of: JobReason['of'] = 'session'): JobReason[] {
  return reasonsOf(
    of,
    answer.reasons.filter(({ effect }) => effect === answer.effect),
  );
}

/**
 * What else stood against a session when it ended, of which the end itself says nothing: a session that nobody could
 * vouch for must not become a harmless one by timing out.
 */
function besides({ sessions }: Parts, { session }: Answer): JobReason[] {
  if (session === null || session.ended === null) return [];
  const at = Math.max(session.ended.since, session.recordedAt);
  const open = { ...session, ended: null };
  const { reasons } = evaluate(sessions.policy(), open, { type: 'access', at, activity: 'background' });
  return reasonsOf(
    'session',
    reasons.filter(({ effect, code }) => effect !== 'permit' && ![session.ended?.code, ...DEADLINES].includes(code)),
  );
}

/** What the job does not outlive. Nobody who is away can be asked for a proof: that they are away says it all. */
function stopping(found: readonly JobReason[], outlives: readonly string[]): readonly JobReason[] {
  const isAway = found.some(({ code }) => DEADLINES.includes(code) && outlives.includes(code));
  return found.filter(({ code }) => !outlives.includes(code) && !(isAway && code === 'reauthentication_due'));
}
