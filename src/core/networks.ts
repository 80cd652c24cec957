import { type Address, inRange, parseAddress } from './address.js';
import type { AddressRange, Network, Policy } from './policy.js';

const NO_NETWORKS: readonly string[] = [];

/** Names, in the policy's order, of the networks that contain an address. */
export function networksOf(policy: Policy, ip: string | null): readonly string[] {
  if (ip === null || policy.networks.length === 0) return NO_NETWORKS;
  const address = parseAddress(ip);
  if (address === null) return NO_NETWORKS;
  const names: string[] = [];
  // by index, as everywhere on the way to a decision: what iterates is many times slower over a policy's frozen arrays
  for (let index = 0; index < policy.networks.length; index++) {
    const { name, ranges } = policy.networks[index] as Network;
    if (isInAny(ranges, address)) names.push(name);
  }
  return names;
}

function isInAny(ranges: readonly AddressRange[], address: Address): boolean {
  for (let index = 0; index < ranges.length; index++) {
    if (inRange(ranges[index] as AddressRange, address)) return true;
  }
  return false;
}

/** Whether two lists of networks have a name in common. */
export function sharesName(a: readonly string[], b: readonly string[]): boolean {
  for (let index = 0; index < a.length; index++) {
    if (b.includes(a[index] as string)) return true;
  }
  return false;
}
