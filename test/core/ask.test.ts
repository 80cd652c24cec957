import { describe, expect, it } from 'vitest';
import { type Answer, definePolicy, evaluate, NEVER, type Rule, type RuleFacts } from '../../src/index.js';
import { sessionOf, user } from '../evaluate/support.js';

const NOW = 60_000;

/** What is decided at `NOW` if a rule of one's own does this. */
function decide(evaluateIt: Rule['evaluate'], part: Partial<Rule> = {}) {
  const rule: Rule = { id: 'mine', version: 1, settings: null, evaluate: evaluateIt, ...part };
  const policy = definePolicy({ id: 'web', idleTimeout: '15m', absoluteTimeout: '8h' }, { rules: [rule] });
  return evaluate(policy, sessionOf(policy), user(NOW));
}

const codesOf = (answer: unknown): string[] => decide(() => answer as Answer).reasons.map(({ code }) => code);

describe('the answer of a custom rule', () => {
  it.each<[unknown, readonly string[]]>([
    [NOW + 1, []],
    [NEVER, []],
    [[], []],
    [{ effect: 'permit', code: 'noted' }, ['noted']],
    [{ effect: 'challenge', code: 'step_up', maxAge: 0, assuranceLevel: 'aal3' }, ['step_up']],
    [{ effect: 'challenge', code: 'step_up', maxAge: null, assuranceLevel: null }, ['step_up']],
    [{ effect: 'deny', code: 'closed', since: NOW, ends: false }, ['closed']],
    [{ effect: 'deny', code: 'c'.repeat(64), since: 0 }, ['c'.repeat(64)]],
    [{ effect: 'deny', code: 'c2_d', since: undefined, maxAge: undefined, ends: undefined }, ['c2_d']],
    [
      [
        { effect: 'permit', code: 'noted' },
        { effect: 'deny', code: 'closed' },
      ],
      ['closed', 'noted'],
    ],
  ])('is taken as it is: %j', (answer, codes) => {
    expect(codesOf(answer)).toEqual(codes);
  });

  it.each([
    NOW,
    NOW - 1,
    NOW + 0.5,
    NEVER + 1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    `${NOW + 1}`,
    undefined,
    null,
    true,
    {},
    () => NEVER,
    { effect: 'indeterminate', code: 'closed' },
    { effect: 'deny' },
    { effect: 'deny', code: 'Closed' },
    { effect: 'deny', code: 'no_way!' },
    { effect: 'deny', code: '_closed' },
    { effect: 'deny', code: 'c'.repeat(65) },
    { effect: 'deny', code: ['closed'] },
    { effect: 'deny', code: 'closed', since: NOW + 1 },
    { effect: 'deny', code: 'closed', since: 0.5 },
    { effect: 'deny', code: 'closed', since: null },
    { effect: 'deny', code: 'closed', ends: true },
    { effect: 'challenge', code: 'step_up', maxAge: -1 },
    { effect: 'challenge', code: 'step_up', maxAge: '5m' },
    { effect: 'challenge', code: 'step_up', assuranceLevel: 'aal4' },
    { effect: 'challenge', code: 'step_up', assuranceLevel: 1 },
    [{ effect: 'permit', code: 'noted' }, null],
    [{ effect: 'permit', code: 'noted' }, NEVER],
    new Array(1),
  ])('is nonsense, which denies: %o', (answer) => {
    expect(codesOf(answer)).toEqual(['rule_failed']);
  });
});

describe('a custom rule', () => {
  it('that throws denies this request, and ends nothing even if its denials end sessions', () => {
    const decision = decide(
      () => {
        throw new Error('out of order');
      },
      { ends: true },
    );
    expect(decision).toMatchObject({
      effect: 'deny',
      reasons: [{ code: 'rule_failed', effect: 'deny', rule: 'mine', since: NOW }],
      session: { ended: null },
    });
  });

  it('ends the session only if it says so, and not where its denial says otherwise', () => {
    const ended = (ends: boolean, part: object) =>
      decide(() => ({ effect: 'deny', code: 'closed', since: 1, ...part }), { ends }).session?.ended;
    expect(ended(true, {})).toEqual({ code: 'closed', since: 1, at: NOW });
    expect(ended(false, {})).toBeNull();
    expect(ended(true, { ends: false })).toBeNull();
  });

  it('is shown what it may look at, its settings, and nothing else', () => {
    let seen: readonly unknown[] = [];
    const look = (...facts: [RuleFacts, unknown]) => {
      seen = facts;
      return NEVER;
    };
    decide(look as Rule['evaluate'], { settings: { from: 9 } });
    const [facts, settings] = seen as [RuleFacts, unknown];
    expect(settings).toEqual({ from: 9 });
    expect(Object.keys(facts).sort()).toEqual([
      'attention',
      'authenticatedAt',
      'context',
      'event',
      'now',
      'proofs',
      'session',
    ]);
    expect(facts).toMatchObject({ now: NOW, attention: 'visible', authenticatedAt: 0, proofs: { aal1: 0 } });
  });
});
