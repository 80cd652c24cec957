import type { AddressRange, Condition, Network } from '../../core/policy.js';
import { spelled } from './layers.js';
import { commonRanges, holdsRange } from './ranges.js';

type Attributes = NonNullable<Condition['when']['attributes']>;

/** Where a condition applies, its networks told by what they are, not by a name that each layer may give another. */
export interface Scope {
  readonly attributes: Attributes | null;
  readonly networks: readonly Network[] | null;
  readonly attention: 'hidden' | 'locked' | null;
}

/** Whether everything that is in the first scope is in the second. May miss some such pairs, never invents one. */
export function isWithin(narrow: Scope, wide: Scope): boolean {
  if (wide.attention === 'locked' && narrow.attention !== 'locked') return false;
  if (wide.attention === 'hidden' && narrow.attention === null) return false;
  if (wide.networks !== null && !isPartOf(narrow.networks, wide.networks)) return false;
  return (wide.attributes ?? []).every(({ name, values }) =>
    (narrow.attributes ?? []).some((one) => one.name === name && one.values.every((value) => values.includes(value))),
  );
}

/** Range by range: what several ranges hold only together is not seen. */
function isPartOf(some: readonly Network[] | null, all: readonly Network[]): boolean {
  const held = (range: AddressRange) => all.some(({ ranges }) => ranges.some((one) => holdsRange(one, range)));
  return some?.every(({ ranges }) => ranges.every(held)) ?? false;
}

/** Where both scopes are; `null` if nothing can be in both. */
export function bothScopes(one: Scope, other: Scope): Scope | null {
  const networks = bothNetworks(one.networks, other.networks);
  if (networks !== null && networks.length === 0) return null;
  const attention = one.attention === 'locked' ? 'locked' : (other.attention ?? one.attention);
  return { attributes: bothAttributes(one.attributes, other.attributes), networks, attention };
}

function bothNetworks(some: readonly Network[] | null, others: readonly Network[] | null): readonly Network[] | null {
  if (others === null || isPartOf(some, others)) return some;
  if (some === null || isPartOf(others, some)) return others;
  const common = some.flatMap((one) => others.map((other) => commonNetwork(one, other)));
  return common.filter(({ ranges }) => ranges.length > 0);
}

function commonNetwork(one: Network, other: Network): Network {
  if (spelled(one.ranges) === spelled(other.ranges)) return one;
  return { name: `${one.name}&${other.name}`, ranges: commonRanges(one.ranges, other.ranges) };
}

/**
 * All that either asks for. A list of texts may have one value of each, so two demands on one attribute stay two,
 * unless one of them follows from the other.
 */
function bothAttributes(some: Attributes | null, others: Attributes | null): Attributes | null {
  if (some === null || others === null) return some ?? others;
  const all = [...some, ...others];
  const needed = all.filter((one, index) => !all.some((other, place) => makesNeedless(other, one, place < index)));
  return needed.sort((a, b) => (spelled(a) < spelled(b) ? -1 : 1));
}

function makesNeedless(one: Attributes[number], other: Attributes[number], isEarlier: boolean): boolean {
  if (one === other || one.name !== other.name || !one.values.every((value) => other.values.includes(value)))
    return false;
  return isEarlier || one.values.length < other.values.length;
}
