import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCompliance, type Finding } from '../../src/compliance/index.js';
import { limitsOf } from '../../src/core/limits.js';
import { definePolicy, NEVER, type PolicyDocument } from '../../src/index.js';
import { surroundingsMatching } from '../../src/policy/surroundings.js';
import { aPolicyDocument } from '../../src/testing/index.js';

const MINIMAL = { id: 'web', idleTimeout: '15m', absoluteTimeout: '24h', warnBefore: '2m' };
const wcag = (part: Partial<PolicyDocument>) => checkCompliance(definePolicy({ ...MINIMAL, ...part }), ['wcag-2.2.1']);
const own = (part: Partial<PolicyDocument>) =>
  checkCompliance(definePolicy({ ...MINIMAL, ...part }), ['self-consistency']);
const statuses = (findings: readonly Finding[]) => findings.map(({ status }) => status);

describe('WCAG 2.2.1', () => {
  it.each<[Partial<PolicyDocument>, readonly string[]]>([
    [{}, ['pass', 'pass', 'pass']],
    [{ warnBefore: '20s' }, ['pass', 'pass', 'pass']],
    [{ warnBefore: 19_999 }, ['fail', 'pass', 'pass']],
    [{ warnBefore: '0s' }, ['fail', 'pass', 'pass']],
    [{ absoluteTimeout: '165m' }, ['pass', 'pass', 'fail']],
    [{ absoluteTimeout: 9_899_999 }, ['pass', 'fail', 'fail']],
    [{ absoluteTimeout: '20h' }, ['pass', 'pass', 'fail']],
    [{ absoluteTimeout: 72_000_001 }, ['pass', 'pass', 'pass']],
    [{ absoluteTimeout: '8h', reauthentication: { resets: ['idle', 'absolute'] } }, ['pass', 'pass', 'pass']],
    [
      { absoluteTimeout: '8h', reauthentication: { resets: ['idle', 'absolute'] }, warnBefore: '5s' },
      ['fail', 'pass', 'fail'],
    ],
    [{ idleTimeout: 'unlimited', absoluteTimeout: 'unlimited', warnBefore: '0s' }, ['pass', 'pass', 'pass']],
    [{ idleTimeout: '21h', absoluteTimeout: '22h', warnBefore: '0s' }, ['pass', 'pass', 'pass']],
  ])('%j: %j', (part, expected) => {
    expect(statuses(wcag(part))).toEqual(expected);
  });

  it('says how many extensions fit, and both ways out', () => {
    expect(wcag({ idleTimeout: '1h', absoluteTimeout: '8h' })[1]).toMatchObject({
      path: '/idleTimeout',
      message: expect.stringContaining('7 extensions of 1h fit before the absolute limit'),
      fix: 'write "11h" or more at /absoluteTimeout, or "43m38s181ms" or less at /idleTimeout, or record why the limit is essential',
    });
  });

  it('looks for the pair that a session has at the same time', () => {
    const conditions: PolicyDocument['conditions'] = [
      { when: { attributes: { role: ['admin'] } }, absoluteTimeout: '2h' },
      { when: { attributes: { role: ['admin'] } }, idleTimeout: '10m' },
      { when: { attributes: { plan: ['gold'] } }, idleTimeout: '1h', relax: true },
    ];
    expect(wcag({ conditions: conditions.slice(0, 2) })[1]).toMatchObject({ status: 'pass' });
    expect(wcag({ conditions })[1]).toMatchObject({ status: 'pass' });
    expect(wcag({ conditions: [conditions[0], conditions[2]] as typeof conditions })[1]).toMatchObject({
      status: 'fail',
      path: '/conditions/1/idleTimeout',
      stated: '2h at /conditions/0/absoluteTimeout for 1h at /conditions/1/idleTimeout',
    });
  });

  it('takes a reason on record', () => {
    const policy = definePolicy({ ...MINIMAL, absoluteTimeout: '8h' });
    const exceptions = [{ profile: 'wcag-2.2.1', control: '2.2.1 absolute', reason: 'NIST AAL3' }];
    const findings = checkCompliance(policy, ['wcag-2.2.1'], { exceptions });
    expect(findings[2]).toMatchObject({ status: 'pass', exception: 'NIST AAL3' });
  });

  it('agrees with every session of a grid on whether 10 extensions fit', () => {
    fc.assert(
      fc.property(aPolicyDocument(), (document) => {
        const policy = definePolicy(document);
        const subsets = powerSet(policy.conditions.map((_, index) => index));
        const risks = powerSet(policy.risk.map((_, index) => index)).map((indexes) =>
          policy.risk.filter((_, index) => indexes.includes(index)).map((rule) => ({ rule, since: 0 })),
        );
        const isMissed = subsets.some((subset) => {
          const matched = policy.conditions.filter((_, index) => subset.includes(index));
          return surroundingsMatching(policy, matched).some((surroundings) =>
            risks.some((active) =>
              [null, { idleTimeout: NEVER }].some((requested) => {
                const { idleTimeout, absoluteTimeout } = limitsOf(policy, surroundings, requested, active);
                const isShort = idleTimeout < absoluteTimeout && idleTimeout <= 72_000_000;
                return isShort && absoluteTimeout !== NEVER && absoluteTimeout < 11 * idleTimeout;
              }),
            ),
          );
        });
        expect(checkCompliance(policy, ['wcag-2.2.1'])[1]?.status).toBe(isMissed ? 'fail' : 'pass');
      }),
      { numRuns: 1_000 },
    );
  });
});

