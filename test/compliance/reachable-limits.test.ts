import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownContext } from '../../src/core/context.js';
import { limitsOf, type Surroundings } from '../../src/core/limits.js';
import { type CurfewError, definePolicy, NEVER, type Policy, type PolicyDocument } from '../../src/index.js';
import { longestLimits } from '../../src/policy/reachable-limits.js';
import { surroundingsMatching } from '../../src/policy/surroundings.js';
import { aPolicyDocument } from '../../src/testing/index.js';

const LIMITS = ['idleTimeout', 'absoluteTimeout'] as const;
const ADDRESSES = [undefined, '203.0.113.1', '203.0.113.77', '2001:db8::1', '10.1.2.3', '198.51.100.200', '192.0.2.1'];
const ROLES = [undefined, 'admin', 'auditor', 'user', 'nobody', ['admin', 'user'], ['user', 'auditor']];
const REQUESTS = [null, { idleTimeout: NEVER, absoluteTimeout: NEVER }, { idleTimeout: 420_000 }];

/** Every session of a grid, with the attributes that the arbitraries' conditions ask for. */
function grid(policy: Policy): readonly Surroundings[] {
  return ADDRESSES.flatMap((ip) =>
    ROLES.flatMap((role) =>
      [undefined, true, false].flatMap((trusted) =>
        [undefined, 'pro'].flatMap((plan) =>
          (['visible', 'hidden'] as const).map((attention) => ({
            attributes: {
              ...(role !== undefined && { role }),
              ...(trusted !== undefined && { trusted }),
              ...(plan !== undefined && { plan }),
            },
            attention,
            context: knownContext(policy, ip === undefined ? undefined : { ip }, 0),
          })),
        ),
      ),
    ),
  );
}

describe('the longest limit', () => {
  it('is the longest of a grid, and some session has it', () => {
    fc.assert(
      fc.property(aPolicyDocument(), (document) => {
        const policy = definePolicy({ ...document, operations: {} });
        const sessions = grid(policy);
        for (const name of LIMITS) {
          const found = sessions.flatMap((one) => REQUESTS.map((asked) => limitsOf(policy, one, asked, [])[name]));
          const [longest] = longestLimits(policy, name);
          expect(longest?.value).toBe(Math.max(...found));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is one that the session it comes with has', () => {
    fc.assert(
      fc.property(aPolicyDocument(), (document) => {
        const policy = definePolicy(document);
        for (const name of LIMITS) {
          for (const { value, path, surroundings, requested } of longestLimits(policy, name)) {
            if (path.endsWith('/lease')) continue;
            expect(limitsOf(policy, surroundings, requested, [])[name]).toBe(value);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  const office: Partial<PolicyDocument> = {
    networks: { office: ['203.0.113.0/24'], kiosk: ['203.0.113.0/25', '203.0.113.128/25'] },
    conditions: [
      { when: { network: 'office' }, idleTimeout: '1h', relax: true },
      { when: { network: 'kiosk' }, idleTimeout: '5m' },
    ],
  };
  const longest = (part: Partial<PolicyDocument>) =>
    longestLimits(definePolicy({ id: 'web', idleTimeout: '15m', absoluteTimeout: '8h', ...part }), 'idleTimeout')[0];

  it('knows that two halves fill a network', () => {
    expect(longest(office)).toMatchObject({ value: 900_000, path: '/idleTimeout' });
    const networks = { ...office.networks, kiosk: ['203.0.113.0/25', '203.0.113.128/26'] };
    expect(longest({ ...office, networks })).toMatchObject({ value: 3_600_000, path: '/conditions/0/idleTimeout' });
  });

  it('finds the one value that no condition tightens', () => {
    const conditions: PolicyDocument['conditions'] = [
      { when: { attributes: { role: ['a', 'b', 'c'] } }, idleTimeout: '2h', relax: true },
      { when: { attributes: { role: ['a', 'c'] } }, idleTimeout: '5m' },
    ];
    expect(longest({ conditions })).toMatchObject({ value: 7_200_000, surroundings: { attributes: { role: 'b' } } });
  });
});

it('an IPv4 address lies in no wider IPv6 range', () => {
  const policy = definePolicy({
    id: 'web',
    absoluteTimeout: '8h',
    networks: { all: ['::/0'], four: ['0.0.0.0/0'] },
    conditions: [
      { when: { network: 'all' }, idleTimeout: '1h' },
      { when: { network: 'four' }, idleTimeout: '2h' },
    ],
  });
  expect(surroundingsMatching(policy, policy.conditions)).toEqual([]);
  expect(surroundingsMatching(policy, policy.conditions.slice(0, 1))).toMatchObject([
    { context: { networks: ['all'] } },
  ]);
});

it('a policy with too many ways is refused by name', () => {
  const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const names = ['p', 'q', 'r', 's', 't', 'u', 'v'];
  const attributes = Object.fromEntries(names.map((name) => [name, letters]));
  const each = names.flatMap((name) =>
    letters.map((letter) => ({ when: { attributes: { [name]: [letter] } }, idleTimeout: '5m' })),
  );
  const policy = definePolicy({
    id: 'web',
    idleTimeout: '15m',
    absoluteTimeout: '8h',
    conditions: [{ when: { attributes }, idleTimeout: '1h', relax: true }, ...each],
  });
  try {
    longestLimits(policy, 'idleTimeout');
    expect.unreachable();
  } catch (error) {
    expect(error as CurfewError).toMatchObject({ code: 'policy_too_large', problems: [{ path: '/conditions/0' }] });
  }
});
