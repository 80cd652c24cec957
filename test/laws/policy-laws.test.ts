import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import type { Rule } from '../../src/core/rule.js';
import { definePolicy } from '../../src/policy/define.js';
import { policyLaws } from '../../src/testing/index.js';
import { NEVER } from '../../src/time/instant.js';
import { RUNS, SEED, TIMEOUT } from './support.js';

const weekend: Rule<{ opens: number; closes: number }> = {
  id: 'weekend',
  version: 1,
  settings: { opens: 0, closes: 5 * 86_400_000 },
  evaluate({ now }, { closes }) {
    const week = 7 * 86_400_000;
    const until = now - (now % week) + closes;
    return now < until ? until : { effect: 'deny', code: 'closed_on_weekends', since: until };
  },
};

const policy = definePolicy(
  {
    id: 'customer-web',
    idleTimeout: '15m',
    absoluteTimeout: '8h',
    warnBefore: '2m',
    reauthentication: { after: '4h', resets: ['idle'] },
    networks: { office: ['203.0.113.0/24', '2001:db8::/32'] },
    conditions: [
      { when: { attributes: { role: ['admin'] } }, idleTimeout: '10m', absoluteTimeout: '4h' },
      { when: { attention: 'hidden' }, idleTimeout: '5m' },
      { when: { network: 'office' }, idleTimeout: '30m', relax: true },
    ],
    operations: {
      'payment:create': { authenticatedWithin: '5m', assuranceLevel: 'aal2' },
      'report:export': { lease: '20m' },
    },
    risk: [
      { signal: 'ip_changed', then: 'challenge' },
      { signal: 'device_changed', then: 'end', missing: 'changed' },
      { signal: 'risk_level', atLeast: 'medium', then: { tighten: { idleTimeout: '2m' } } },
    ],
    requestable: { absoluteTimeout: '30d' },
  },
  { rules: [weekend as unknown as Rule] },
) as unknown as Policy;

describe('policyLaws', { timeout: TIMEOUT }, () => {
  for (const law of policyLaws(policy)) {
    it(`hold for a policy with a custom rule: ${law.name}`, () => {
      law.check({ runs: Math.ceil(RUNS / 5), seed: SEED });
    });
  }

  it('tell the law, the seed and a counterexample when a custom rule is dishonest', () => {
    let asked = 0;
    const moody: Rule = {
      id: 'moody',
      version: 1,
      settings: null,
      evaluate: () => (asked++ % 2 === 0 ? NEVER : { effect: 'challenge', code: 'moody' }),
    };
    const laws = policyLaws(policy, { rules: [moody] });
    const law = laws.find(({ name }) => name === 'pure');
    expect(() => law?.check({ runs: 500, seed: 7 })).toThrow(
      /the law `pure` does not hold \(seed 7\)[\s\S]*customer-web/,
    );
  });
});
