import type { Instant } from '../time/instant.js';
import { laidOver, ownContext } from './context.js';
import type { SessionEvent } from './event.js';
import type { Surroundings } from './limits.js';
import type { Policy } from './policy.js';
import type { RuleFacts } from './rule.js';
import type { Attributes, Context, KnownContext, Session, Signals } from './session.js';
import { withRaised, withSignal } from './signals.js';
import { type Standing, standingAfter, standingBefore } from './standing.js';

/** Everything that the rules look at, derived once per event. */
export interface Facts extends RuleFacts {
  readonly policy: Policy;
  readonly signals: Signals | null;
  readonly attributes: Attributes;
  readonly attributesAt: Instant;
  /** The session's own context, its networks looked up under today's policy. */
  readonly own: KnownContext;
  /** What the limits rest on: not what a later activity has superseded. */
  readonly surroundings: Surroundings;
  readonly before: Standing;
  /** The same reference as `before` where the event moves nothing. */
  readonly after: Standing;
}

/** Derives the facts. Every deadline is the earlier of the stamp and what the policy makes of the session. */
export function gatherFacts(policy: Policy, session: Session, event: SessionEvent): Facts {
  // limits that are no numbers would decide nothing, or end what nobody ended; `evaluate` catches this
  if (!(policy.limits.idleTimeout > 0 && policy.limits.absoluteTimeout > 0)) throw new TypeError('not a policy');
  const { at } = event;
  const stated = contextOf(event);
  const own = ownContext(policy, session);
  const context = stated === undefined ? own : laidOver(policy, own, event, stated);
  const attention = event.type === 'access' ? (event.attention ?? 'visible') : 'visible';
  const attributes = attributesAfter(session, event);
  const signals = signalsAfter(policy, session, event, context);
  // a later user activity has superseded what an earlier request says of its surroundings
  const surroundings: Surroundings =
    at < session.lastActivityAt
      ? { attributes, context: own, attention: 'visible' }
      : { attributes, context, attention };
  const before = standingBefore(policy, session, surroundings, signals, event);
  const next = standingAfter(policy, session, event, surroundings, signals, before);
  return {
    session,
    event,
    now: Math.max(at, session.recordedAt),
    context,
    attention,
    authenticatedAt: next.authenticatedAt,
    proofs: next.proofs,
    policy,
    signals,
    attributes,
    attributesAt: event.type === 'attributes_changed' ? Math.max(session.attributesAt, at) : session.attributesAt,
    own,
    surroundings,
    before,
    after: next,
  };
}

/** The attributes from now on; the same reference where the event says nothing new of them. */
function attributesAfter({ attributes, attributesAt }: Session, event: SessionEvent): Attributes {
  if (event.type !== 'attributes_changed' || event.at < attributesAt) return attributes;
  return spelled(attributes) === spelled(event.attributes) ? attributes : event.attributes;
}

function spelled(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).sort());
}

function contextOf(event: SessionEvent): Context | undefined {
  const isStated = event.type === 'access' || event.type === 'token_refreshed' || event.type === 'reauthenticated';
  return isStated ? event.context : undefined;
}

function signalsAfter(policy: Policy, session: Session, event: SessionEvent, context: KnownContext): Signals | null {
  if (event.type === 'signal') return withSignal(session.signals, event.signal, event.level ?? 'high', event.at);
  if (policy.risk.length === 0) return session.signals;
  if (event.type !== 'access' && event.type !== 'token_refreshed') return session.signals;
  return withRaised(policy, session, event, context);
}
