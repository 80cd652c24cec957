import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CurfewError } from '../../src/core/errors.js';
import type { Policy } from '../../src/core/policy.js';
import type { Rule } from '../../src/core/rule.js';
import { evaluate } from '../../src/evaluate.js';
import { limitsFor } from '../../src/limits-for.js';
import { definePolicy } from '../../src/policy/define.js';
import type { PolicyDocument } from '../../src/policy/document.js';
import { tighten } from '../../src/policy/tighten/tighten.js';
import { startSession } from '../../src/start-session.js';
import { NEVER } from '../../src/time/instant.js';

const MINUTE = 60_000;
type Part = Partial<PolicyDocument>;

const layer = (id: string, part: Part, rules: readonly Rule[] = []): Policy =>
  definePolicy({ id, idleTimeout: '30m', absoluteTimeout: '8h', ...part } as PolicyDocument, { rules }) as Policy;
const inOffice = { when: { network: 'office' }, idleTimeout: '5m' } as const;
const compared = { risk: [{ signal: 'network_changed', then: 'challenge' }] } as const;
const named = ({ networks }: Policy) => networks.map(({ name }) => name);

/** What comes of a login at one address and a request from another. */
function move(policy: Policy, from: string, to: string) {
  const session = startSession(policy, { id: 's', subject: 'a', at: 0, context: { ip: from } });
  return evaluate(policy, session, { type: 'access', at: 1, activity: 'user', context: { ip: to } });
}

/** What the policies' own networks and rules make of a move, each alone. */
const isChange = (policy: Policy, from: string, to: string) => move(policy, from, to).effect !== 'permit';

describe('networks of one name', () => {
  const org = layer('org', { networks: { office: ['203.0.113.0/24'] }, conditions: [inOffice] });
  const idle = (policy: Policy, ip: string) => limitsFor(policy, { context: { ip } }).idleTimeout.value / MINUTE;

  it('are told apart where they mean different things', () => {
    const app = layer('app', {
      networks: { office: ['198.51.100.0/24'] },
      conditions: [{ ...inOffice, idleTimeout: '10m' }],
    });
    const { policy } = tighten(org, app);
    expect(named(policy)).toEqual(['office', 'org/office']);
    expect([idle(policy, '203.0.113.7'), idle(policy, '198.51.100.7'), idle(policy, '192.0.2.1')]).toEqual([5, 10, 30]);
  });

  it('stay one where they mean the same', () => {
    const app = layer('app', { networks: { office: ['203.0.113.99/24'] } });
    expect(named(tighten(org, app).policy)).toEqual(['office']);
  });

  it('are left out where nobody asks for them', () => {
    const unused = layer('org', { networks: { cellar: ['192.0.2.0/24'] } });
    expect(named(tighten(unused, layer('app', {})).policy)).toEqual([]);
  });

  it('meet in what they share', () => {
    const relaxed = (id: string, ranges: string[]) =>
      layer(id, {
        networks: { office: ranges },
        idleTimeout: '5m',
        conditions: [{ when: { network: 'office' }, idleTimeout: '20m', relax: true }],
      });
    const { policy } = tighten(
      relaxed('org', ['203.0.113.0/24', '2001:db8::/32']),
      relaxed('app', ['203.0.0.0/16', '2001:db8:1::/48', '198.51.100.0/24']),
    );
    const idles = ['203.0.113.7', '2001:db8:1::1', '2001:db8:2::1', '198.51.100.1', '203.0.5.1'];
    expect(idles.map((ip) => idle(policy, ip))).toEqual([20, 20, 5, 5, 5]);
  });

  it('are what the rules of each layer go on seeing', () => {
    const onlyOffice: Rule = {
      id: 'only_office',
      version: 1,
      settings: null,
      evaluate: ({ context }) => (context.networks.includes('office') ? NEVER : { effect: 'deny', code: 'outside' }),
    };
    const guarded = layer('org', { networks: { office: ['203.0.113.0/24'] } }, [onlyOffice]);
    const { policy } = tighten(guarded, layer('app', { networks: { office: ['198.51.100.0/24'] } }));
    expect(move(policy, '203.0.113.7', '203.0.113.8').effect).toBe('permit');
    expect(move(policy, '198.51.100.1', '198.51.100.2').effect).toBe('deny');
  });
});

