import type { Duration } from '../../time/duration.js';
import { type Layer, placeIn, type Statement } from './layers.js';
import { type Renamed, scopeOf } from './networks.js';
import { bothScopes, isWithin, type Scope } from './scope.js';

/** An idle limit that takes the place of the base where its scope applies, and what each layer says there. */
export interface Relaxation {
  readonly scope: Scope;
  readonly idleTimeout: Duration;
  /** Where the value comes from: `org#/conditions/1`, or `org#` for that policy's own limit. */
  readonly source: string;
  readonly stated: readonly Statement[];
}

/** The idle limit before anything tightens it: that of the strictest relaxation that applies, else the base. */
export interface IdleBase {
  readonly base: Omit<Relaxation, 'scope'>;
  readonly relaxations: readonly Relaxation[];
}

/** What one layer says. */
export function idleBaseOf(layer: Layer, renamed: Renamed): IdleBase {
  const { limits, conditions } = layer.policy;
  const said = (idleTimeout: Duration, source: string) => ({
    idleTimeout,
    source: placeIn(layer, source),
    stated: [{ by: layer.name, value: idleTimeout }],
  });
  const relaxing = conditions.filter(({ relax }) => relax);
  return {
    base: said(limits.idleTimeout, ''),
    relaxations: relaxing.map((one) => ({ scope: scopeOf(one, renamed), ...said(one.idleTimeout, one.source) })),
  };
}

/**
 * Both at once, nowhere longer than either.
 *
 * One relaxation says what holds with each of the other side's and with its base. With the base it is left out where it
 * would say nothing: where one of the other side's applies whenever it does, and where the base in force says the same.
 * Leaving it out is safe: test/policy/tighten-relaxations.test.ts checks it over all small cases.
 */
export function combineIdleBases(a: IdleBase, b: IdleBase): IdleBase {
  const base = stricter(a.base, b.base);
  const alone = (one: IdleBase, other: IdleBase) =>
    one.relaxations
      .filter(({ scope }) => !other.relaxations.some((its) => isWithin(scope, its.scope)))
      .map((relaxation) => ({ scope: relaxation.scope, ...stricter(relaxation, other.base) }))
      .filter(({ idleTimeout }) => other.base.idleTimeout > base.idleTimeout || idleTimeout < base.idleTimeout);
  const together = a.relaxations.flatMap((one) =>
    b.relaxations.flatMap((other) => {
      const scope = bothScopes(one.scope, other.scope);
      return scope === null ? [] : [{ scope, ...stricter(one, other) }];
    }),
  );
  return { base, relaxations: [...together, ...alone(b, a), ...alone(a, b)] };
}

/** On a tie what the innermost layer says, if it is one of the two. */
function stricter(a: Omit<Relaxation, 'scope'>, b: Omit<Relaxation, 'scope'>): Omit<Relaxation, 'scope'> {
  const isFirst = a.idleTimeout < b.idleTimeout || (a.idleTimeout === b.idleTimeout && !a.source.includes('#'));
  const { idleTimeout, source } = isFirst ? a : b;
  return { idleTimeout, source, stated: [...a.stated, ...b.stated] };
}
