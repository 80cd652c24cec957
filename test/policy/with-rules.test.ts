import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moduleText } from '../../src/cli/module-text.js';
import {
  type CurfewError,
  definePolicy,
  evaluate,
  NEVER,
  type Rule,
  startSession,
  withRules,
} from '../../src/index.js';
import { aPolicyDocument } from '../../src/testing/index.js';

const closed: Rule<{ from: number }> = {
  id: 'closed',
  version: 1,
  settings: { from: 18 },
  evaluate: () => ({ effect: 'deny', code: 'closed' }),
};
const silent: Rule = { id: 'silent', version: 1, settings: null, evaluate: () => NEVER };
const policy = definePolicy({ id: 'web', idleTimeout: '15m', absoluteTimeout: '8h', operations: { pay: {} } });

/** The policy that a module of `curfew compile` holds. */
async function compiled(): Promise<typeof policy> {
  const text = moduleText(policy, 'web.json');
  const module = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return module.default;
}

describe('withRules', () => {
  it('makes the policy that definePolicy makes of the document and the rules', () => {
    fc.assert(
      fc.property(aPolicyDocument(), fc.subarray([closed, silent]), (document, rules) => {
        expect(withRules(definePolicy(document), rules)).toEqual(definePolicy(document, { rules }));
      }),
      { numRuns: 200 },
    );
  });

  it('gives a compiled policy rules, and the fingerprint that goes with them', async () => {
    const strict = withRules(await compiled(), [closed]);
    expect(strict).toEqual(withRules(policy, [closed]));
    expect(strict.fingerprint).not.toBe(policy.fingerprint);
    const session = startSession(strict, { id: 's-1', subject: 'alice', at: 0 });
    const decision = evaluate(strict, session, { type: 'access', at: 1, activity: 'user', operation: 'pay' });
    expect(decision).toMatchObject({ effect: 'deny', reasons: [{ code: 'closed', rule: 'closed' }] });
  });

  it('replaces the rules that the policy had, and freezes what it makes', () => {
    const both = withRules(withRules(policy, [closed]), [silent]);
    expect(both.rules).toEqual([silent]);
    expect([both, both.rules].every(Object.isFrozen)).toBe(true);
    expect(withRules(both, []).fingerprint).toBe(policy.fingerprint);
  });

  it.each([
    [null as never, '/rules type_wrong'],
    [[silent, silent], '/rules/1/id id_duplicate'],
    [[{ ...silent, version: '1' as never }], '/rules/0 rule_invalid'],
  ])('refuses what definePolicy refuses', (rules, problem) => {
    let error: Partial<CurfewError> = {};
    try {
      withRules(policy, rules);
    } catch (thrown) {
      error = thrown as CurfewError;
    }
    expect(error.code).toBe('policy_invalid');
    expect(error.problems?.map(({ path, code }) => `${path} ${code}`)).toEqual([problem]);
  });
});
