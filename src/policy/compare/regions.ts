import { inRange } from '../../core/address.js';
import type { AddressRange, Policy } from '../../core/policy.js';
import type { Pair } from './comparison.js';
import { MOST_RANGES, tooLarge } from './too-large.js';

/** Addresses from the first to the last, as 128-bit numbers; IPv4 as its v4-mapped IPv6 address. */
export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

/** All addresses that lie in the same networks, before and after: no condition can tell two of them apart. */
export interface Region {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly spans: readonly Span[];
}

const IPV4: Span = { first: 0xffff_0000_0000n, last: 0xffff_ffff_ffffn };
const END = 1n << 128n;

/** The regions that the ranges of both policies cut, outside of all of them included. */
export function regionsOf({ before, after }: Pair): readonly Region[] {
  const ranges = [...before.networks, ...after.networks].flatMap((network) => network.ranges);
  if (ranges.length > MOST_RANGES) throw tooLarge('/networks', 'address ranges', ranges.length, MOST_RANGES);
  const cuts = new Set([0n, IPV4.first, IPV4.last + 1n, END]);
  for (const range of ranges) {
    const { first, last } = spanOf(range);
    cuts.add(first).add(last + 1n);
  }
  const sorted = [...cuts].sort((a, b) => (a < b ? -1 : 1));
  const regions = new Map<string, { before: readonly string[]; after: readonly string[]; spans: Span[] }>();
  for (const [index, first] of sorted.slice(0, -1).entries()) {
    const names = { before: namesAt(before, first), after: namesAt(after, first) };
    const key = JSON.stringify(names);
    const region = regions.get(key) ?? { ...names, spans: [] };
    region.spans.push({ first, last: (sorted[index + 1] as bigint) - 1n });
    regions.set(key, region);
  }
  return [...regions.values()];
}

/** An address of the region, as text: an IPv4 one if there is one. */
export function addressIn({ spans }: Region): string {
  return textOf((spans.find(({ first }) => isIpv4(first)) ?? (spans[0] as Span)).first);
}

/**
 * An address of each of two regions (or two of one) that lie too far apart for `network_changed` to overlook: not in
 * one /24 (IPv4) or /48 (IPv6). `null` where there are none.
 */
export function farApart(one: Region, other: Region): readonly [string, string] | null {
  const edges = other.spans.flatMap(({ first, last }) => [first, last]);
  for (const { first, last } of one.spans) {
    for (const edge of [first, last]) {
      const far = edges.find((address) => blockOf(address) !== blockOf(edge));
      if (far !== undefined) return [textOf(edge), textOf(far)];
    }
  }
  return null;
}

function namesAt(policy: Policy, address: bigint): readonly string[] {
  const groups = groupsOf(address);
  return policy.networks.filter(({ ranges }) => ranges.some((range) => inRange(range, groups))).map(({ name }) => name);
}

function spanOf({ groups, bits }: AddressRange): Span {
  const first = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
  return { first, last: first + (1n << BigInt(128 - bits)) - 1n };
}

function isIpv4(address: bigint): boolean {
  return address >= IPV4.first && address <= IPV4.last;
}

/** The provider's block that an address lies in; two families never share one. */
function blockOf(address: bigint): string {
  return isIpv4(address) ? `4 ${address >> 8n}` : `6 ${address >> 80n}`;
}

function groupsOf(address: bigint): number[] {
  return Array.from({ length: 8 }, (_, index) => Number((address >> BigInt(112 - index * 16)) & 0xffffn));
}

function textOf(address: bigint): string {
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  if (isIpv4(address)) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return groups
    .map((group) => group.toString(16))
    .join(':')
    .replace(/(?:^|:)0(?::0)+(?::|$)/, '::');
}
