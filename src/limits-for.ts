import { knownContext } from './core/context.js';
import { limitsOf, matches, type Surroundings } from './core/limits.js';
import type { Limits, Policy } from './core/policy.js';
import type { Attention, Attributes, Context, Requested } from './core/session.js';
import type { ActiveRisk } from './core/signals.js';
import type { Duration } from './time/duration.js';
import { NEVER } from './time/instant.js';

/** One limit that has a say, and who set it. */
export interface LimitSource {
  readonly value: Duration;
  /** JSON pointer into the policy document, or `requested`. */
  readonly source: string;
  readonly role: 'base' | 'relaxation' | 'request' | 'tightening';
}

/** A limit in force, who set it, and everything else that had a say. */
export interface LimitInForce {
  /** Milliseconds; `NEVER` where there is none. */
  readonly value: Duration;
  /** Where the value comes from. */
  readonly source: string;
  readonly considered: readonly LimitSource[];
}

/** Both limits, explained. */
export type LimitsInForce = { readonly [Name in keyof Limits]: LimitInForce };

/** Whose limits are asked for. */
export interface LimitQuestion {
  readonly attributes?: Attributes;
  readonly context?: Context;
  readonly attention?: Attention;
  readonly requested?: Requested;
}

/**
 * What the limits are for somebody, and who set them: "how long may an administrator be idle, and why?"
 *
 * @example
 * const { idleTimeout } = limitsFor(policy, { attributes: { role: 'admin' } });
 * idleTimeout.source; // => '/conditions/0/idleTimeout'
 */
export function limitsFor(policy: Policy, question: LimitQuestion): LimitsInForce {
  const { attributes = {}, attention = 'visible', requested = null } = question;
  const context = knownContext(policy, question.context, 0);
  return explainLimits(policy, { attributes, attention, context }, requested, []);
}

/** The limits for given facts, with their sources. The values are those of `limitsOf`, which decides. */
export function explainLimits(
  policy: Policy,
  surroundings: Surroundings,
  requested: Requested | null,
  risks: readonly ActiveRisk[],
): LimitsInForce {
  const inForce = limitsOf(policy, surroundings, requested, risks);
  const explained = (name: keyof Limits): LimitInForce => {
    const considered = sourcesOf(policy, surroundings, requested, risks, name);
    const value = inForce[name];
    // the last word counts: a tightening to the same value as the base changes nothing
    const setBy =
      considered.find((one) => one.value === value && one.role !== 'base') ??
      considered.find((one) => one.value === value);
    return { value, source: setBy?.source ?? `/requestable/${name}`, considered };
  };
  return { idleTimeout: explained('idleTimeout'), absoluteTimeout: explained('absoluteTimeout') };
}

function sourcesOf(
  policy: Policy,
  surroundings: Surroundings,
  requested: Requested | null,
  risks: readonly ActiveRisk[],
  name: keyof Limits,
): LimitSource[] {
  const sources: LimitSource[] = [{ value: policy.limits[name], source: `/${name}`, role: 'base' }];
  for (const condition of policy.conditions) {
    if (condition[name] === NEVER || !matches(condition, surroundings)) continue;
    const role = condition.relax ? 'relaxation' : 'tightening';
    sources.push({ value: condition[name], source: `${condition.source}/${name}`, role });
  }
  const asked = requested?.[name];
  if (asked !== undefined) sources.push({ value: asked, source: 'requested', role: 'request' });
  for (const { rule } of risks) {
    if (rule[name] === NEVER) continue;
    sources.push({ value: rule[name], source: `${rule.source}/then/tighten/${name}`, role: 'tightening' });
  }
  return sources;
}
