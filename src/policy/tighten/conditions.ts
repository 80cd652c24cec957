import type { Condition, Limits } from '../../core/policy.js';
import type { Duration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';
import { innermostFirst, type Layer, placeIn, spelled } from './layers.js';
import { type CombinedNetworks, type Renamed, scopeOf } from './networks.js';
import type { IdleBase } from './relaxations.js';
import { bothScopes, isWithin, type Scope } from './scope.js';

/** Limits that tighten where their scope applies, and which layers say so. */
export interface Tightening extends Limits {
  readonly scope: Scope;
  readonly source: string;
  readonly by: readonly string[];
}

/** The longest limits that can be reached where nothing tightens. */
export interface Reach {
  readonly idle: IdleBase;
  readonly requestable: Limits;
}

/** The conditions of all layers that tighten: all of the innermost, and of the others those that have a say. */
export function combineTightenings(
  layers: readonly Layer[],
  { of }: CombinedNetworks,
  reach: Reach,
): readonly Tightening[] {
  let kept: readonly Tightening[] = [];
  for (const layer of innermostFirst(layers)) {
    for (const condition of layer.policy.conditions) {
      if (condition.relax) continue;
      const one = tighteningOf(condition, layer, of.get(layer) as Renamed);
      const isKnown = kept.some((known) => isSame(known, one));
      if (isKnown) kept = kept.map((known) => (isSame(known, one) ? withName(known, layer.name) : known));
      else if (layer.isOwn || saysMore(one, kept, reach)) kept = [...kept, one];
    }
  }
  return kept;
}

/** The longest idle limit that a base, its relaxations and a request can give within a scope. */
export function longestIdle({ idle, requestable }: Reach, scope: Scope): Duration {
  return Math.max(longestBase(idle, scope), requestable.idleTimeout);
}

/** The longest idle limit that a base and its relaxations can give within a scope. */
export function longestBase({ base, relaxations }: IdleBase, scope: Scope): Duration {
  const always = relaxations.filter((one) => isWithin(scope, one.scope)).map(({ idleTimeout }) => idleTimeout);
  if (always.length > 0) return Math.min(...always);
  const sometimes = relaxations.filter((one) => bothScopes(scope, one.scope) !== null);
  return Math.max(base.idleTimeout, ...sometimes.map(({ idleTimeout }) => idleTimeout));
}

function tighteningOf(condition: Condition, layer: Layer, renamed: Renamed): Tightening {
  const { idleTimeout, absoluteTimeout, source } = condition;
  return {
    scope: scopeOf(condition, renamed),
    idleTimeout,
    absoluteTimeout,
    source: placeIn(layer, source),
    by: [layer.name],
  };
}

function isSame(a: Tightening, b: Tightening): boolean {
  if (a.idleTimeout !== b.idleTimeout || a.absoluteTimeout !== b.absoluteTimeout) return false;
  return spelled(a.scope) === spelled(b.scope);
}

function withName(known: Tightening, name: string): Tightening {
  return known.by.includes(name) ? known : { ...known, by: [...known.by, name] };
}

function saysMore(one: Tightening, kept: readonly Tightening[], reach: Reach): boolean {
  const within = kept.filter(({ scope }) => isWithin(one.scope, scope));
  const known = (name: keyof Limits) => Math.min(NEVER, ...within.map((other) => other[name]));
  const idle = Math.min(known('idleTimeout'), longestIdle(reach, one.scope));
  const absolute = Math.min(known('absoluteTimeout'), reach.requestable.absoluteTimeout);
  return one.idleTimeout < idle || one.absoluteTimeout < absolute;
}
