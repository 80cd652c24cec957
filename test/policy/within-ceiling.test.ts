import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import { definePolicy } from '../../src/policy/define.js';
import type { PolicyDocument } from '../../src/policy/document.js';
import { tighten } from '../../src/policy/tighten/tighten.js';
import { withinCeiling } from '../../src/policy/tighten/within-ceiling.js';
import { aPolicyDocument } from '../../src/testing/arbitraries/document.js';
import { aTighterDocument } from '../../src/testing/arbitraries/tighter.js';

const MINUTE = 60_000;
const layer = (id: string, part: Partial<PolicyDocument>): Policy =>
  definePolicy({ id, idleTimeout: '15m', absoluteTimeout: '8h', ...part } as PolicyDocument) as Policy;
const found = (org: Partial<PolicyDocument>, app: Partial<PolicyDocument>) =>
  withinCeiling(layer('org', org), layer('app', app));
const admins = { when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' } as const;
const networks = { office: ['203.0.113.0/24'] };
const relaxed = (idleTimeout: string) => ({ when: { network: 'office' }, idleTimeout, relax: true }) as const;

describe('withinCeiling', () => {
  it('says what is looser, what would do, and where', () => {
    const [idle, lock] = found({}, { idleTimeout: '30m', onIdle: 'lock' });
    expect(idle).toEqual({
      path: '/idleTimeout',
      value: 30 * MINUTE,
      allowed: 15 * MINUTE,
      message: '`idleTimeout` is 30m, and `org` allows 15m: write that, or what is stricter',
    });
    expect(lock?.message).toBe('`onIdle` is `lock`, and `org` allows `end`: write that, or what is stricter');
  });

  it('says which of the two is the ceiling where both have one id', () => {
    const compared = { signal: 'ip_changed', then: 'challenge' } as const;
    const org = layer('shop', { conditions: [admins], risk: [compared] });
    expect(withinCeiling(org, layer('shop', { idleTimeout: '30m' })).map(({ message }) => message)).toEqual([
      '`idleTimeout` is 30m, and the ceiling `shop` allows 15m: write that, or what is stricter',
      'the idle limit where role is admin can be 30m, and the ceiling `shop` allows 5m there: add a condition that says so',
      'the ceiling `shop` answers `ip_changed` with `challenge`, and this policy does not look at it: add a rule that says so',
    ]);
  });

  it.each<[string, Partial<PolicyDocument>, Partial<PolicyDocument>, readonly string[]]>([
    ['nothing', {}, { idleTimeout: '5m', warnBefore: '1m', recordEvery: '10s' }, []],
    [
      'no limit at all',
      {},
      { idleTimeout: 'unlimited', absoluteTimeout: 'unlimited' },
      ['/idleTimeout', '/absoluteTimeout'],
    ],
    ['a default of the ceiling', {}, { tokens: { refreshGrace: '1m' } }, ['/tokens/refreshGrace']],
    ['clocks that are reset', {}, { reauthentication: { resets: ['idle', 'absolute'] } }, ['/reauthentication/resets']],
    ['a request', {}, { requestable: { absoluteTimeout: '30d' } }, ['/requestable/absoluteTimeout']],
    ['more sessions', { concurrency: { maxSessions: 2, onExceed: 'refuse' } }, {}, ['/concurrency/maxSessions']],
    ['a lease', {}, { operations: { 'a/b': { lease: '9m' } } }, ['/operations/a~1b/lease']],
    ['an operation that only the ceiling names', { operations: { pay: { assuranceLevel: 'aal3' } } }, {}, []],
    [
      'an operation that asks for less',
      { operations: { pay: { assuranceLevel: 'aal3' } } },
      { operations: { pay: { assuranceLevel: 'aal2', authenticatedWithin: '1m' } } },
      ['/operations/pay/assuranceLevel'],
    ],
    ['a relaxation', {}, { networks, conditions: [relaxed('30m')] }, ['/conditions/0/idleTimeout']],
    [
      'a relaxation that the ceiling has too',
      { networks, conditions: [relaxed('30m')] },
      { networks, conditions: [relaxed('30m')] },
      [],
    ],
    ['a relaxation within the ceiling', { idleTimeout: '30m' }, { networks, conditions: [relaxed('30m')] }, []],
    ['a relaxation that the ceiling makes stricter', { networks, conditions: [relaxed('3m')] }, {}, ['/conditions']],
    ['a condition that is missing', { conditions: [admins] }, {}, ['/conditions']],
    [
      'a condition that is longer',
      { conditions: [admins] },
      { conditions: [{ ...admins, idleTimeout: '6m' }] },
      ['/conditions/0/idleTimeout'],
    ],
    ['a condition that the limit makes needless', { conditions: [admins] }, { idleTimeout: '5m' }, []],
    [
      'a condition that another holds',
      { conditions: [admins] },
      { conditions: [{ when: { attributes: { role: ['admin', 'root'] } }, idleTimeout: '4m' }] },
      [],
    ],
    [
      'a condition that another holds in part',
      { conditions: [{ ...admins, when: { attributes: { role: ['admin', 'root'] } } }] },
      { conditions: [{ ...admins, idleTimeout: '4m' }] },
      ['/conditions'],
    ],
    ['a risk rule that is missing', { risk: [{ signal: 'ip_changed', then: 'challenge' }] }, {}, ['/risk']],
    [
      'a risk rule that does more',
      { risk: [{ signal: 'ip_changed', then: 'challenge' }] },
      { risk: [{ signal: 'ip_changed', then: 'end' }] },
      [],
    ],
    [
      'a risk rule that does less',
      { risk: [{ signal: 'ip_changed', then: 'end' }] },
      { risk: [{ signal: 'ip_changed', then: 'challenge' }] },
      ['/risk/0'],
    ],
    [
      'a milder comparison',
      { risk: [{ signal: 'ip_changed', then: 'observe', missing: 'changed' }] },
      { risk: [{ signal: 'ip_changed', then: 'end' }] },
      ['/risk/0/missing'],
    ],
    [
      'a network that is several',
      { risk: [{ signal: 'network_changed', then: 'end' }] },
      { networks: { vpn: ['10.0.0.0/8'] }, conditions: [{ when: { network: 'vpn' }, idleTimeout: '5m' }] },
      ['/networks/vpn', '/risk'],
    ],
  ])('finds %s', (_, org, app, paths) => {
    expect(found(org, app).map(({ path }) => path)).toEqual(paths);
  });

  it('says in words where a condition applies', () => {
    const [excess] = found(
      { networks, conditions: [{ ...admins, when: { ...admins.when, network: 'office', attention: 'hidden' } }] },
      {},
    );
    expect(excess?.message).toBe(
      'the idle limit where role is admin and the network is office and the screen is hidden can be 15m, and `org` ' +
        'allows 5m there: add a condition that says so',
    );
  });

  it('finds nothing exactly where the ceiling loosens nothing of the policy', () => {
    const pair = fc.oneof(
      fc.tuple(aPolicyDocument(), aPolicyDocument()),
      aPolicyDocument().chain((document) => fc.tuple(fc.constant(document), aTighterDocument(document))),
    );
    const counts = { same: 0, other: 0 };
    fc.assert(
      fc.property(pair, ([org, app]) => {
        const [ceiling, policy] = [definePolicy(org) as Policy, definePolicy(app) as Policy];
        const excess = withinCeiling(ceiling, policy);
        expect(excess.every(({ message }) => message.length > 20)).toBe(true);
        if (excess.some(({ path }) => path.startsWith('/networks/'))) return;
        const { fingerprint } = tighten(ceiling, policy).policy;
        if (fingerprint === policy.fingerprint) {
          counts.same++;
          expect(excess).toEqual([]);
        } else counts.other++;
      }),
      { numRuns: 1_000 },
    );
    expect(Math.min(counts.same, counts.other)).toBeGreaterThan(20);
  });

  it('finds nothing in what tighten makes', () => {
    fc.assert(
      fc.property(aPolicyDocument(), aPolicyDocument(), (org, app) => {
        const [ceiling, policy] = [definePolicy(org) as Policy, definePolicy(app) as Policy];
        if (withinCeiling(ceiling, policy).some(({ path }) => path.startsWith('/networks/'))) return;
        expect(withinCeiling(ceiling, tighten(ceiling, policy).policy)).toEqual([]);
      }),
      { numRuns: 700 },
    );
  });
});
