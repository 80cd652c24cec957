import type { SessionEvent } from '../../core/event.js';
import type { Policy } from '../../core/policy.js';
import type { KnownContext, Proofs, Session } from '../../core/session.js';
import type { Instant } from '../../time/instant.js';
import { latest, plus } from './arithmetic.js';
import { layOver } from './context.js';
import { deadlinesOf, heldLease, loweredStamps, operationOf } from './deadlines.js';
import { limitsOf, type Surroundings } from './limits.js';
import { withSignalsOf } from './risk.js';

/** An event about to be judged: the session that it finds, and the one that it leaves where it is permitted. */
export interface Moment {
  readonly policy: Policy;
  readonly event: SessionEvent;
  /** As it came. */
  readonly session: Session;
  readonly now: Instant;
  readonly surroundings: Surroundings;
  /** With this event's signals and attributes, which are kept whatever the verdict. */
  readonly before: Session;
  /** As if permitted, but for the rotation of the refresh token. */
  readonly after: Session;
}

/** Sets the scene for a verdict. */
export function momentOf(policy: Policy, session: Session, event: SessionEvent): Moment {
  const now = latest([event.at, session.recordedAt]);
  const raised = withSignalsOf(policy, session, event);
  const isNews = event.type === 'attributes_changed' && event.at >= session.attributesAt;
  const before = isNews ? { ...raised, attributes: event.attributes, attributesAt: event.at } : raised;
  const surroundings = surroundingsOf(policy, session, event);
  const scene = { policy, event, session, now, surroundings, before };
  return { ...scene, after: permitted(scene) };
}

function surroundingsOf(policy: Policy, session: Session, event: SessionEvent): Surroundings {
  const attention = 'attention' in event ? (event.attention ?? 'visible') : 'visible';
  // What a superseded event says of its surroundings is out of date.
  if (event.at < session.lastActivityAt) {
    return { context: layOver(policy, session, { type: 'revoked', at: event.at, code: '-' }), attention: 'visible' };
  }
  return { context: layOver(policy, session, event), attention };
}

/** Whether an event is a reauthentication later than any before. */
export function isNewerAuthentication(session: Session, event: SessionEvent): boolean {
  return event.type === 'reauthenticated' && event.at > session.authenticatedAt;
}

/** The proofs once a reauthentication is counted: its level and all below. */
function provenBy(event: SessionEvent, proofs: Proofs): Proofs {
  if (event.type !== 'reauthenticated') return proofs;
  const levels = ['aal1', 'aal2', 'aal3'] as const;
  const proven = levels.slice(0, levels.indexOf(event.assuranceLevel) + 1);
  return { ...proofs, ...Object.fromEntries(proven.map((level) => [level, latest([event.at, proofs[level] ?? 0])])) };
}

type Scene = Omit<Moment, 'after'>;

function permitted(scene: Scene): Session {
  const { before, event } = scene;
  const newer = isNewerAuthentication(before, event);
  const authenticated = {
    ...before,
    authenticatedAt: newer ? event.at : before.authenticatedAt,
    proofs: provenBy(event, before.proofs),
  };
  const placed = { ...authenticated, ...contextsAfter(scene, newer) };
  const active = { ...placed, ...activityAfter(scene, authenticated, newer) };
  return { ...active, lease: leaseAfter(scene, active) };
}

function contextsAfter(
  { policy, before, event }: Scene,
  newer: boolean,
): { bound?: KnownContext; context?: KnownContext } {
  const context = layOver(policy, before, event);
  if (newer) return { bound: context, context };
  const moves = (event.type === 'access' || event.type === 'token_refreshed') && event.at >= before.recordedAt;
  return moves ? { context } : {};
}

function activityAfter(scene: Scene, authenticated: Session, newer: boolean) {
  const { policy, before, event, surroundings } = scene;
  const { resetsIdle, resetsAbsolute, after } = policy.reauthentication;
  const limits = limitsOf(policy, authenticated, surroundings);
  const lowered = loweredStamps(policy, before, surroundings, event);
  const isUser = event.type === 'access' && event.activity === 'user';
  const idleMoves = (isUser && event.at > before.lastActivityAt) || (newer && resetsIdle);
  const isLate = event.at <= before.recordedAt;
  const recordedLength = before.stamps.idle - before.lastActivityAt;
  const length = isLate ? Math.min(limits.idle, recordedLength) : limits.idle;
  const lastActivityAt = idleMoves ? latest([before.lastActivityAt, event.at]) : before.lastActivityAt;
  const stamps = {
    idle: idleMoves ? plus(lastActivityAt, length) : lowered.idle,
    onIdle: idleMoves ? policy.onIdle : lowered.onIdle,
    reauthentication: newer ? plus(event.at, after) : lowered.reauthentication,
    absolute: newer && resetsAbsolute ? plus(latest([before.createdAt, event.at]), limits.absolute) : lowered.absolute,
  };
  return { lastActivityAt, stamps };
}

function leaseAfter({ policy, event }: Scene, after: Session): Session['lease'] {
  const held = heldLease(policy, after, event);
  if (event.type !== 'access' || event.activity !== 'user' || event.operation === undefined) return held;
  const length = operationOf(policy, event.operation)?.lease ?? 0;
  const opened = { operation: event.operation, from: event.at, until: plus(event.at, length) };
  const holds = heldLease(policy, { ...after, lease: opened }, event) !== null;
  return holds && (held === null || opened.until > held.until) ? opened : held;
}

/** The session where its request was refused: what is known of danger stays, and no deadline is later. */
export function refused({ policy, before, event, surroundings }: Moment): Session {
  const stamps = loweredStamps(policy, before, surroundings, event);
  return { ...before, stamps, lease: heldLease(policy, before, event) };
}

/** The deadlines of `before` and `after` as the verdict needs them. */
export function deadlinesAround({ policy, before, after, event, surroundings }: Moment) {
  const at = (session: Session) => deadlinesOf(policy, session, surroundings, event);
  return { found: at(before), left: at(after) };
}
