import { after, NEVER } from '../time/instant.js';
import { isAsKnown, isSamePolicy } from './context.js';
import { absoluteStart } from './facts.js';
import { limitsOf } from './limits.js';
import type { Limits, Policy } from './policy.js';
import { withRaised } from './signals.js';
import type { AccessEvent, Permit, Reason, Session } from './types.js';

const NO_REASONS: readonly Reason[] = [];

/**
 * Permits the request that nearly all requests are: on a healthy session, in order, from where the last one came, with nothing asked for
 * and nothing raised.
 *
 * This is the second way to reach a decision, for speed alone; `null` sends the request the long way. It must say what the rules
 * would say: test/evaluate/plain-access.test.ts holds the two against each other.
 */
export function permitPlainAccess(policy: Policy, session: Session, event: AccessEvent): Permit | null {
  if (event.operation !== undefined || policy.rules.length > 0 || event.at <= session.recordedAt) return null;
  if (event.at >= session.stamps.idle || event.at >= session.stamps.absolute) return null;
  if (session.signals !== null || session.requested !== null || session.lease !== null) return null;
  // names of networks that only another policy knew are brought up to date the long way
  if (!isSamePolicy(policy, session)) return null;
  const { context: stated, attention = 'visible' } = event;
  const { context } = session;
  if (stated !== undefined && !isAsKnown(context, stated)) return null;
  if (policy.risk.length > 0 && withRaised(policy, session, event, context) !== null) return null;
  const { limits, conditions } = policy;
  const isPlain = conditions.length === 0;
  const inForce = isPlain ? limits : limitsOf(policy, { attributes: session.attributes, context, attention }, null, []);
  return permitWithin(policy, session, event, inForce);
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
  if (at >= idleBefore || at >= absolute || at >= reauthentication) return null;
  const idle = event.activity === 'user' ? after(at, idleTimeout) : idleBefore;
  const until = Math.min(absolute, idle, reauthentication);
  return {
    effect: 'permit',
    session: withAccess(policy, session, event, { idle, absolute, reauthentication }),
    reasons: NO_REASONS,
    until,
    warnAt: Math.max(at, until - policy.warnBefore),
    boundBy:
      until === NEVER
        ? null
        : until === absolute
          ? 'absolute_timeout'
          : until === idle
            ? 'idle_timeout'
            : 'reauthentication_due',
    refresh: null,
  };
}

function withAccess(
  policy: Policy,
  session: Session,
  event: AccessEvent,
  { idle, absolute, reauthentication }: { readonly idle: number; readonly absolute: number; readonly reauthentication: number },
): Session {
  const { stamps } = session;
  const isUser = event.activity === 'user';
  const onIdle = isUser || policy.onIdle === 'end' ? policy.onIdle : stamps.onIdle;
  const isSame =
    idle === stamps.idle &&
    absolute === stamps.absolute &&
    reauthentication === stamps.reauthentication &&
    onIdle === stamps.onIdle;
  if (!isUser && isSame) return session;
  return {
    id: session.id,
    subject: session.subject,
    createdAt: session.createdAt,
    authenticatedAt: session.authenticatedAt,
    proofs: session.proofs,
    lastActivityAt: isUser ? event.at : session.lastActivityAt,
    recordedAt: event.at,
    bound: session.bound,
    context: session.context,
    attributes: session.attributes,
    attributesAt: session.attributesAt,
    signals: null,
    requested: null,
    stamps: isSame ? stamps : { idle, absolute, reauthentication, onIdle },
    lease: null,
    refresh: session.refresh,
    policy: policy.fingerprint,
    candidate: session.candidate,
    ended: null,
  };
}
