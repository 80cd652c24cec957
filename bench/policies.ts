// biome-ignore-all lint/suspicious/noThenProperty: it is what the policy document calls it

import type { PolicyDocument } from '../src/index.js';

/** Idle, absolute and one risk rule. */
export const SMALL = {
  id: 'small',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  warnBefore: '2m',
  risk: [{ signal: 'ip_changed', then: 'challenge' }],
} satisfies PolicyDocument;

/** Every section that there is. */
export const FULL = {
  id: 'full',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  onIdle: 'end',
  warnBefore: '2m',
  clockLeeway: '5s',
  recordEvery: '30s',
  reauthentication: { after: '4h', resets: ['idle'] },
  networks: {
    office: ['203.0.113.0/24', '2001:db8:1::/48'],
    vpn: ['198.51.100.128/25', '2001:db8:2::/48'],
  },
  conditions: [
    { when: { attributes: { role: ['admin'] } }, idleTimeout: '10m' },
    { when: { network: 'office' }, idleTimeout: '30m', relax: true },
    { when: { attention: 'hidden' }, idleTimeout: '5m' },
  ],
  operations: {
    'payment:create': { authenticatedWithin: '30m', assuranceLevel: 'aal2' },
    'report:export': { lease: '20m' },
  },
  risk: [
    { signal: 'network_changed', then: 'challenge' },
    { signal: 'device_changed', then: 'end' },
    { signal: 'impossible_travel', then: 'observe' },
    { signal: 'risk_level', atLeast: 'medium', then: { tighten: { idleTimeout: '2m' } } },
  ],
  requestable: { idleTimeout: '1h', absoluteTimeout: '24h' },
  tokens: { accessLifetime: '5m', refreshGrace: '30s' },
  concurrency: { maxSessions: 5, onExceed: 'endOldest' },
} satisfies PolicyDocument;
