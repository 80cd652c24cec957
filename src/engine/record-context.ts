import type { KnownContext } from '../core/session.js';

/** A context in a record: what was not stated is left out. */
export interface ShortContext {
  i?: string;
  d?: string;
  u?: string;
  c?: string;
  l?: KnownContext['location'];
  n?: readonly string[];
}

export function shortContext({ ip, deviceId, userAgent, country, location, networks }: KnownContext): ShortContext {
  return {
    ...(ip === null ? {} : { i: ip }),
    ...(deviceId === null ? {} : { d: deviceId }),
    ...(userAgent === null ? {} : { u: userAgent }),
    ...(country === null ? {} : { c: country }),
    ...(location === null ? {} : { l: location }),
    ...(networks.length === 0 ? {} : { n: networks }),
  };
}

export function longContext(short: ShortContext): KnownContext {
  const { i = null, d = null, u = null, c = null, l = null, n = [] } = short;
  return { ip: i, deviceId: d, userAgent: u, country: c, location: l, networks: n };
}

export function isBlank(context: KnownContext): boolean {
  return Object.keys(shortContext(context)).length === 0;
}

export function isSameContext(a: KnownContext, b: KnownContext): boolean {
  return JSON.stringify(shortContext(a)) === JSON.stringify(shortContext(b));
}
