import { isIpv4, parseAddress } from '../core/address.js';

const V4_GROUPS = 7;
const V6_GROUPS = 3;

/**
 * The network that an address lies in, its host bits gone: 24 bits of an IPv4 address, 48 of an IPv6 address, which is
 * as much as a provider gives to one customer. `null` for what is no address, so that nothing else slips through.
 *
 * @example
 * networkOf('203.0.113.77'); // => '203.0.113.0/24'
 * networkOf('2001:db8:7:1::9'); // => '2001:db8:7::/48'
 * networkOf('::ffff:203.0.113.77'); // => '203.0.113.0/24'
 * networkOf('alice'); // => null
 */
export function networkOf(address: string): string | null {
  const groups = parseAddress(address);
  if (groups === null) return null;
  if (!isIpv4(groups))
    return `${groups
      .slice(0, V6_GROUPS)
      .map((group) => group.toString(16))
      .join(':')}::/48`;
  const [high = 0, low = 0] = groups.slice(V4_GROUPS - 1);
  return `${high >> 8}.${high & 0xff}.${low >> 8}.0/24`;
}
