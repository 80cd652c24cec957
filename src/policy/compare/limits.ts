import { RISK_LEVELS } from '../../core/levels.js';
import { limitsOf } from '../../core/limits.js';
import type { Limits, Policy } from '../../core/policy.js';
import type { RiskLevel } from '../../core/session.js';
import { type ActiveRisk, NO_RISKS } from '../../core/signals.js';
import type { Duration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';
import type { Pair } from './comparison.js';
import { type Place, surroundingsAt } from './places.js';

/** Which limit is compared: as it is, as it is for whoever asks for the longest, or how much one may ask for. */
export interface Measure {
  readonly limit: keyof Limits;
  readonly kind: 'plain' | 'requested' | 'clamp';
}

/** A signal that was reported after the authentication, at this level and none above. */
export interface Raised {
  readonly signal: string;
  readonly level: RiskLevel;
}

/** Both policies' value of a measure at a place. */
export interface Figures {
  readonly before: Duration;
  readonly after: Duration;
}

/** In this order: what is said of the first is not said again of the next. */
export const MEASURES: readonly Measure[] = (['idleTimeout', 'absoluteTimeout'] as const).flatMap((limit) =>
  (['plain', 'requested', 'clamp'] as const).map((kind) => ({ limit, kind })),
);

/** What both policies say, by the function that decides. */
export function measured(pair: Pair, measure: Measure, place: Place, raised: Raised | null): Figures {
  return {
    before: figureAt(pair, 'before', measure, place, raised),
    after: figureAt(pair, 'after', measure, place, raised),
  };
}

function figureAt(
  pair: Pair,
  side: keyof Pair,
  { limit, kind }: Measure,
  place: Place,
  raised: Raised | null,
): Duration {
  const policy = pair[side];
  const requested = kind === 'plain' ? null : { [limit]: NEVER };
  // how much one may ask for rests on the base alone, not on what tightens
  const asked = kind === 'clamp' ? relaxed(policy) : policy;
  const risks = kind === 'clamp' || raised === null ? NO_RISKS : risksAt(policy, raised);
  return limitsOf(asked, surroundingsAt(place, side), requested, risks)[limit];
}

const relaxedPolicies = new WeakMap<Policy, Policy>();

function relaxed(policy: Policy): Policy {
  const known = relaxedPolicies.get(policy) ?? {
    ...policy,
    conditions: policy.conditions.filter(({ relax }) => relax),
  };
  relaxedPolicies.set(policy, known);
  return known;
}

function risksAt({ risk }: Policy, { signal, level }: Raised): readonly ActiveRisk[] {
  const rank = RISK_LEVELS.indexOf(level);
  return risk
    .filter((rule) => rule.signal === signal && RISK_LEVELS.indexOf(rule.atLeast) <= rank)
    .map((rule) => ({ rule, since: 0 }));
}
