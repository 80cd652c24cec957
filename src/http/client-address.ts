import { type Address, inRange, parseAddress, parseRange } from '../core/address.js';
import { curfewError } from '../core/errors.js';
import type { AddressRange } from '../core/policy.js';
import { type HttpRequest, headerOf } from './request.js';

/** More hops than that are nobody's real path. */
const MOST_HOPS = 32;

/** Finds whose request it is; `null` where nobody can tell. */
export type ClientAddress = (request: HttpRequest) => string | null;

/**
 * Makes a reader of client addresses. `X-Forwarded-For` is believed from the right, for as long as those who wrote it
 * are proxies of the list: anybody can send the header.
 *
 * @throws an error with code `http_options_invalid` if something in the list is neither an address nor a CIDR range.
 * @example
 * const addressOf = clientAddress(['10.0.0.0/8']);
 * const header = (name: string) => (name === 'x-forwarded-for' ? '1.1.1.1, 198.51.100.7' : null);
 * addressOf({ method: 'GET', url: '/', header, remoteAddress: '10.0.0.2' }); // => '198.51.100.7'
 */
export function clientAddress(trustProxies: readonly string[]): ClientAddress {
  const ranges = trustProxies.map(rangeOf);
  const isProxy = (address: Address) => ranges.some((range) => inRange(range, address));
  return (request) => {
    const peer = request.remoteAddress === null ? null : withoutZone(request.remoteAddress);
    const address = peer === null ? null : parseAddress(peer);
    if (peer === null || address === null) return null;
    const forwarded = isProxy(address) ? headerOf(request, 'x-forwarded-for') : null;
    return forwarded === null ? peer : behind(forwarded, peer, isProxy);
  };
}

/** The last address that no proxy of ours has; what stands left of it is hearsay. */
function behind(forwarded: string, peer: string, isProxy: (address: Address) => boolean): string | null {
  let nearest = peer;
  for (const hop of forwarded.split(',').reverse().slice(0, MOST_HOPS)) {
    if (hop.trim() === '') continue;
    const text = withoutZone(withoutPort(hop.trim().replace(/^"(.*)"$/, '$1')));
    const address = parseAddress(text);
    // a proxy says that somebody is there, and not who: to take the proxy itself for them would be a guess
    if (address === null) return null;
    nearest = text;
    if (!isProxy(address)) return nearest;
  }
  return nearest;
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(hop);
  if (bracketed !== null) return bracketed[1] as string;
  return hop.includes('.') ? hop.replace(/^(.*\.\d+):\d+$/, '$1') : hop;
}

/** A link-local address of this machine has the name of an interface behind it. */
function withoutZone(address: string): string {
  return address.split('%', 1)[0] as string;
}

function rangeOf(text: string, index: number): AddressRange {
  const range = typeof text === 'string' ? parseRange(text) : null;
  if (range !== null) return range;
  const message = 'must be an address or a CIDR range: "10.0.0.0/8", "::1"';
  throw curfewError('http_options_invalid', 'these options are none:', [
    { path: `/trustProxies/${index}`, code: 'invalid', message },
  ]);
}
