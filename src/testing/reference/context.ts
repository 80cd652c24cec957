import type { SessionEvent } from '../../core/event.js';
import type { Policy, RiskRule } from '../../core/policy.js';
import type { Context, KnownContext, Session } from '../../core/session.js';
import { networksOf, readAddress, sharePrefix } from './address.js';
import { isObject } from './arithmetic.js';

const TEXTS = ['ip', 'deviceId', 'userAgent', 'country'] as const;
const KILOMETRES_PER_RADIAN = 6371;

/** The fields that an event states; one of the wrong type is not stated. */
export function statedBy(event: SessionEvent): Context {
  const context: unknown = 'context' in event ? event.context : undefined;
  if (!isObject(context)) return {};
  const texts = TEXTS.filter((field) => typeof context[field] === 'string').map((field) => [field, context[field]]);
  const { location } = context;
  const placed = isObject(location) && Number.isFinite(location['latitude']) && Number.isFinite(location['longitude']);
  if (!placed) return Object.fromEntries(texts);
  return {
    ...Object.fromEntries(texts),
    location: { latitude: location['latitude'], longitude: location['longitude'] },
  };
}

/** The session's context with what the event states laid over it, in the networks of this policy. */
export function layOver(policy: Policy, session: Session, event: SessionEvent): KnownContext {
  const stated = statedBy(event);
  const { location, ...texts } = stated;
  const known = session.context.location;
  const isStay = location !== undefined && isSamePlace(location, known);
  const isPerson = event.type === 'reauthenticated' || (event.type === 'access' && event.activity === 'user');
  // a poll that says "still here" is not worth storing, nor is a late report
  const isNews = location !== undefined && (!isStay || (isPerson && event.at > (known?.at ?? 0)));
  return inNetworksOf(policy, {
    ...session.context,
    ...texts,
    ...(isNews && { location: { ...location, at: event.at } }),
  });
}

/** A context with the names of the networks that this policy sees it in. */
export function inNetworksOf(policy: Policy, context: KnownContext): KnownContext {
  return { ...context, networks: networksOf(policy.networks, context.ip) };
}

/** Whether a request differs from the login as a risk rule on a comparison signal understands it. */
export function differs(policy: Policy, rule: RiskRule, session: Session, event: SessionEvent): boolean {
  if (rule.signal === 'impossible_travel') return travelsTooFast(rule, session, event);
  const field = FIELD[rule.signal];
  if (field === undefined) return false;
  const unstated = session.bound[field] !== null && statedBy(event)[field] === undefined;
  if (unstated && rule.missingIsChanged) return true;
  const bound = inNetworksOf(policy, session.bound);
  const context = layOver(policy, session, event);
  if (bound[field] === null || context[field] === null) return false;
  if (rule.signal === 'ip_changed') return isOtherAddress(bound.ip, context.ip);
  if (rule.signal === 'network_changed') {
    const isNonsense = readAddress(context.ip) === null && context.ip !== bound.ip && statedBy(event).ip !== undefined;
    return (rule.missingIsChanged && isNonsense) || isOtherNetwork(bound, context);
  }
  return bound[field] !== context[field];
}

const FIELD: Readonly<Record<string, (typeof TEXTS)[number]>> = Object.assign(Object.create(null), {
  ip_changed: 'ip',
  network_changed: 'ip',
  device_changed: 'deviceId',
  user_agent_changed: 'userAgent',
  country_changed: 'country',
});

function isOtherAddress(bound: string | null, context: string | null): boolean {
  const [before, now] = [readAddress(bound), readAddress(context)];
  return before !== null && now !== null ? before.value !== now.value : bound !== context;
}

function isOtherNetwork(bound: KnownContext, context: KnownContext): boolean {
  const [before, now] = [readAddress(bound.ip), readAddress(context.ip)];
  if (before === null || now === null) return false;
  if (bound.networks.some((name) => context.networks.includes(name))) return false;
  return before.family !== now.family || !sharePrefix(before, now, before.family === 4 ? 24 : 48);
}

function isSamePlace(left: Point, right: Point | null): boolean {
  return left.latitude === right?.latitude && left.longitude === right.longitude;
}

function travelsTooFast(rule: RiskRule, session: Session, event: SessionEvent): boolean {
  const [from, to] = [session.context.location, statedBy(event).location];
  if (from === null || to === undefined) return false;
  const kilometres = Math.round(arcBetween(from, to) * KILOMETRES_PER_RADIAN);
  const elapsed = Math.abs(event.at - from.at);
  return kilometres >= 100 && kilometres * 3_600_000 > rule.fasterThan * elapsed;
}

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

function arcBetween(from: Point, to: Point): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const haversine = (angle: number) => Math.sin(angle / 2) ** 2;
  const along = haversine(radians(to.latitude - from.latitude));
  const across = haversine(radians(to.longitude - from.longitude));
  const square = along + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * across;
  return 2 * Math.asin(Math.min(1, Math.sqrt(square)));
}
