import { describe, expect, it } from 'vitest';
import { definePolicy, NEVER, type Policy, type PolicyDocument } from '../../src/index.js';

const policy = (part: Partial<PolicyDocument>): Policy =>
  definePolicy({ id: 'web', idleTimeout: '15m', absoluteTimeout: '8h', ...part } as PolicyDocument);

describe('a document is resolved to', () => {
  it('its operations, by name', () => {
    const { operations } = policy({ operations: { pay: { authenticatedWithin: '5m' }, export: { lease: '20m' } } });
    expect(Object.entries(operations)).toEqual([
      ['export', { authenticatedWithin: NEVER, assuranceLevel: null, lease: 1_200_000 }],
      ['pay', { authenticatedWithin: 300_000, assuranceLevel: null, lease: 0 }],
    ]);
  });

  it('its networks, by name, each with its ranges in order and once', () => {
    const { networks } = policy({
      networks: { office: ['203.0.113.0/24', '10.0.0.0/8', '203.0.113.9/24'], home: ['2001:db8::/32'] },
    });
    expect(networks.map(({ name, ranges }) => [name, ranges.map(({ bits }) => bits)])).toEqual([
      ['home', [32]],
      ['office', [104, 120]],
    ]);
  });

  it('its conditions, in the order of the document, with sets in order and once', () => {
    const { conditions } = policy({
      networks: { office: ['10.0.0.0/8'], home: ['::1'] },
      conditions: [
        { when: { attributes: { role: ['root', 'admin', 'root'], plan: [2, 1] } }, idleTimeout: '5m' },
        { when: { network: ['office', 'home', 'office'] }, idleTimeout: '1h', relax: true },
        { when: { network: 'office', attention: 'locked' }, absoluteTimeout: '1h' },
      ],
    });
    expect(conditions).toEqual([
      {
        when: {
          attributes: [
            { name: 'plan', values: [1, 2] },
            { name: 'role', values: ['admin', 'root'] },
          ],
          networks: null,
          attention: null,
        },
        idleTimeout: 300_000,
        absoluteTimeout: NEVER,
        relax: false,
        source: '/conditions/0',
      },
      {
        when: { attributes: null, networks: ['home', 'office'], attention: null },
        idleTimeout: 3_600_000,
        absoluteTimeout: NEVER,
        relax: true,
        source: '/conditions/1',
      },
      {
        when: { attributes: null, networks: ['office'], attention: 'locked' },
        idleTimeout: NEVER,
        absoluteTimeout: 3_600_000,
        relax: false,
        source: '/conditions/2',
      },
    ]);
  });

  it('its risk rules, in an order of their own, each with what it does', () => {
    const { risk } = policy({
      risk: [
        { signal: 'z', then: 'observe' },
        { signal: 'b', atLeast: 'high', then: { challenge: { assuranceLevel: 'aal2' } } },
        { signal: 'c', then: { tighten: { idleTimeout: '2m' } } },
        { signal: 'device_changed', missing: 'changed', then: 'end' },
        { signal: 'impossible_travel', fasterThan: 900, then: 'challenge' },
      ],
    });
    const none = { idleTimeout: NEVER, absoluteTimeout: NEVER, missingIsChanged: false, fasterThan: 1_000 };
    const plain = { ...none, atLeast: 'low', assuranceLevel: null };
    expect(risk).toEqual([
      { ...plain, signal: 'b', atLeast: 'high', response: 'challenge', assuranceLevel: 'aal2', source: '/risk/1' },
      { ...plain, signal: 'c', response: 'tighten', idleTimeout: 120_000, source: '/risk/2' },
      { ...plain, signal: 'device_changed', response: 'end', missingIsChanged: true, source: '/risk/3' },
      { ...plain, signal: 'impossible_travel', response: 'challenge', fasterThan: 900, source: '/risk/4' },
      { ...plain, signal: 'z', response: 'observe', source: '/risk/0' },
    ]);
  });

  it.each<[Partial<PolicyDocument>, object]>([
    [
      { requestable: { idleTimeout: '1m', absoluteTimeout: '1h' } },
      { idleTimeout: 900_000, absoluteTimeout: 28_800_000 },
    ],
    [{ requestable: { idleTimeout: '1h' } }, { idleTimeout: 3_600_000, absoluteTimeout: 28_800_000 }],
    [{ requestable: { absoluteTimeout: '9h' } }, { idleTimeout: 900_000, absoluteTimeout: 32_400_000 }],
  ])('what a client may ask for, never less than it has: %j', (part, requestable) => {
    expect(policy(part).requestable).toEqual(requestable);
  });

  it.each<[Partial<PolicyDocument>, Partial<Policy>]>([
    [{ onIdle: 'lock' }, { onIdle: 'lock' }],
    [{ warnBefore: '2m' }, { warnBefore: 120_000 }],
    [{ staleFor: '30s' }, { staleFor: 30_000 }],
    [{ recordEvery: 0 }, { recordEvery: 0 }],
    [{ recordEvery: '30s' }, { recordEvery: 30_000 }],
    [{ clockLeeway: 0 }, { clockLeeway: 0 }],
    [{ idleTimeout: '7s' }, { clockLeeway: 3_500 }],
    [{ idleTimeout: '10001ms' }, { clockLeeway: 5_000 }],
    [{ idleTimeout: 9_999 }, { clockLeeway: 4_999 }],
    [{ absoluteTimeout: 'unlimited' }, { limits: { idleTimeout: 900_000, absoluteTimeout: NEVER } }],
    [{ tokens: { accessLifetime: '1m' } }, { tokens: { accessLifetime: 60_000, refreshGrace: 10_000 } }],
    [{ tokens: { refreshGrace: 0 } }, { tokens: { accessLifetime: 600_000, refreshGrace: 0 } }],
    [{ concurrency: { maxSessions: 3 } }, { concurrency: { maxSessions: 3, onExceed: 'endOldest' } }],
    [
      { reauthentication: { after: '4h' } },
      { reauthentication: { after: 14_400_000, resetsIdle: true, resetsAbsolute: false } },
    ],
    [
      { reauthentication: { resets: ['absolute'] } },
      { reauthentication: { after: NEVER, resetsIdle: false, resetsAbsolute: true } },
    ],
  ])('%j: %j', (part, expected) => {
    expect(policy(part)).toMatchObject(expected);
  });
});
