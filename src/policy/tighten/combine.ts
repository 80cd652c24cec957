import type { Condition, Limits, Network, Policy } from '../../core/policy.js';
import type { Duration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';
import { fingerprintOf } from '../fingerprint.js';
import { combineTightenings, type Tightening } from './conditions.js';
import { type CombinedRule, combineRules } from './custom-rules.js';
import { innermostFirst, type Layer, spelled } from './layers.js';
import { type CombinedNetworks, combineNetworks, comparesNetworks, listedNetworks, type Renamed } from './networks.js';
import { combineIdleBases, type IdleBase, idleBaseOf, type Relaxation } from './relaxations.js';
import { type CombinedRisk, combineRisks } from './risk.js';
import type { Scope } from './scope.js';
import { strictestOf } from './strictest.js';

/** The layers put on top of each other, and what each part came from. */
export interface Combination {
  readonly policy: Policy;
  readonly layers: readonly Layer[];
  readonly networks: CombinedNetworks;
  readonly idle: IdleBase;
  readonly tightenings: readonly Tightening[];
  readonly risks: readonly CombinedRisk[];
  readonly rules: readonly CombinedRule[];
}

/** Puts layers on top of each other, the widest first: the strictest wins. */
export function combine(layers: readonly Layer[]): Combination {
  const policies = layers.map(({ policy }) => policy);
  const own = policies.at(-1) as Policy;
  const scalars = strictestOf(policies);
  const networks = combineNetworks(layers);
  const idle = layers
    .map((layer) => idleBaseOf(layer, networks.of.get(layer) as Renamed))
    .reduce((sofar, one) => combineIdleBases(sofar, one));
  const tightenings = combineTightenings(layers, networks, { idle, requestable: scalars.requestable });
  const risks = combineRisks(layers);
  const listed = namedNetworks(layers, networks, [...tightenings, ...idle.relaxations]);
  const named = [...listed.values()];
  const conditions = [
    ...tightenings.map((one) => tighteningCondition(one, listed)),
    ...idle.relaxations.map((one) => relaxingCondition(one, listed)),
  ];
  const rules = combineRules(layers, named);
  const resolved = {
    id: own.id,
    ...scalars,
    ...margins(policies, { idle, tightenings, risks, absoluteTimeout: scalars.limits.absoluteTimeout }),
    networks: named,
    conditions,
    risk: risks.map(({ rule }) => rule),
  };
  const every = rules.map(({ rule }) => rule);
  const data = frozen({ ...resolved, fingerprint: fingerprintOf(resolved, every) });
  const policy: Policy = Object.freeze({ ...data, rules: Object.freeze(every) });
  return { policy, layers, networks, idle, tightenings, risks, rules };
}

type Listed = ReadonlyMap<string, Network>;

function tighteningCondition(one: Tightening, listed: Listed): Condition {
  const { scope, idleTimeout, absoluteTimeout, source } = one;
  return { when: whenOf(scope, listed), idleTimeout, absoluteTimeout, relax: false, source };
}

function relaxingCondition({ scope, idleTimeout, source }: Relaxation, listed: Listed): Condition {
  return { when: whenOf(scope, listed), idleTimeout, absoluteTimeout: NEVER, relax: true, source };
}

function whenOf({ attributes, networks, attention }: Scope, listed: Listed): Condition['when'] {
  if (networks === null) return { attributes, networks, attention };
  const names = networks.map((network) => (listed.get(spelled(network)) as Network).name);
  return { attributes, networks: [...new Set(names)].sort(), attention };
}

/** The networks that mean something: the innermost policy's own, those that conditions ask for, those that compare. */
function namedNetworks(
  layers: readonly Layer[],
  { of }: CombinedNetworks,
  conditions: readonly { readonly scope: Scope }[],
): Listed {
  const kept = innermostFirst(layers)
    .filter(({ isOwn, policy }) => isOwn || comparesNetworks(policy))
    .flatMap((layer) => [...(of.get(layer) as Renamed).values()].flat());
  const asked = conditions.flatMap(({ scope }) => scope.networks ?? []);
  return listedNetworks([...kept, ...asked]);
}

interface Reachable {
  readonly idle: IdleBase;
  readonly tightenings: readonly Tightening[];
  readonly risks: readonly CombinedRisk[];
  readonly absoluteTimeout: Duration;
}

/** What has to fit into the shortest limits that can be reached, and so is cut, or left to the engine. */
function margins(policies: readonly Policy[], reachable: Reachable): Pick<Policy, 'warnBefore' | 'recordEvery'> {
  const { idle, tightenings, risks, absoluteTimeout } = reachable;
  const limits: readonly Limits[] = [...tightenings, ...risks.map(({ rule }) => rule)];
  const shortest = (name: keyof Limits) => Math.min(...limits.map((one) => one[name]));
  const bases = [idle.base, ...idle.relaxations].map(({ idleTimeout }) => idleTimeout);
  const shortestIdle = Math.min(shortest('idleTimeout'), ...bases);
  const shortestAny = Math.min(shortestIdle, shortest('absoluteTimeout'), absoluteTimeout);
  const warning = [...policies].reverse().find(({ warnBefore }) => warnBefore > 0)?.warnBefore ?? 0;
  const stated = policies.flatMap(({ recordEvery }) => recordEvery ?? []);
  const recordEvery: Duration | null = stated.length === 0 ? null : Math.min(...stated);
  return {
    warnBefore: Math.min(warning, shortestAny),
    recordEvery: recordEvery !== null && recordEvery > 0 && recordEvery >= shortestIdle ? null : recordEvery,
  };
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
