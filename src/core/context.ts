import type { Instant } from '../time/instant.js';
import type { SessionEvent } from './event.js';
import { networksOf } from './networks.js';
import type { Policy } from './policy.js';
import type { Context, KnownContext, KnownLocation, Location, Session } from './session.js';

/** A stated context with the networks of the policy that its address lies in. */
export function knownContext(policy: Policy, stated: Context | undefined, at: Instant): KnownContext {
  const ip = text(stated?.ip);
  return {
    ip,
    deviceId: text(stated?.deviceId),
    userAgent: text(stated?.userAgent),
    country: text(stated?.country),
    location: located(stated?.location, at),
    networks: networksOf(policy, ip),
  };
}

/** Whether an event states nothing but what is known already. */
export function isAsKnown(known: KnownContext, event: SessionEvent, stated: Context): boolean {
  return (
    (text(stated.ip) ?? known.ip) === known.ip &&
    (text(stated.deviceId) ?? known.deviceId) === known.deviceId &&
    (text(stated.userAgent) ?? known.userAgent) === known.userAgent &&
    (text(stated.country) ?? known.country) === known.country &&
    (stated.location === undefined || isStillThere(known, event, stated))
  );
}

/**
 * A session's own context under today's policy with what an event states laid over it; the same reference when that is
 * nothing new.
 *
 * The networks are kept beside the address, because reading an address costs more than all rules together; they are
 * looked up again only for another address, or when another policy has decided since.
 */
export function laidOver(policy: Policy, known: KnownContext, event: SessionEvent, stated: Context): KnownContext {
  const ip = text(stated.ip) ?? known.ip;
  const deviceId = text(stated.deviceId) ?? known.deviceId;
  const userAgent = text(stated.userAgent) ?? known.userAgent;
  const country = text(stated.country) ?? known.country;
  const isSameText =
    ip === known.ip && deviceId === known.deviceId && userAgent === known.userAgent && country === known.country;
  const place = isStillThere(known, event, stated) ? null : located(stated.location, event.at);
  if (isSameText && place === null) return known;
  const networks = ip === known.ip ? known.networks : networksOf(policy, ip);
  return { ip, deviceId, userAgent, country, location: place ?? known.location, networks };
}

/** The session's own context, its networks looked up under today's policy. */
export function ownContext(policy: Policy, session: Session): KnownContext {
  if (isSamePolicy(policy, session)) return session.context;
  return withNetworks(session.context, networksOf(policy, session.context.ip));
}

/** Whether the networks kept beside the address are those that this policy would name. */
export function isSamePolicy(policy: Policy, session: Session): boolean {
  if (policy.networks.length === 0) return session.context.networks.length === 0;
  return session.policy === policy.fingerprint;
}

/** A poll that says "still here" is not stored; a person who does keeps the place up to date. */
function isStillThere({ location }: KnownContext, event: SessionEvent, stated: Context): boolean {
  if (location === null || !stated.location) return false;
  const isPerson = event.type === 'reauthenticated' || (event.type === 'access' && event.activity === 'user');
  if (isPerson && event.at > location.at) return false;
  return location.latitude === stated.location.latitude && location.longitude === stated.location.longitude;
}

function withNetworks(known: KnownContext, networks: readonly string[]): KnownContext {
  return sameNames(known.networks, networks) ? known : { ...known, networks };
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

/** Client input: a field of another type counts as not stated. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A stated location with its instant, if it is one. */
export function located(value: Location | undefined, at: Instant): KnownLocation | null {
  if (typeof value !== 'object' || value === null) return null;
  const { latitude, longitude } = value;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude, at } : null;
}
