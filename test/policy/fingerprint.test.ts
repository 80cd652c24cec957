import { describe, expect, it } from 'vitest';
import { definePolicy, NEVER, type PolicyDocument, type Rule } from '../../src/index.js';

const DOCUMENT: PolicyDocument = {
  id: 'web',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  reauthentication: { after: '4h', resets: ['idle', 'absolute'] },
  networks: { office: ['203.0.113.0/24', '10.0.0.0/8'], home: ['2001:db8::/32'] },
  conditions: [
    { when: { attributes: { role: ['admin', 'root'], plan: [1, true] } }, idleTimeout: '5m' },
    { when: { network: ['office', 'home'] }, idleTimeout: '30m', relax: true },
  ],
  operations: { pay: { authenticatedWithin: '5m' }, export: { lease: '20m' } },
  risk: [
    { signal: 'ip_changed', then: 'challenge' },
    { signal: 'device_changed', then: 'end' },
  ],
};

const fingerprint = (part: Partial<PolicyDocument> = {}, rules: Rule[] = []) =>
  definePolicy({ ...DOCUMENT, ...part }, { rules }).fingerprint;

describe('documents that mean the same have the same fingerprint', () => {
  it.each<[string, Partial<PolicyDocument>]>([
    [
      'other units',
      {
        idleTimeout: 900_000,
        absoluteTimeout: 'PT8H',
        reauthentication: { after: '240m', resets: ['idle', 'absolute'] },
      },
    ],
    ['another order of resets', { reauthentication: { resets: ['absolute', 'idle'], after: '4h' } }],
    [
      'another order of networks and ranges',
      { networks: { home: ['2001:db8::/32'], office: ['10.0.0.0/8', '203.0.113.0/24'] } },
    ],
    [
      'host bits, spelling and repetition of ranges',
      { networks: { office: ['10.1.2.3/8', '203.0.113.9/24', '::ffff:10.0.0.0/104'], home: ['2001:DB8:0::5/32'] } },
    ],
    [
      'another order of conditions, keys and values',
      {
        conditions: [
          { idleTimeout: '30m', relax: true, when: { network: ['home', 'office'] } },
          {
            when: { attributes: { plan: [true, 1], role: ['root', 'admin', 'root'] } },
            idleTimeout: '5m',
            relax: false,
          },
        ],
      },
    ],
    ['another order of operations', { operations: { export: { lease: '20m' }, pay: { authenticatedWithin: '300s' } } }],
    ['another order of risk rules', { risk: [...(DOCUMENT.risk ?? [])].reverse() }],
    [
      'defaults written out',
      { onIdle: 'end', warnBefore: 0, clockLeeway: '5s', tokens: { accessLifetime: '10m', refreshGrace: '10s' } },
    ],
    ['texts without meaning', { $schema: 'x', description: 'for the auditors' }],
  ])('%s', (_, part) => {
    expect(fingerprint(part)).toBe(fingerprint());
  });
});

describe('documents that mean something else have another fingerprint', () => {
  const others: Partial<PolicyDocument>[] = [
    { id: 'web2' },
    { idleTimeout: '14m' },
    { absoluteTimeout: 'unlimited' },
    { onIdle: 'lock' },
    { warnBefore: '1m' },
    { clockLeeway: '6s' },
    { recordEvery: '30s' },
    { staleFor: '30s' },
    { reauthentication: { after: '4h', resets: ['idle'] } },
    { networks: { office: ['203.0.113.0/24'], home: ['2001:db8::/32'] } },
    { conditions: [] },
    { operations: { pay: { authenticatedWithin: '5m', assuranceLevel: 'aal2' }, export: { lease: '20m' } } },
    { risk: [{ signal: 'ip_changed', then: 'challenge' }] },
    {
      risk: [
        { signal: 'ip_changed', then: 'challenge', missing: 'changed' },
        { signal: 'device_changed', then: 'end' },
      ],
    },
    { requestable: { absoluteTimeout: '30d' } },
    { tokens: { refreshGrace: '11s' } },
    { concurrency: { maxSessions: 5 } },
    { concurrency: { maxSessions: 5, onExceed: 'refuse' } },
    { singleSignOn: { activityFrom: ['mail'] } },
    { singleSignOn: { activityFrom: ['mail', 'wiki'] } },
    { detection: { reuse: { atLeast: 5, within: '10m' } } },
    { detection: { useAfterEnd: { atLeast: 5, within: '10m' } } },
  ];

  it('every one of them', () => {
    const all = [fingerprint(), ...others.map((part) => fingerprint(part))];
    expect(new Set(all).size).toBe(others.length + 1);
  });

  it('and so do custom rules of another id, version or setting, in any order', () => {
    const rule = (id: string, version: number, settings: Rule['settings']): Rule => ({
      id,
      version,
      settings,
      evaluate: () => NEVER,
    });
    const a = rule('a', 1, { x: 1, y: [1, 2] });
    const b = rule('b', 1, null);
    const variants = [
      [],
      [a],
      [rule('a', 2, a.settings)],
      [rule('a', 1, { x: 2, y: [1, 2] })],
      [rule('a', 1, { x: 1, y: [2, 1] })],
      [a, b],
    ];
    expect(new Set(variants.map((rules) => fingerprint({}, rules))).size).toBe(variants.length);
    expect(fingerprint({}, [b, rule('a', 1, { y: [1, 2], x: 1 })])).toBe(fingerprint({}, [a, b]));
  });
});
