import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import type { Rule } from '../../src/core/rule.js';
import { evaluate } from '../../src/evaluate.js';
import { definePolicy } from '../../src/policy/define.js';
import { aPolicy } from '../../src/testing/arbitraries/policies.js';
import type { Evaluate } from '../../src/testing/laws/scenario.js';
import { lawsFor } from '../../src/testing/laws.js';
import { BROKEN } from './broken-engines.js';
import { SEED, TIMEOUT } from './support.js';

const lateRule: Rule = {
  id: 'late',
  version: 1,
  settings: null,
  evaluate: ({ now, session }) =>
    now <= session.createdAt + 900_000
      ? Math.max(now + 1, session.createdAt + 900_000)
      : { effect: 'deny', code: 'late' },
};

describe('each law fails on an engine that', { timeout: TIMEOUT }, () => {
  for (const { law, mistake, engine } of BROKEN) {
    it(`${mistake} (${law})`, () => {
      const failure = failureOf(engine, law);
      expect(failure).toContain(`the law \`${law}\` does not hold (seed ${SEED})`);
      expect(failure).toContain('login: {');
    });
  }

  it('is given a custom rule that is off by one (customRulesAreHonest)', () => {
    const policy = definePolicy({ id: 'x', absoluteTimeout: '8h' }, { rules: [lateRule] }) as Policy;
    expect(failureOf(evaluate, 'customRulesAreHonest', fc.constant(policy))).toContain('customRulesAreHonest');
  });
});

function failureOf(engine: Evaluate, name: string, policies = aPolicy()): string {
  const law = lawsFor(engine, policies).find((one) => one.name === name);
  try {
    law?.check({ runs: 3_000, seed: SEED });
    return 'holds';
  } catch (error) {
    return (error as Error).message;
  }
}
