import { isIpv4, sharesPrefix } from '../../core/address.js';
import type { AddressRange } from '../../core/policy.js';

const V4_MAPPED_BITS = 96;
/** `network_changed` never tells addresses apart that share these: docs/semantics.md, section 2. */
const V4_BLOCK_BITS = V4_MAPPED_BITS + 24;
const V6_BLOCK_BITS = 48;

/** Whether every address of one range lies in another. An IPv6 range holds no IPv4 address unless it is v4-mapped. */
export function holdsRange(outer: AddressRange, inner: AddressRange): boolean {
  if (outer.bits > inner.bits || !sharesPrefix(outer.groups, inner.groups, outer.bits)) return false;
  return isOfIpv4(outer) === isOfIpv4(inner);
}

/** What two lists of ranges have in common. Of two ranges, one holds the other or they share nothing. */
export function commonRanges(some: readonly AddressRange[], others: readonly AddressRange[]): readonly AddressRange[] {
  return some.flatMap((one) =>
    others.flatMap((other) => (holdsRange(one, other) ? [other] : holdsRange(other, one) ? [one] : [])),
  );
}

/** Whether all ranges lie in one block that is too small for a move within it to count as a change of network. */
export function isOneBlock(ranges: readonly AddressRange[]): boolean {
  const [first] = ranges;
  if (first === undefined) return true;
  const bits = isOfIpv4(first) ? V4_BLOCK_BITS : V6_BLOCK_BITS;
  const block: AddressRange = { groups: first.groups, bits };
  return ranges.every((range) => holdsRange(block, range));
}

/** The two halves of a range of more than one address. */
export function halvesOf({ groups, bits }: AddressRange): readonly AddressRange[] {
  const upper = groups.map((group, index) => (index === bits >> 4 ? group | (0x8000 >> (bits & 15)) : group));
  const halves = [
    { groups, bits: bits + 1 },
    { groups: upper, bits: bits + 1 },
  ];
  // what an IPv6 range has in the place of the IPv4 addresses is empty
  return halves.filter((half) => bits >= V4_MAPPED_BITS || !isOfIpv4(half));
}

function isOfIpv4({ groups, bits }: AddressRange): boolean {
  return bits >= V4_MAPPED_BITS && isIpv4(groups);
}
