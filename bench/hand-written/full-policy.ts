import type { AccessEvent } from '../../src/core/event.js';
import type { Attributes, KnownContext, Lease, Session, Signals } from '../../src/core/session.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const NEVER = 8.64e15;
export const PAY_WITHIN = 30 * MINUTE;
export const REAUTHENTICATION = 4 * HOUR;
const EXPORT_LEASE = 20 * MINUTE;

/** Since when each signal that applies does; -1 where it does not. */
export interface Risks {
  readonly network: number;
  readonly device: number;
  readonly travel: number;
  readonly level: number;
}

/** The signals newer than the login; `null` where none is. */
export function risksOf(signals: Signals, authenticatedAt: number): Risks | null {
  const network = since(signals['network_changed']?.high, authenticatedAt);
  const device = since(signals['device_changed']?.high, authenticatedAt);
  const travel = since(signals['impossible_travel']?.high, authenticatedAt);
  const { medium, high } = signals['risk_level'] ?? {};
  const level = since(medium === undefined || (high !== undefined && high > medium) ? high : medium, authenticatedAt);
  return network < 0 && device < 0 && travel < 0 && level < 0 ? null : { network, device, travel, level };
}

function since(at: number | undefined, authenticatedAt: number): number {
  return at !== undefined && at >= authenticatedAt ? at : -1;
}

export function isCalm(risks: Risks | null): boolean {
  return risks === null || (risks.network < 0 && risks.device < 0 && risks.level < 0);
}

/** 15 min, 30 in the office, at most what was asked for; 10 for an administrator, 5 if hidden, 2 at risk. */
export function idleLimit(session: Session, event: AccessEvent, context: KnownContext, risks: Risks | null): number {
  const base = context.networks.includes('office') ? 30 * MINUTE : 15 * MINUTE;
  let limit = Math.min(session.requested?.idleTimeout ?? base, HOUR);
  if (limit > 10 * MINUTE && isAdmin(session.attributes)) limit = 10 * MINUTE;
  if (limit > 5 * MINUTE && (event.attention === 'hidden' || event.attention === 'locked')) limit = 5 * MINUTE;
  return limit > 2 * MINUTE && risks !== null && risks.level >= 0 ? 2 * MINUTE : limit;
}

function isAdmin({ role }: Attributes): boolean {
  return typeof role === 'object' ? role.includes('admin') : role === 'admin';
}

export function absoluteLimit(session: Session): number {
  return Math.min(session.requested?.absoluteTimeout ?? 8 * HOUR, 24 * HOUR);
}

export function isClamped({ requested }: Session): boolean {
  return requested !== null && ((requested.idleTimeout ?? 0) > HOUR || (requested.absoluteTimeout ?? 0) > 24 * HOUR);
}

/** The lease of an export holds 20 min, unless somebody logged in again or the risk has risen. */
export function heldLease(lease: Lease, authenticatedAt: number, risks: Risks | null): Lease | null {
  if (lease.operation !== 'report:export' || lease.from < authenticatedAt || !isCalm(risks)) return null;
  const until = lease.from + EXPORT_LEASE;
  return until < lease.until ? { operation: lease.operation, from: lease.from, until } : lease;
}

export function openedLease(held: Lease | null, at: number, risks: Risks | null): Lease | null {
  const until = at + EXPORT_LEASE;
  if ((held !== null && held.until >= until) || !isCalm(risks)) return held;
  return { operation: 'report:export', from: at, until };
}

/** How long the proof that an operation needs is good for; -1 for an operation that there is not. */
export function operationUntil(session: Session, operation: string | undefined): number {
  if (operation === undefined || operation === 'report:export') return NEVER;
  if (operation !== 'payment:create') return -1;
  return (session.proofs.aal2 ?? session.proofs.aal1 ?? session.authenticatedAt) + PAY_WITHIN;
}
