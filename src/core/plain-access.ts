import { after, type Instant, NEVER } from '../time/instant.js';
import { isAsKnown, isSamePolicy } from './context.js';
import type { Permit, Reason } from './decision.js';
import type { AccessEvent } from './event.js';
import { limitsOf } from './limits.js';
import { restamped } from './next.js';
import type { Limits, Policy } from './policy.js';
import type { BuiltInCode } from './reason.js';
import type { Session, Stamps } from './session.js';
import { NO_RISKS, withRaised } from './signals.js';
import { absoluteStart } from './standing.js';

const NO_REASONS: readonly Reason[] = [];

/**
 * Permits the request that nearly all requests are: on a healthy session, in order, from where the last one came, with
 * nothing asked for and nothing raised.
 *
 * This is the second way to reach a decision, for speed alone; `null` sends the request the long way. It must say what
 * the rules would say: test/evaluate/plain-access.test.ts holds the two against each other.
 */
export function permitPlainAccess(policy: Policy, session: Session, event: AccessEvent): Permit | null {
  if (event.operation !== undefined || policy.rules.length > 0 || event.at <= session.recordedAt) return null;
  if (event.at >= session.stamps.idle || event.at >= session.stamps.absolute) return null;
  if (session.signals !== null || session.requested !== null || session.lease !== null) return null;
  // names of networks that only another policy knew are brought up to date the long way
  if (!isSamePolicy(policy, session)) return null;
  const { context: stated, attention = 'visible' } = event;
  const { context } = session;
  if (stated !== undefined && !isAsKnown(context, event, stated)) return null;
  if (policy.risk.length > 0 && withRaised(policy, session, event, context) !== null) return null;
  const surroundings = { attributes: session.attributes, context, attention };
  return permitWithin(policy, session, event, limitsOf(policy, surroundings, null, NO_RISKS));
}

function permitWithin(
  policy: Policy,
  session: Session,
  event: AccessEvent,
  { idleTimeout, absoluteTimeout }: Limits,
): Permit | null {
  const { at } = event;
  const { stamps, authenticatedAt, lastActivityAt } = session;
  const absolute = Math.min(stamps.absolute, after(absoluteStart(policy, session, authenticatedAt), absoluteTimeout));
  const reauthentication = Math.min(stamps.reauthentication, after(authenticatedAt, policy.reauthentication.after));
  const idleBefore = Math.min(stamps.idle, after(lastActivityAt, idleTimeout));
  // asked this way round, what is no number goes the long way
  if (!(at < idleBefore && at < absolute && at < reauthentication)) return null;
  const isUser = event.activity === 'user';
  const idle = isUser ? after(at, idleTimeout) : idleBefore;
  const next = restamped(policy, stamps, idle, absolute, reauthentication, isUser);
  const until = Math.min(absolute, idle, reauthentication);
  return {
    effect: 'permit',
    session: isUser || next !== stamps ? withAccess(policy, session, event, next) : session,
    reasons: NO_REASONS,
    until,
    warnAt: Math.max(at, until - policy.warnBefore),
    boundBy: boundBy(until, absolute, idle),
    refresh: null,
  };
}

function boundBy(until: Instant, absolute: Instant, idle: Instant): BuiltInCode | null {
  if (until === NEVER) return null;
  if (until === absolute) return 'absolute_timeout';
  return until === idle ? 'idle_timeout' : 'reauthentication_due';
}

function withAccess(policy: Policy, session: Session, event: AccessEvent, stamps: Stamps): Session {
  return {
    id: session.id,
    subject: session.subject,
    createdAt: session.createdAt,
    authenticatedAt: session.authenticatedAt,
    proofs: session.proofs,
    lastActivityAt: event.activity === 'user' ? event.at : session.lastActivityAt,
    recordedAt: event.at,
    bound: session.bound,
    context: session.context,
    attributes: session.attributes,
    attributesAt: session.attributesAt,
    signals: null,
    requested: null,
    stamps,
    lease: null,
    refresh: session.refresh,
    policy: policy.fingerprint,
    candidate: session.candidate,
    ended: null,
  };
}
