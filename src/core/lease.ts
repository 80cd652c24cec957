import { after, type Instant } from '../time/instant.js';
import type { AccessEvent, OperationFinishedEvent } from './event.js';
import type { Policy } from './policy.js';
import type { Lease } from './session.js';
import type { ActiveRisk } from './signals.js';

/** What a lease rests on. */
interface Grounds {
  /** The lease that holds already. */
  readonly lease: Lease | null;
  readonly authenticatedAt: Instant;
  readonly risks: readonly ActiveRisk[];
}

/** The idle deadline with a lease that holds. */
export function leased(idle: Instant, lease: Lease | null): Instant {
  return lease === null ? idle : Math.max(idle, lease.until);
}

/** A lease holds until its end, unless somebody reauthenticated since or the risk has risen. */
export function heldLease(
  policy: Policy,
  lease: Lease,
  authenticatedAt: Instant,
  risks: readonly ActiveRisk[],
): Lease | null {
  const length = leaseOf(policy, lease.operation);
  if (length === 0 || lease.from < authenticatedAt) return null;
  if (risks.some(({ rule }) => rule.response !== 'observe')) return null;
  const until = Math.min(lease.until, after(lease.from, length));
  return until === lease.until ? lease : { ...lease, until };
}

/** A lease whose operation is over ends there and then: the idle deadline counts from the last activity again. */
export function finishedLease(lease: Lease, { operation, at }: OperationFinishedEvent): Lease {
  return lease.operation === operation && at < lease.until ? { ...lease, until: at } : lease;
}

/** The lease that an access opens, if it would hold and ends later than the one that does. */
export function openedLease(policy: Policy, { operation, at }: AccessEvent, before: Grounds): Lease | null {
  const held = before.lease;
  if (operation === undefined) return held;
  const until = after(at, leaseOf(policy, operation));
  if (held !== null && held.until >= until) return held;
  return heldLease(policy, { operation, from: at, until }, before.authenticatedAt, before.risks) ?? held;
}

function leaseOf(policy: Policy, operation: string): number {
  return Object.hasOwn(policy.operations, operation) ? (policy.operations[operation] as { lease: number }).lease : 0;
}
