import type { RevokedEvent } from './core/event.js';
import type { Policy } from './core/policy.js';
import type { Session } from './core/session.js';
import { hasLapsed } from './deadlines.js';
import type { Instant } from './time/instant.js';

/** What a limit on concurrent sessions makes of a login. */
export interface Admission {
  /** Whether the newcomer may stay; `true` where there is no newcomer. */
  readonly admitted: boolean;
  /** The sessions to end, oldest first. Never the newcomer: it is refused instead. */
  readonly end: readonly Session[];
  /** The event to end them with. */
  readonly event: RevokedEvent;
}

/**
 * Decides concurrency: which sessions of one subject end, or whether the newcomer is refused.
 *
 * Sessions that have ended or lapsed at `at` do not count. The rest is ranked by `(createdAt, id)`, so that two
 * servers that race for the last place agree on who loses, and a replay gives the same answer. A newcomer that is not
 * among `sessions` comes after all of them, whatever its clock says: it must not take the place of somebody who was
 * let in.
 *
 * @param sessions the subject's sessions; the newcomer is among them once it has been stored
 * @param newcomer the session that starts, or `null` to enforce a limit that was lowered
 * @example
 * const { admitted, end, event } = admit(policy, sessions, newcomer, now);
 * for (const session of end) save(evaluate(policy, session, event).session);
 */
export function admit(policy: Policy, sessions: readonly Session[], newcomer: Session | null, at: Instant): Admission {
  const event: RevokedEvent = { type: 'revoked', at, code: 'concurrency_limit', by: 'policy' };
  const { concurrency } = policy;
  if (concurrency === null) return { admitted: true, end: [], event };
  const isStored = newcomer !== null && sessions.some(({ id }) => id === newcomer.id);
  const others = sessions.filter(({ id }) => id !== newcomer?.id).filter((one) => !hasLapsed(policy, one, at));
  const stored = (isStored ? [...others, newcomer] : others).sort(byAge);
  const ranked = newcomer === null || isStored ? stored : [...stored, newcomer];
  const surplus = Math.max(0, ranked.length - concurrency.maxSessions);
  const losers =
    concurrency.onExceed === 'endOldest' ? ranked.slice(0, surplus) : ranked.slice(ranked.length - surplus);
  return {
    admitted: newcomer === null || !losers.includes(newcomer),
    end: losers.filter((session) => session !== newcomer),
    event,
  };
}

function byAge(a: Session, b: Session): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
