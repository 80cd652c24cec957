import type { Condition, Policy } from '../../core/policy.js';
import type { Attention, KnownContext, Session } from '../../core/session.js';
import type { Duration } from '../../time/duration.js';
import { earliest, latest } from './arithmetic.js';
import { activeRules } from './risk.js';

/** Where a request is judged to come from, as far as the limits care. */
export interface Surroundings {
  readonly context: KnownContext;
  readonly attention: Attention;
}

/** The two limits that hold, and whether a request for a longer one was cut short. */
export interface HeldLimits {
  readonly idle: Duration;
  readonly absolute: Duration;
  readonly isClamped: boolean;
}

/** The limits that a policy gives a session as it is. */
export function limitsOf(policy: Policy, session: Session, surroundings: Surroundings): HeldLimits {
  const matching = policy.conditions.filter((condition) => matches(condition, session, surroundings));
  const tightening = [
    ...matching.filter(({ relax }) => !relax),
    ...activeRules(policy, session)
      .map(({ rule }) => rule)
      .filter(({ response }) => response === 'tighten'),
  ];
  const relaxing = matching.filter(({ relax }) => relax).map(({ idleTimeout }) => idleTimeout);
  const base = relaxing.length > 0 ? earliest(relaxing) : policy.limits.idleTimeout;
  const idle = grant(session.requested?.idleTimeout, base, policy.requestable.idleTimeout);
  const { absoluteTimeout } = policy.limits;
  const absolute = grant(session.requested?.absoluteTimeout, absoluteTimeout, policy.requestable.absoluteTimeout);
  return {
    idle: earliest([idle.limit, ...tightening.map(({ idleTimeout }) => idleTimeout)]),
    absolute: earliest([absolute.limit, ...tightening.map((rule) => rule.absoluteTimeout)]),
    isClamped: idle.isClamped || absolute.isClamped,
  };
}

function grant(asked: Duration | undefined, limit: Duration, requestable: Duration) {
  if (asked === undefined) return { limit, isClamped: false };
  const ceiling = latest([limit, requestable]);
  return { limit: earliest([asked, ceiling]), isClamped: asked > ceiling };
}

function matches(condition: Condition, session: Session, { context, attention }: Surroundings): boolean {
  const { attributes, networks, attention: asked } = condition.when;
  const known = new Map<string, unknown>(Object.entries(session.attributes));
  const matchesAttributes = (attributes ?? []).every(({ name, values }) => {
    const value = known.get(name);
    const having: readonly unknown[] = Array.isArray(value) ? value : [value];
    return having.some((one) => values.some((wanted) => wanted === one));
  });
  const matchesNetworks = networks === null || networks.some((name) => context.networks.includes(name));
  const enough = { hidden: ['hidden', 'locked'], locked: ['locked'] };
  return matchesAttributes && matchesNetworks && (asked === null || enough[asked].includes(attention));
}
