import { inRange, parseRange, sharesPrefix } from '../core/address.js';
import type { AddressRange, Network } from '../core/policy.js';

/** IPv4 lies here as numbers, but no wider IPv6 range holds it. */
const IPV4 = parseRange('::ffff:0:0/96') as AddressRange;

/** A policy never changes, and is asked about its networks once for each of its conditions. */
const known = new WeakMap<readonly Network[], readonly (readonly string[])[]>();

/**
 * The sets of a policy's networks that some address lies in, the empty set among them. Ranges either nest or are apart,
 * so one address for each range, outside of all ranges within it, is enough.
 */
export function networkClasses(networks: readonly Network[]): readonly (readonly string[])[] {
  const found = known.get(networks) ?? findClasses(networks);
  known.set(networks, found);
  return found;
}

function findClasses(networks: readonly Network[]): readonly (readonly string[])[] {
  const ranges = networks.flatMap((network) => network.ranges);
  const classes = ranges.flatMap((range) => {
    const holes = [IPV4, ...ranges].filter((other) => other.bits > range.bits && holds(range, other));
    const address = outside(range, holes);
    return address === null ? [] : [namesAt(networks, address)];
  });
  return [...new Map([[], ...classes].map((names) => [JSON.stringify(names), names])).values()];
}

function namesAt(networks: readonly Network[], address: AddressRange['groups']): readonly string[] {
  return networks.filter(({ ranges }) => ranges.some((range) => inRange(range, address))).map(({ name }) => name);
}

/** An address of a range that lies in none of its holes, or `null` where they leave nothing. */
function outside(range: AddressRange, holes: readonly AddressRange[]): AddressRange['groups'] | null {
  if (holes.length === 0) return range.groups;
  if (holes.some(({ bits }) => bits <= range.bits)) return null;
  for (const half of halves(range)) {
    const address = outside(
      half,
      holes.filter((hole) => holds(half, hole)),
    );
    if (address !== null) return address;
  }
  return null;
}

function halves({ groups, bits }: AddressRange): readonly AddressRange[] {
  const index = Math.floor(bits / 16);
  const bit = 1 << (15 - (bits % 16));
  const upper = groups.map((group, at) => (at === index ? group | bit : group));
  return [
    { groups, bits: bits + 1 },
    { groups: upper, bits: bits + 1 },
  ];
}

/** Whether a range holds another as numbers. */
function holds(range: AddressRange, other: AddressRange): boolean {
  return sharesPrefix(range.groups, other.groups, range.bits);
}
