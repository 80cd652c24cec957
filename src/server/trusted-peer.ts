import { inRange, parseAddress, parseRange } from '../core/address.js';
import type { Problem } from '../core/errors.js';

/** What of a connection is looked at. */
export interface Peer {
  readonly remoteAddress?: string | undefined;
}

/** Whether a connection comes from a proxy that is believed. */
export type TrustedPeer = (peer: Peer) => boolean;

/** Says which of these are neither an address nor a range. */
export function proxyProblems(ranges: readonly string[]): readonly Problem[] {
  const message = 'must be an address or a CIDR range: "10.0.0.0/8", "::1"';
  return ranges.flatMap((range, index) =>
    typeof range === 'string' && parseRange(range) !== null
      ? []
      : [{ path: `/trustProxies/${index}`, code: 'invalid', message }],
  );
}

/** Makes the check. A connection does not change its address, so each is looked at once. */
export function trustedPeers(ranges: readonly string[]): TrustedPeer {
  const parsed = ranges.map(parseRange).filter((range) => range !== null);
  const known = new WeakMap<Peer, boolean>();
  return (peer) => {
    const before = known.get(peer);
    if (before !== undefined) return before;
    const address = parseAddress(peer.remoteAddress?.split('%', 1)[0] ?? '');
    const isTrusted = address !== null && parsed.some((range) => inRange(range, address));
    known.set(peer, isTrusted);
    return isTrusted;
  };
}
