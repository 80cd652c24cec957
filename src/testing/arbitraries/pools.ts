import type { AddressRange, Policy } from '../../core/policy.js';
import type { Attributes, Context } from '../../core/session.js';
import { NEVER } from '../../time/instant.js';

/** What events of a policy's sessions are made of: its own names, limits and networks, and some unknown ones. */
export interface Pools {
  readonly durations: readonly number[];
  readonly operations: readonly string[];
  readonly signals: readonly string[];
  readonly addresses: readonly string[];
  readonly attributes: readonly Attributes[];
}

const ADDRESSES = [
  '203.0.113.7',
  '203.0.113.7',
  '203.0.113.200',
  '::ffff:203.0.113.7',
  '::FFFF:cb00:7107',
  '198.51.100.130',
  '2001:db8::1',
  '2001:DB8:0:0:0:0:0:1',
  '2001:db9:1:2:3:4:5:6',
  '10.1.2.3',
  '010.1.2.3',
  'unknown',
];

const ATTRIBUTES: readonly Attributes[] = [
  {},
  { role: 'user' },
  { role: 'admin', trusted: true },
  { role: ['user', 'auditor'], plan: 'pro' },
];

/** Parts of contexts, besides the address. */
export const DETAILS: readonly Context[] = [
  {},
  {},
  { deviceId: 'd1' },
  { deviceId: 'd1', userAgent: 'ua1', country: 'DE' },
  { deviceId: 'd2' },
  { userAgent: 'ua2', country: 'FR' },
  { location: { latitude: 52.52, longitude: 13.405 } },
  { location: { latitude: 48.8566, longitude: 2.3522 }, deviceId: 'd1' },
  { location: { latitude: -33.8688, longitude: 151.2093 } },
];

const known = new WeakMap<Policy, Pools>();

/** The pools of a policy; made once. */
export function poolsOf(policy: Policy): Pools {
  const made = known.get(policy) ?? makePools(policy);
  known.set(policy, made);
  return made;
}

function makePools(policy: Policy): Pools {
  const reported = policy.risk.map(({ signal }) => signal);
  const asked = policy.conditions.flatMap(({ when }) => when.attributes ?? []);
  return {
    durations: durationsOf(policy),
    operations: [...Object.keys(policy.operations), ...Object.keys(policy.operations), 'paymnt:create'],
    signals: [...reported, ...reported, 'noise'],
    addresses: [...ADDRESSES, ...policy.networks.flatMap(({ ranges }) => ranges.map(firstAddress))],
    attributes: [...ATTRIBUTES, ...asked.map(({ name, values }) => ({ [name]: values[0] ?? '' }))],
  };
}

function durationsOf(policy: Policy): readonly number[] {
  const { limits, reauthentication, requestable, tokens } = policy;
  const all = [
    limits.idleTimeout,
    limits.idleTimeout,
    limits.absoluteTimeout,
    reauthentication.after,
    requestable.idleTimeout,
    tokens.refreshGrace,
    policy.clockLeeway,
    ...policy.conditions.flatMap(({ idleTimeout, absoluteTimeout }) => [idleTimeout, absoluteTimeout]),
    ...policy.risk.flatMap(({ idleTimeout, absoluteTimeout }) => [idleTimeout, absoluteTimeout]),
    ...Object.values(policy.operations).flatMap(({ authenticatedWithin, lease }) => [authenticatedWithin, lease]),
  ].filter((duration) => duration > 0 && duration < NEVER);
  return all.length === 0 ? [60_000] : all;
}

/** The first address of a range, as text. */
function firstAddress({ groups, bits }: AddressRange): string {
  const [high = 0, low = 0] = groups.slice(6);
  const isFour = bits >= 96 && groups.slice(0, 6).join() === '0,0,0,0,0,65535';
  if (isFour) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return groups.map((group) => group.toString(16)).join(':');
}

/** One of a list, by any number. */
export function pick<Item>(items: readonly Item[], index: number): Item {
  return items[index % items.length] as Item;
}
