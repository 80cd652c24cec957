import type { SessionEvent } from '../../core/event.js';
import type { Operation, Policy } from '../../core/policy.js';
import type { Lease, Session, Stamps } from '../../core/session.js';
import type { Instant } from '../../time/instant.js';
import { earliest, latest, plus } from './arithmetic.js';
import { limitsOf, type Surroundings } from './limits.js';
import { activeRules } from './risk.js';

/** The deadlines of a session as it is. */
export interface Deadlines {
  readonly absolute: Instant;
  /** Without the lease. */
  readonly idle: Instant;
  /** With the lease, where one holds. */
  readonly idleWithLease: Instant;
  readonly reauthentication: Instant;
}

/** Every deadline: the earlier of its stamp and of what today's policy makes of the facts. */
export function deadlinesOf(
  policy: Policy,
  session: Session,
  surroundings: Surroundings,
  event: SessionEvent,
): Deadlines {
  const { createdAt, authenticatedAt, lastActivityAt, stamps } = session;
  const limits = limitsOf(policy, session, surroundings);
  const { after, resetsAbsolute } = policy.reauthentication;
  const anchor = resetsAbsolute ? latest([createdAt, authenticatedAt]) : createdAt;
  const idle = earliest([stamps.idle, plus(lastActivityAt, limits.idle)]);
  const lease = heldLease(policy, session, event);
  return {
    absolute: earliest([stamps.absolute, plus(anchor, limits.absolute)]),
    idle,
    idleWithLease: lease === null ? idle : latest([idle, lease.until]),
    reauthentication: earliest([stamps.reauthentication, plus(authenticatedAt, after)]),
  };
}

/** The session's lease, with its end as this policy and event see it; `null` where none holds. */
export function heldLease(policy: Policy, session: Session, event: SessionEvent): Lease | null {
  const { lease } = session;
  if (lease === null || lease.from < session.authenticatedAt) return null;
  const length = operationOf(policy, lease.operation)?.lease ?? 0;
  const isVoid = activeRules(policy, session).some(({ rule }) => rule.response !== 'observe');
  if (length === 0 || isVoid) return null;
  const finished = event.type === 'operation_finished' && event.operation === lease.operation ? [event.at] : [];
  return { ...lease, until: earliest([lease.until, plus(lease.from, length), ...finished]) };
}

/** What a policy says of an operation; `undefined` for one that it does not name. */
export function operationOf(policy: Policy, name: string): Operation | undefined {
  return new Map<string, Operation>(Object.entries(policy.operations)).get(name);
}

/** The stamps after a verdict that moves nothing later. */
export function loweredStamps(
  policy: Policy,
  session: Session,
  surroundings: Surroundings,
  event: SessionEvent,
): Stamps {
  const { absolute, idle, reauthentication } = deadlinesOf(policy, session, surroundings, event);
  const onIdle = policy.onIdle === 'end' ? 'end' : session.stamps.onIdle;
  return { absolute, idle, reauthentication, onIdle };
}
