import { curfewError, type Problem } from '../../core/errors.js';
import type { AddressRange, Condition, Network, Policy } from '../../core/policy.js';
import { innermostFirst, type Layer, spelled } from './layers.js';
import { halvesOf, holdsRange, isOneBlock } from './ranges.js';
import type { Scope } from './scope.js';

/** What a layer's networks have become, by the name that the layer gave them. */
export type Renamed = ReadonlyMap<string, readonly Network[]>;

/** The networks of all layers, under names that mean one thing. */
export interface CombinedNetworks {
  readonly of: ReadonlyMap<Layer, Renamed>;
  /** What cannot be had without loosening `network_changed` for one of the layers. */
  readonly problems: readonly Problem[];
}

/**
 * Tells networks of one name and different meaning apart, and cuts those up that would count as one place for
 * `network_changed` although a layer that asks for it does not say so.
 */
export function combineNetworks(layers: readonly Layer[]): CombinedNetworks {
  const comparing = layers.map(({ policy }) => policy).filter(comparesNetworks);
  const taken = new Map<string, Network>();
  const of = new Map<Layer, Renamed>();
  const problems: Problem[] = [];
  for (const layer of innermostFirst(layers)) {
    const renamed = new Map<string, readonly Network[]>();
    for (const network of layer.policy.networks) {
      const named = withOwnName(network, layer, taken);
      taken.set(named.name, named);
      const pieces = cutUp(named, comparing);
      const isWhole = pieces !== null || !isUsed(layer.policy, network.name);
      if (!isWhole) problems.push(problemOf(layer, network, layers));
      renamed.set(network.name, pieces ?? (isWhole ? coverable(named, comparing) : [named]));
    }
    of.set(layer, renamed);
  }
  return { of, problems };
}

/** @throws an error with code `networks_not_combinable` if there is a problem */
export function refuseProblems({ problems }: CombinedNetworks): void {
  if (problems.length > 0) {
    throw curfewError('networks_not_combinable', 'these policies cannot be put on top of each other:', problems);
  }
}

/** Whether a policy raises `network_changed`, for which a shared network makes two addresses one place. */
export function comparesNetworks({ risk }: Policy): boolean {
  return risk.some(({ signal }) => signal === 'network_changed');
}

/** Networks as they are listed: in order, and where several have one name and different ranges, each under its own. */
export function listedNetworks(networks: readonly Network[]): ReadonlyMap<string, Network> {
  const listed = new Map<string, Network>();
  const taken = new Set<string>();
  for (const network of networks) {
    const key = spelled(network);
    if (listed.has(key)) continue;
    let { name } = network;
    for (let number = 2; taken.has(name); number++) name = `${network.name}~${number}`;
    taken.add(name);
    listed.set(key, { name, ranges: network.ranges });
  }
  return new Map([...listed].sort(([, a], [, b]) => (a.name < b.name ? -1 : 1)));
}

/** A condition's `when`, its networks as they are called now. */
export function scopeOf({ when }: Condition, renamed: Renamed): Scope {
  const { attributes, networks, attention } = when;
  return { attributes, attention, networks: networks?.flatMap((name) => renamed.get(name) ?? []) ?? null };
}

function withOwnName(network: Network, layer: Layer, taken: ReadonlyMap<string, Network>): Network {
  const known = taken.get(network.name);
  if (known === undefined) return network;
  return spelled(known.ranges) === spelled(network.ranges)
    ? known
    : { ...network, name: `${layer.name}/${network.name}` };
}

/** The network itself where it is one place for all; else pieces of which each is; `null` if it cannot be had so. */
function cutUp(network: Network, comparing: readonly Policy[]): readonly Network[] | null {
  if (comparing.every((policy) => isOnePlace(network.ranges, policy))) return [network];
  const pieces = network.ranges.map((range) => piecesOf(range, comparing));
  return pieces.some((one) => one === null) ? null : numbered(network, pieces.flat() as AddressRange[]);
}

/** Of a network that no condition asks for: the part that is one place for all. */
function coverable(network: Network, comparing: readonly Policy[]): readonly Network[] {
  return numbered(
    network,
    network.ranges.flatMap((range) => piecesOf(range, comparing) ?? []),
  );
}

function numbered({ name }: Network, ranges: readonly AddressRange[]): readonly Network[] {
  return ranges.map((range, index) => ({ name: `${name}/${index + 1}`, ranges: [range] }));
}

function piecesOf(range: AddressRange, comparing: readonly Policy[]): readonly AddressRange[] | null {
  if (comparing.every((policy) => isOnePlace([range], policy))) return [range];
  const hasMore = comparing.some(({ networks }) =>
    networks.some(({ ranges }) => ranges.some((one) => one.bits > range.bits && holdsRange(range, one))),
  );
  if (!hasMore) return null;
  const halves = halvesOf(range).map((half) => piecesOf(half, comparing));
  return halves.some((one) => one === null) ? null : (halves.flat() as AddressRange[]);
}

/** Whether a move from any of these addresses to any other is no change of network under a policy. */
function isOnePlace(ranges: readonly AddressRange[], { networks }: Policy): boolean {
  if (isOneBlock(ranges)) return true;
  return networks.some((network) => ranges.every((range) => network.ranges.some((one) => holdsRange(one, range))));
}

function isUsed({ conditions }: Policy, name: string): boolean {
  return conditions.some(({ when }) => when.networks?.includes(name));
}

function problemOf(layer: Layer, { name }: Network, layers: readonly Layer[]): Problem {
  const others = layers.filter((one) => one !== layer && comparesNetworks(one.policy)).map((one) => `\`${one.name}\``);
  const message =
    `a move within \`${name}\` of \`${layer.name}\` is a change of network for ${others.join(' and ')}, and would no ` +
    'longer be one: name a network with the same ranges there too, or drop `network_changed` there';
  return { path: `/networks/${name}`, code: 'network_is_many_places', message };
}