describe('network_changed', () => {
  it('goes on telling two ranges apart that another layer calls one network', () => {
    const org = layer('org', compared);
    const app = layer('app', { networks: { office: ['203.0.113.0/24', '198.51.100.0/24'] }, conditions: [inOffice] });
    const { policy } = tighten(org, app);
    expect(named(policy)).toEqual(['office/1', 'office/2']);
    expect(isChange(policy, '203.0.113.7', '198.51.100.7')).toBe(true);
    expect(isChange(policy, '203.0.113.7', '203.0.113.8')).toBe(false);
    const idles = ['203.0.113.7', '198.51.100.7', '192.0.2.1'].map((ip) => limitsFor(policy, { context: { ip } }));
    expect(idles.map(({ idleTimeout }) => idleTimeout.value / MINUTE)).toEqual([5, 5, 30]);
  });

  it('lets people move within a network that all who ask for it name', () => {
    const networks = { vpn: ['10.0.0.0/8'] };
    const conditions = [{ when: { network: 'vpn' }, idleTimeout: '5m' }] as const;
    const { policy } = tighten(layer('org', { ...compared, networks }), layer('app', { networks, conditions }));
    expect([isChange(policy, '10.1.1.1', '10.2.2.2'), isChange(policy, '10.1.1.1', '11.1.1.1')]).toEqual([false, true]);
  });

  it('refuses a network that cannot be had without loosening, and says what to do', () => {
    const app = layer('app', {
      networks: { vpn: ['10.0.0.0/8'] },
      conditions: [{ when: { network: 'vpn' }, idleTimeout: '5m' }],
    });
    let error: Partial<CurfewError> = {};
    try {
      tighten(layer('org', compared), app);
    } catch (thrown) {
      error = thrown as CurfewError;
    }
    expect(error.code).toBe('networks_not_combinable');
    expect(error.problems).toMatchObject([{ path: '/networks/vpn', code: 'network_is_many_places' }]);
    expect(error.message).toContain('name a network with the same ranges there too');
  });

  it('is raised wherever any layer alone would raise it', () => {
    const range = fc
      .tuple(
        fc.constantFrom('10.0', '10.128', '10.1', '198.51'),
        fc.constantFrom(0, 64, 128),
        fc.constantFrom(15, 16, 17, 23, 24, 25),
      )
      .map(([head, third, bits]) => `${head}.${third}.0/${bits}`);
    const sixth = fc.constantFrom('2001:db8::/32', '2001:db8:1::/48', '2001:db8::/47', '::/0', '::ffff:10.0.0.0/104');
    const networks = fc.dictionary(
      fc.constantFrom('office', 'lab'),
      fc.array(fc.oneof(range, range, sixth), { minLength: 1, maxLength: 3 }),
      { noNullPrototype: true },
    );
    const aLayer = fc.tuple(networks, fc.boolean(), fc.boolean()).map(([own, isCompared, isAsked]) => {
      const conditions = isAsked ? Object.keys(own).map((network) => ({ when: { network }, idleTimeout: '5m' })) : [];
      return layer('any', { networks: own, conditions, ...(isCompared && compared) });
    });
    const anAddress = fc.oneof(
      fc
        .tuple(fc.constantFrom('10.0', '10.1', '10.128', '198.51'), fc.nat({ max: 255 }))
        .map(([a, b]) => `${a}.${b}.1`),
      fc.constantFrom('2001:db8::1', '2001:db8:1::1', '2001:db8:2::1', '::ffff:10.1.64.1'),
    );
    let combined = 0;
    const seen = new Set<string>();
    fc.assert(
      fc.property(aLayer, aLayer, anAddress, anAddress, (org, app, from, to) => {
        let policy: Policy;
        try {
          policy = tighten(org, app).policy;
        } catch {
          return;
        }
        combined++;
        const alone = [org, app].some((one) => isChange(one, from, to));
        seen.add(String(alone));
        if (alone) expect(isChange(policy, from, to)).toBe(true);
        const idle = (one: Policy) => limitsFor(one, { context: { ip: to } }).idleTimeout.value;
        expect(idle(policy)).toBe(Math.min(idle(org), idle(app)));
      }),
      { numRuns: 2_000 },
    );
    expect(combined).toBeGreaterThan(600);
    expect(seen.size).toBe(2);
  });
});