function powerSet(items: readonly number[]): readonly (readonly number[])[] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return powerSet(rest).flatMap((set) => [set, [first, ...set]]);
}

describe('self-consistency', () => {
  it('has nothing to say of a plain policy', () => {
    expect(statuses(own({}))).toEqual(['pass', 'pass', 'pass', 'pass', 'pass', 'pass']);
  });

  const admins = { attributes: { role: ['admin'] } };
  it.each<[string, Partial<PolicyDocument>, string, string]>([
    ['warning', { warnBefore: '0s' }, '/warnBefore', 'nobody is warned'],
    ['warning', { warnBefore: '8m' }, '/warnBefore', 'for most of 15m, the limit at /idleTimeout'],
    ['leeway', { clockLeeway: '8m' }, '/clockLeeway', 'more than half of 15m'],
    ['record-every', { recordEvery: '8m' }, '/recordEvery', 'a crash ends sessions early'],
    ['units', { idleTimeout: 15, warnBefore: 5, clockLeeway: 0 }, '/idleTimeout', 'nobody can use a session of 15ms'],
    [
      'units',
      { idleTimeout: 15, absoluteTimeout: 480, warnBefore: 5, clockLeeway: 0 },
      '/idleTimeout',
      '/absoluteTimeout: nobody',
    ],
    ['stale-for', { staleFor: '15m' }, '/staleFor', 'unseen for longer than 15m'],
    [
      'nesting',
      { conditions: [{ when: admins, idleTimeout: '15m' }] },
      '/conditions/0/idleTimeout',
      'it never tightens',
    ],
    [
      'nesting',
      { conditions: [{ when: admins, absoluteTimeout: '24h' }] },
      '/conditions/0/absoluteTimeout',
      'it never tightens: the longest there is, is 1d',
    ],
    [
      'nesting',
      { conditions: [{ when: admins, idleTimeout: '5m', relax: true }] },
      '/conditions/0/idleTimeout',
      'a relaxation to less than 15m tightens',
    ],
    [
      'nesting',
      { conditions: [{ when: admins, idleTimeout: '10m', absoluteTimeout: '5m' }] },
      '/conditions/0/idleTimeout',
      'it cannot be reached: the session ends after 5m',
    ],
    ['nesting', { reauthentication: { after: '24h' } }, '/reauthentication/after', 'it never comes due'],
    [
      'nesting',
      { reauthentication: { after: '1h' }, operations: { pay: { authenticatedWithin: '1h' } } },
      '/operations/pay/authenticatedWithin',
      'it asks nothing',
    ],
    ['nesting', { operations: { export: { lease: '15m' } } }, '/operations/export/lease', 'it holds nothing off'],
    ['nesting', { operations: { export: { lease: '25h' } } }, '/operations/export/lease', 'the session ends before it'],
    ['nesting', { tokens: { accessLifetime: '1m', refreshGrace: '1m' } }, '/tokens/refreshGrace', 'good for as long'],
  ])('%s: %j at %s: %s', (control, part, path, message) => {
    const missed = own(part).filter(({ status }) => status === 'warn');
    expect(missed).toMatchObject([{ control, path, message: expect.stringContaining(message) }]);
  });

  it('says everything at once', () => {
    const operations = { a: { lease: '1m' }, b: { lease: '2m' } };
    const nesting = own({ operations }).find(({ control }) => control === 'nesting');
    expect(nesting?.stated).toBe('/operations/a/lease, /operations/b/lease');
  });

  it.each<[string, Partial<PolicyDocument>]>([
    ['half a limit is not more than half', { warnBefore: '450s', clockLeeway: '450s', recordEvery: '450s' }],
    [
      'a condition that a request or a relaxation makes useful',
      { requestable: { idleTimeout: '1h' }, conditions: [{ when: admins, idleTimeout: '30m' }] },
    ],
    [
      'an operation that asks for a level',
      { reauthentication: { after: '1h' }, operations: { pay: { authenticatedWithin: '2h', assuranceLevel: 'aal2' } } },
    ],
    [
      'no limits, no complaints',
      { idleTimeout: 'unlimited', absoluteTimeout: 'unlimited', warnBefore: '0s', clockLeeway: '1h', staleFor: '1h' },
    ],
  ])('%s', (_, part) => {
    expect(statuses(own(part))).toEqual(['pass', 'pass', 'pass', 'pass', 'pass', 'pass']);
  });
});
