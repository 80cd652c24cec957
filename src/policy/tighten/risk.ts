import { ASSURANCE_LEVELS, RISK_LEVELS } from '../../core/levels.js';
import type { RiskRule } from '../../core/policy.js';
import { innermostFirst, type Layer, placeIn, spelled } from './layers.js';

/** A risk rule, and which layers have it. */
export interface CombinedRisk {
  readonly rule: RiskRule;
  readonly by: readonly string[];
}

/** The risk rules of all layers: all of the innermost, and of the others those that ask for more. */
export function combineRisks(layers: readonly Layer[]): readonly CombinedRisk[] {
  const every = layers.flatMap(({ policy }) => policy.risk);
  let kept: readonly CombinedRisk[] = [];
  for (const layer of innermostFirst(layers)) {
    for (const one of layer.policy.risk) {
      const rule = { ...agreed(one, every), source: placeIn(layer, one.source) };
      const isKnown = kept.some((known) => isSame(known.rule, rule));
      if (isKnown) kept = kept.map((known) => (isSame(known.rule, rule) ? withName(known, layer.name) : known));
      else if (layer.isOwn || !kept.some((known) => isAtLeastAsStrict(known.rule, rule)))
        kept = [...kept, { rule, by: [layer.name] }];
    }
  }
  return kept;
}

/** A comparison is raised once, for all rules on it: they mean by it what is the strictest for any of them. */
function agreed(rule: RiskRule, every: readonly RiskRule[]): RiskRule {
  const alike = every.filter(({ signal }) => signal === rule.signal);
  return {
    ...rule,
    missingIsChanged: alike.some(({ missingIsChanged }) => missingIsChanged),
    fasterThan: Math.min(...alike.map(({ fasterThan }) => fasterThan)),
  };
}

/** Whether whatever one rule asks for follows from another, in each single decision (law 6). */
function isAtLeastAsStrict(rule: RiskRule, than: RiskRule): boolean {
  if (rule.signal !== than.signal || rankOf(rule) > rankOf(than)) return false;
  // a challenge for a level lasts until a proof of it, which is never newer than the last authentication
  if (than.response === 'observe') return true;
  if (than.response === 'end') return rule.response === 'end';
  if (than.response === 'tighten') {
    if (rule.response !== 'tighten') return false;
    return rule.idleTimeout <= than.idleTimeout && rule.absoluteTimeout <= than.absoluteTimeout;
  }
  const isPlain = than.assuranceLevel === null;
  if (rule.response === 'end') return isPlain;
  return rule.response === 'challenge' && (isPlain || levelOf(rule) >= levelOf(than));
}

function rankOf({ atLeast }: RiskRule): number {
  return RISK_LEVELS.indexOf(atLeast);
}

function levelOf({ assuranceLevel }: RiskRule): number {
  return assuranceLevel === null ? -1 : ASSURANCE_LEVELS.indexOf(assuranceLevel);
}

function isSame({ source: _, ...a }: RiskRule, { source: __, ...b }: RiskRule): boolean {
  return spelled(a) === spelled(b);
}

function withName({ rule, by }: CombinedRisk, name: string): CombinedRisk {
  return { rule, by: by.includes(name) ? by : [...by, name] };
}
