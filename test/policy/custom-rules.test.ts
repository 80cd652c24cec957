import { describe, expect, it } from 'vitest';
import { type CurfewError, definePolicy, NEVER, type Policy, parsePolicy, type Rule } from '../../src/index.js';

const MINIMAL = { id: 'web', absoluteTimeout: '8h' } as const;
const mine: Rule = { id: 'mine', version: 1, settings: null, evaluate: () => NEVER };

/** What is wrong with a rule that has this part, or nothing. */
function problemsOf(part: object): string[] {
  try {
    definePolicy(MINIMAL, { rules: [{ ...mine, ...part }] });
    return [];
  } catch (error) {
    return (error as CurfewError).problems.map(({ path, code }) => `${path} ${code}`);
  }
}

const fingerprint = (part: object) => definePolicy(MINIMAL, { rules: [{ ...mine, ...part }] }).fingerprint;

/** A list in a list in a list. */
const nested = (depth: number): unknown => (depth === 1 ? [] : [nested(depth - 1)]);

describe('a custom rule', () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);

  it.each<[string, unknown]>([
    ['a text', 'eighteen'],
    ['a number', 18],
    ['a boolean', false],
    ['nothing', null],
    ['an empty object', {}],
    ['lists and objects', { from: [9, 17], zone: { name: 'UTC', summer: true, shift: null } }],
    ['fifty levels', nested(50)],
  ])('is set to %s', (_, settings) => {
    expect(problemsOf({ settings })).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['nothing said', undefined],
    ['a function', () => 1],
    ['a number that is none', Number.NaN],
    ['an object of which one part is none', { from: 9, to: undefined }],
    ['a map', new Map()],
    ['more than fifty levels', nested(51)],
    ['a cycle', cyclic],
  ])('is not set to %s, because the fingerprint could not cover it', (_, settings) => {
    expect(problemsOf({ settings })).toEqual(['/rules/0/settings settings_not_json']);
  });

  it.each<[object, string]>([
    [{ evaluate: undefined }, '/rules/0 rule_invalid'],
    [{ evaluate: 'permit' }, '/rules/0 rule_invalid'],
    [{ version: undefined }, '/rules/0 rule_invalid'],
    [{ id: ['mine'] }, '/rules/0/id rule_id_invalid'],
    [{ id: undefined }, '/rules/0/id rule_id_invalid'],
    [{ id: 'clock' }, '/rules/0/id id_duplicate'],
    [{ limit: ['closing_time'] }, '/rules/0/limit rule_invalid'],
  ])('is refused with %o', (part, problem) => {
    expect(problemsOf(part)).toEqual([problem]);
  });

  it('counts in the fingerprint by whether it ends sessions, and by the name of its limit', () => {
    expect(fingerprint({ ends: false, limit: 'mine' })).toBe(fingerprint({}));
    const others = [{ ends: true }, { limit: 'closing_time' }, {}].map(fingerprint);
    expect(new Set(others).size).toBe(3);
  });
});

describe('a key of the document that came later', () => {
  it('counts in the fingerprint beside all others', () => {
    const of = (part: object) => definePolicy({ ...MINIMAL, staleFor: '30s', ...part }).fingerprint;
    expect(new Set([of({}), of({ id: 'web2' }), of({ staleFor: '31s' }), of({ staleFor: 0 })]).size).toBe(4);
    expect(of({ staleFor: 0 })).toBe(definePolicy(MINIMAL).fingerprint);
  });
});

describe('parsePolicy', () => {
  it('makes of what came as text what definePolicy makes of a literal', () => {
    const parsed: Policy = parsePolicy(JSON.parse(JSON.stringify(MINIMAL)), { rules: [mine] });
    expect(parsed).toEqual(definePolicy(MINIMAL, { rules: [mine] }));
    expect(() => parsePolicy(null)).toThrow('this policy cannot be used');
  });
});
