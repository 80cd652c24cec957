import { ownContext } from './core/context.js';
import type { Policy } from './core/policy.js';
import type { ReasonCode } from './core/reason.js';
import type { Ended, Session } from './core/session.js';
import { type Standing, standingBefore } from './core/standing.js';
import { type Instant, NEVER } from './time/instant.js';

/**
 * When a session's clocks run out if nothing happens; `NEVER` for a clock that the policy does not set. All of them
 * stand at its end if it has ended.
 */
export interface Deadlines {
  readonly idle: Instant;
  readonly absolute: Instant;
  readonly reauthentication: Instant;
  /** The earliest of the three. */
  readonly until: Instant;
  /** The code of the limit that sets `until`; `null` if none does. */
  readonly boundBy: ReasonCode | null;
  /** When to warn: `until - warnBefore`. */
  readonly warnAt: Instant;
}

/**
 * The deadlines of a session, for timers, cookies and countdowns.
 *
 * @example
 * deadlines(policy, session).until; // wake up then, and ask `evaluate` again
 */
export function deadlines(policy: Policy, session: Session): Deadlines {
  if (session.ended !== null) return endOf(session.ended);
  const { idle, absolute, reauthentication } = currentStanding(policy, session);
  const until = Math.min(idle, absolute, reauthentication);
  const bounds: readonly (readonly [Instant, ReasonCode])[] = [
    [absolute, 'absolute_timeout'],
    [idle, 'idle_timeout'],
    [reauthentication, 'reauthentication_due'],
  ];
  const boundBy = until === NEVER ? null : (bounds.find(([deadline]) => deadline === until)?.[1] ?? null);
  return { idle, absolute, reauthentication, until, boundBy, warnAt: Math.max(0, until - policy.warnBefore) };
}

/** Every clock of a session that has ended stands at its end. */
function endOf({ code, since }: Ended): Deadlines {
  return { idle: since, absolute: since, reauthentication: since, until: since, boundBy: code, warnAt: since };
}

/**
 * Whether a session has ended, or would be found ended at `at`. A locked one has not: a reauthentication resumes it.
 */
export function hasLapsed(policy: Policy, session: Session, at: Instant): boolean {
  if (session.ended !== null) return true;
  const { idle, absolute } = currentStanding(policy, session);
  const endsOnIdle = policy.onIdle === 'end' || session.stamps.onIdle === 'end';
  return at >= absolute || (endsOnIdle && at >= idle);
}

function currentStanding(policy: Policy, session: Session): Standing {
  const { attributes, signals } = session;
  const context = ownContext(policy, session);
  return standingBefore(policy, session, { attributes, context, attention: 'visible' }, signals, null);
}
