import type { Policy } from '../../core/policy.js';
import { combine } from './combine.js';
import { layersOf } from './layers.js';
import { refuseProblems } from './networks.js';
import { type LimitOrigin, originsOf } from './origins.js';

/** Several policies on top of each other, as one; and who set what. */
export interface Tightened<Operation extends string = string> {
  /** One ordinary policy, with the id of the last layer. */
  readonly policy: Policy<Operation>;
  /** Every limit in force, what each layer says of it, and whose word it is. */
  readonly origins: readonly LimitOrigin[];
}

/**
 * Puts an organisation's ceiling over an application's policy, and that over a route's or a tenant's: the strictest of
 * each part wins. Any number of layers, the widest first.
 *
 * No decision under the result is milder than under any of the layers alone, and none lasts longer. What a layer leaves
 * out counts with its default. docs/ceilings.md says what that means for each part.
 *
 * @throws an error with code `networks_not_combinable` if a network of one layer would count as one place for
 * `network_changed`, and another layer says that it is several. `problems` tells which, and what to write.
 * @example
 * const ceiling = definePolicy({ id: 'org', idleTimeout: '30m', absoluteTimeout: '4h' });
 * const { policy: both, origins } = tighten(ceiling, policy);
 * both.limits; // => { idleTimeout: 900000, absoluteTimeout: 14400000 }
 * origins.find(({ path }) => path === '/absoluteTimeout')?.bindingIs; // => ['org']
 */
export function tighten<Ceiling extends string, Own extends string, More extends string = never>(
  ceiling: Policy<Ceiling>,
  policy: Policy<Own>,
  ...more: readonly Policy<More>[]
): Tightened<Ceiling | Own | More> {
  const combination = combine(layersOf([ceiling, policy, ...more]));
  refuseProblems(combination.networks);
  return { policy: combination.policy as Policy<Ceiling | Own | More>, origins: originsOf(combination) };
}
