import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/rule.js';
import { combine, type Found, PERMITTED, wasJudged } from '../../src/core/verdict.js';

const NOW = 100;

/** A finding of a rule: `deny closed 5` with more of it, by a rule that ends sessions or not. */
function found(text: string, more: Partial<Finding> = {}, rule: Found['rule'] = { id: 'mine' }): Found {
  const [effect, code, since] = text.split(' ') as [Finding['effect'], string, string | undefined];
  return { finding: { effect, code, ...(since !== undefined && { since: Number(since) }), ...more }, rule };
}

const ENDS = { id: 'idle', ends: true };
const codes = (...all: readonly Found[]) => combine(all, NOW).reasons.map(({ code }) => code);

describe('findings together', () => {
  it('are a permit where there are none', () => {
    expect(combine([], NOW)).toBe(PERMITTED);
    expect(PERMITTED).toEqual({
      effect: 'permit',
      reasons: [],
      ended: null,
      isOperationOnly: false,
      maxAge: null,
      assuranceLevel: null,
    });
  });

  it('are told from the strictest to the mildest, in whatever order they came', () => {
    const [permit, challenge, deny] = [found('permit a'), found('challenge b'), found('deny c')];
    for (const all of [
      [permit, challenge, deny],
      [deny, challenge, permit],
      [challenge, deny, permit],
    ]) {
      expect(codes(...all)).toEqual(['c', 'b', 'a']);
      expect(combine(all, NOW).effect).toBe('deny');
    }
    expect(combine([permit], NOW).effect).toBe('permit');
    expect(combine([permit, challenge], NOW).effect).toBe('challenge');
  });

  it('of one effect: what ends the session first, then what holds the longest', () => {
    expect(codes(found('deny a 1'), found('deny b 9', {}, ENDS))).toEqual(['b', 'a']);
    expect(codes(found('deny a 9'), found('deny b 1'))).toEqual(['b', 'a']);
    expect(codes(found('deny a'), found('deny b 99'))).toEqual(['b', 'a']);
    expect(codes(found('deny a 99'), found('deny b'))).toEqual(['a', 'b']);
    expect(codes(found('deny a 5'), found('deny b 5'))).toEqual(['a', 'b']);
  });

  it('leave what they were given as it was', () => {
    const all = [found('permit a'), found('deny b')];
    combine(all, NOW);
    expect(all.map(({ finding }) => finding.code)).toEqual(['a', 'b']);
  });

  it('hold since they say, or since now', () => {
    expect(combine([found('deny a'), found('deny b 5')], NOW).reasons).toEqual([
      { code: 'b', effect: 'deny', rule: 'mine', since: 5 },
      { code: 'a', effect: 'deny', rule: 'mine', since: NOW },
    ]);
  });
});

describe('a session ends', () => {
  it.each<[string, Found, object | null]>([
    ['by the denial of a rule that ends sessions', found('deny a 5', {}, ENDS), { code: 'a', since: 5, at: NOW }],
    ['now, where the denial does not say since when', found('deny a', {}, ENDS), { code: 'a', since: NOW, at: NOW }],
    ['not by a denial of another rule', found('deny a 5'), null],
    ['not by a rule that says that it does not', found('deny a 5', {}, { id: 'mine', ends: false }), null],
    ['not by a denial that ends nothing', found('deny a 5', { ends: false }, ENDS), null],
    ['not by a challenge', found('challenge a 5', {}, ENDS), null],
    ['not by a notice', found('permit a 5', {}, ENDS), null],
  ])('%s', (_, one, ended) => {
    expect(combine([one], NOW).ended).toEqual(ended);
  });
});

describe('what would turn a challenge into a permit', () => {
  const operation = { id: 'operation' };
  const remedy = (...all: readonly Found[]) => {
    const { isOperationOnly, maxAge, assuranceLevel } = combine(all, NOW);
    return { isOperationOnly, maxAge, assuranceLevel };
  };

  it('is a new authentication of any level, unless the finding says more', () => {
    expect(remedy(found('challenge a'))).toEqual({ isOperationOnly: false, maxAge: 0, assuranceLevel: null });
    expect(remedy(found('challenge a', { maxAge: 5, assuranceLevel: 'aal2' }))).toMatchObject({
      maxAge: 5,
      assuranceLevel: 'aal2',
    });
    expect(remedy(found('challenge a', { maxAge: null }))).toMatchObject({ maxAge: null });
  });

  it.each<[readonly (number | null)[], number | null]>([
    [[5, 9], 5],
    [[9, 5], 5],
    [[null, 5], 5],
    [[5, null], 5],
    [[0, 5], 0],
    [[null, null], null],
  ])('is the youngest authentication of %j', (ages, maxAge) => {
    expect(remedy(...ages.map((age) => found('challenge a', { maxAge: age })))).toMatchObject({ maxAge });
  });

  it.each<[readonly ('aal1' | 'aal2' | 'aal3' | null)[], string | null]>([
    [['aal1', 'aal3', 'aal2'], 'aal3'],
    [['aal2', 'aal1'], 'aal2'],
    [[null, 'aal1'], 'aal1'],
    [['aal2', null], 'aal2'],
    [[null, null], null],
  ])('is the highest level of %j', (levels, assuranceLevel) => {
    const all = levels.map((level) => found('challenge a', { assuranceLevel: level }));
    expect(remedy(...all)).toMatchObject({ assuranceLevel });
  });

  it('concerns the operation alone where no other challenge is among the findings', () => {
    const step = found('challenge a', { maxAge: 5 }, operation);
    expect(remedy(step).isOperationOnly).toBe(true);
    expect(remedy(step, found('permit b', { maxAge: 1, assuranceLevel: 'aal3' }))).toEqual({
      isOperationOnly: true,
      maxAge: 5,
      assuranceLevel: null,
    });
    expect(remedy(step, found('challenge b')).isOperationOnly).toBe(false);
    expect(remedy(found('challenge b'), step).isOperationOnly).toBe(false);
  });

  it('is nothing where it would be no use', () => {
    const none = { isOperationOnly: false, maxAge: null, assuranceLevel: null };
    expect(remedy(found('deny a'), found('challenge b', { assuranceLevel: 'aal2' }, operation))).toEqual(none);
    expect(remedy(found('permit a'))).toEqual(none);
  });
});

describe('a decision was made by the rules', () => {
  it.each<[readonly string[], boolean]>([
    [[], true],
    [['idle'], true],
    [['idle', 'clock'], true],
    [['session'], false],
    [['ended'], false],
    [['event'], false],
    [['clock'], false],
    [['engine'], false],
  ])('where those who speak are %j: %j', (rules, isJudged) => {
    const reasons = rules.map((rule) => ({ code: 'a', effect: 'deny' as const, rule, since: 0 }));
    expect(wasJudged({ reasons })).toBe(isJudged);
  });
});
