import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import type { Rule } from '../../src/core/rule.js';
import { evaluate } from '../../src/evaluate.js';
import { comparePolicies } from '../../src/policy/compare/compare-policies.js';
import type { LooseningExample, PolicyChange } from '../../src/policy/compare/comparison.js';
import { definePolicy, parsePolicy } from '../../src/policy/define.js';
import type { PolicyDocument } from '../../src/policy/document.js';
import { startSession } from '../../src/start-session.js';

type Part = Partial<PolicyDocument>;

const BASE: PolicyDocument = { id: 'web', idleTimeout: '15m', absoluteTimeout: '8h' };
const NETWORKS = { office: ['203.0.113.0/24'], lab: ['203.0.113.0/29'] };

const policy = (part: Part, rules: readonly Rule[] = []): Policy => definePolicy({ ...BASE, ...part }, { rules });
const compare = (before: Part, after: Part) => comparePolicies(policy(before), policy(after));

/** The one change between two documents. */
function changeOf(before: Part, after: Part): PolicyChange {
  const { changes } = compare(before, after);
  expect(changes.map(({ sentence }) => sentence)).toHaveLength(1);
  return changes[0] as PolicyChange;
}

/** What each policy makes of an example, step by step. */
function run(under: Policy, { login, events }: LooseningExample): readonly string[] {
  let session = startSession(under, login);
  return events.map((event) => {
    const decision = evaluate(under, session, event);
    session = decision.session;
    return decision.effect;
  });
}

describe('two policies that mean the same', () => {
  it.each<[string, Part, Part]>([
    ['other spellings', { idleTimeout: '15m' }, { idleTimeout: 'PT15M' }],
    ['another name for a network', officeCalled('office'), officeCalled('hq')],
    ['a condition that another one makes needless', adminIdle('5m'), adminIdle('5m', '10m')],
    ['a condition that is no shorter than the base', {}, adminIdle('20m')],
    [
      'a network in two halves',
      officeCalled('office'),
      { ...officeCalled('office'), networks: { office: ['203.0.113.0/25', '203.0.113.128/25'] } },
    ],
    [
      'one condition for two roles, or two conditions',
      { conditions: [{ when: { attributes: { role: ['a', 'b'] } }, idleTimeout: '5m' }] },
      {
        conditions: [
          { when: { attributes: { role: ['a'] } }, idleTimeout: '5m' },
          { when: { attributes: { role: ['b'] } }, idleTimeout: '5m' },
        ],
      },
    ],
    ['a request for no more than is had', {}, { requestable: { idleTimeout: '10m' } }],
    [
      'a rule that another one on the signal makes needless',
      { risk: [{ signal: 'ip_changed', then: 'challenge' }] },
      {
        risk: [
          { signal: 'ip_changed', then: 'challenge' },
          { signal: 'ip_changed', then: 'observe' },
        ],
      },
    ],
  ])('%s: equal, and nothing to say', (_, before, after) => {
    expect(compare(before, after)).toEqual({ relation: 'equal', changes: [] });
  });

  it('tells what changes no answer, and stays equal', () => {
    const { relation, changes } = compare({}, { id: 'shop', warnBefore: '2m', recordEvery: '10s' });
    expect(relation).toBe('equal');
    expect(changes.map(({ path, relation }) => [path, relation])).toEqual([
      ['/id', 'equal'],
      ['/warnBefore', 'equal'],
      ['/recordEvery', 'equal'],
    ]);
  });
});

function officeCalled(name: string): Part {
  const conditions = [{ when: { network: name }, idleTimeout: '30m', relax: true }];
  return { networks: { [name]: ['203.0.113.0/24'] }, conditions };
}

function adminIdle(...limits: readonly string[]): Part {
  return { conditions: limits.map((idleTimeout) => ({ when: { attributes: { role: ['admin'] } }, idleTimeout })) };
}

describe('the sentence for a reviewer', () => {
  it.each<[Part, Part, string]>([
    [{}, { idleTimeout: '30m' }, 'The idle limit rises from 15 min to 30 min.'],
    [{}, { idleTimeout: 'unlimited' }, 'The idle limit is gone; it was 15 min.'],
    [{ idleTimeout: 'unlimited' }, {}, 'The idle limit is 15 min; there was none.'],
    [{}, { absoluteTimeout: '90m' }, 'The absolute limit falls from 8 h to 1 h 30 min.'],
    [adminIdle('5m'), adminIdle('10m'), 'The idle limit for role admin rises from 5 min to 10 min.'],
    [adminIdle('5m'), {}, 'The idle limit for role admin rises from 5 min to 15 min.'],
    [
      { ...officeCalled('office'), ...{ conditions: [...(officeCalled('office').conditions ?? [])] } },
      { ...officeCalled('office'), idleTimeout: '20m' },
      'The idle limit outside office rises from 15 min to 20 min.',
    ],
    [
      { networks: NETWORKS, conditions: [{ when: { network: 'office' }, idleTimeout: '5m' }] },
      { networks: NETWORKS, conditions: [{ when: { network: 'office' }, idleTimeout: '10m' }] },
      'The idle limit in office rises from 5 min to 10 min.',
    ],
    [
      { conditions: [{ when: { attention: 'hidden' }, idleTimeout: '5m' }] },
      { conditions: [{ when: { attention: 'hidden' }, idleTimeout: '5m' }], idleTimeout: '20m' },
      'The idle limit rises from 15 min to 20 min, unless the screen is hidden.',
    ],
    [
      { conditions: adminIdle('5m').conditions ?? [] },
      { conditions: adminIdle('5m').conditions ?? [], idleTimeout: '20m' },
      'The idle limit rises from 15 min to 20 min, unless role is admin.',
    ],
    [
      { risk: [{ signal: 'risk_level', then: { tighten: { idleTimeout: '2m' } } }] },
      { risk: [{ signal: 'risk_level', then: { tighten: { idleTimeout: '3m' } } }] },
      'The idle limit while risk_level is raised rises from 2 min to 3 min.',
    ],
    [
      { requestable: { absoluteTimeout: '14d' } },
      { requestable: { absoluteTimeout: '30d' } },
      'The absolute limit that a client can ask for rises from 14 d to 30 d.',
    ],
  ])('%j, %j: %s', (before, after, sentence) => {
    expect(changeOf(before, after).sentence).toBe(sentence);
  });

  it('names the address where the networks themselves have changed', () => {
    const wider = { ...officeCalled('office'), networks: { office: ['203.0.113.0/24', '198.51.100.0/24'] } };
    const change = changeOf(officeCalled('office'), wider);
    expect(change).toMatchObject({
      relation: 'looser',
      path: '/conditions/0/idleTimeout',
      before: '15m',
      after: '30m',
    });
    expect(change.sentence).toBe('The idle limit from 198.51.100.0 (now in office) rises from 15 min to 30 min.');
    expect(change.example).toMatchObject({ context: { ip: '198.51.100.0' }, at: 900_000 });
  });
});

describe('the relation', () => {
  it.each<[string, Part, Part, string]>([
    ['lock for end', {}, { onIdle: 'lock' }, 'looser'],
    ['a larger leeway', {}, { clockLeeway: '20s' }, 'looser'],
    ['a longer refresh grace', {}, { tokens: { refreshGrace: '20s' } }, 'looser'],
    ['a longer access token', {}, { tokens: { accessLifetime: '20m' } }, 'looser'],
    ['permits from memory', {}, { staleFor: '10s' }, 'looser'],
    ['an application that keeps it alive', {}, { singleSignOn: { activityFrom: ['mail'] } }, 'looser'],
    ['none any more', { singleSignOn: { activityFrom: ['mail'] } }, {}, 'tighter'],
    [
      'another one',
      { singleSignOn: { activityFrom: ['mail'] } },
      { singleSignOn: { activityFrom: ['wiki'] } },
      'incomparable',
    ],
    ['an attack to look for', {}, { detection: { reuse: { atLeast: 5, within: '10m' } } }, 'equal'],
    ['a new operation', {}, { operations: { pay: { assuranceLevel: 'aal2' } } }, 'looser'],
    [
      'an operation at a higher level',
      { operations: { pay: {} } },
      { operations: { pay: { assuranceLevel: 'aal2' } } },
      'tighter',
    ],
    [
      'an operation that names aal1',
      { operations: { pay: {} } },
      { operations: { pay: { assuranceLevel: 'aal1' } } },
      'equal',
    ],
    ['a renewal', {}, { reauthentication: { after: '4h' } }, 'tighter'],
    ['a limit on sessions', {}, { concurrency: { maxSessions: 3 } }, 'tighter'],
    [
      'another loser',
      { concurrency: { maxSessions: 3 } },
      { concurrency: { maxSessions: 2, onExceed: 'refuse' } },
      'incomparable',
    ],
    ['resets', {}, { reauthentication: { resets: ['idle', 'absolute'] } }, 'incomparable'],
    ['a lease', { operations: { a: {} } }, { operations: { a: { lease: '20m' } } }, 'incomparable'],
    ['a notice', {}, { risk: [{ signal: 'ip_changed', then: 'observe' }] }, 'tighter'],
    ['end for a challenge', risk('challenge'), risk('end'), 'tighter'],
    ['end for a challenge of a level', risk({ challenge: { assuranceLevel: 'aal2' } }), risk('end'), 'incomparable'],
    ['a challenge for a shorter limit', risk({ tighten: { idleTimeout: '2m' } }), risk('challenge'), 'incomparable'],
    ['end for a shorter limit', risk({ tighten: { idleTimeout: '2m' } }), risk('end'), 'incomparable'],
    ['end for a limit that was not shorter', risk({ tighten: { idleTimeout: '20m' } }), risk('end'), 'tighter'],
    [
      'a missing field',
      risk('challenge'),
      { risk: [{ signal: 'ip_changed', then: 'challenge', missing: 'changed' }] },
      'tighter',
    ],
    ['a faster traveller', travel(900), travel(1_000), 'looser'],
    ['graver reports only', report('low'), report('high'), 'looser'],
  ])('%s: %s => %s: %s', (_, before, after, relation) => {
    expect(compare(before, after).relation).toBe(relation);
    const reversed = { looser: 'tighter', tighter: 'looser' }[relation] ?? relation;
    expect(compare(after, before).relation).toBe(reversed);
  });

  it('is not fooled by two conditions that only together let somebody stay', () => {
    const admin = { when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' };
    const relaxed = { when: { attributes: { plan: ['pro'] } }, idleTimeout: '40m', relax: true };
    const { relation, changes } = compare({ conditions: [admin, relaxed] }, { conditions: [relaxed] });
    expect(relation).toBe('looser');
    expect(changes.map(({ sentence }) => sentence)).toEqual([
      'The idle limit for role admin rises from 5 min to 15 min.',
      'The idle limit for role admin and plan pro rises from 5 min to 40 min.',
    ]);
  });

  it('sees that one session can have two roles', () => {
    const both = (idleTimeout: string) => [
      { when: { attributes: { role: ['a'] } }, idleTimeout },
      { when: { attributes: { role: ['b'] } }, idleTimeout: '40m', relax: true },
    ];
    const { changes } = compare({ conditions: both('20m') }, { conditions: both('30m') });
    expect(changes).toMatchObject([{ before: '20m', after: '30m', example: { attributes: { role: ['a', 'b'] } } }]);
  });
});

function risk(then: NonNullable<Part['risk']>[number]['then']): Part {
  return { risk: [{ signal: 'ip_changed', then }] };
}

function travel(fasterThan: number): Part {
  return { risk: [{ signal: 'impossible_travel', then: 'challenge', fasterThan }] };
}

function report(atLeast: 'low' | 'high'): Part {
  return { risk: [{ signal: 'risk_level', then: 'challenge', atLeast }] };
}

describe('networks', () => {
  const asked: Part = { risk: [{ signal: 'network_changed', then: 'challenge' }] };

  it('are compared as sets of addresses where a move within one is overlooked', () => {
    const wide = { ...asked, networks: { vpn: ['10.0.0.0/8', '198.51.100.0/24'] } };
    const change = changeOf({ ...asked, networks: { vpn: ['10.0.0.0/8'] } }, wide);
    expect(change).toMatchObject({ path: '/networks', relation: 'looser' });
    expect(change.sentence).toMatch(/^A move from 10\.\S+ to 198\.51\.100\.\d+ no longer raises network_changed\.$/);
    expect(change.example?.before).toEqual({ effect: 'challenge', reasons: ['network_changed'] });
  });

  it('make no difference that nobody can notice: a /24 is never left', () => {
    const one = { ...asked, networks: { room: ['203.0.113.0/25'] } };
    expect(compare(one, { ...asked, networks: { room: ['203.0.113.0/28'] } }).relation).toBe('equal');
  });
});

describe('the example', () => {
  it.each<[string, Part, Part]>([
    ['idle', {}, { idleTimeout: '30m' }],
    ['absolute, kept alive', {}, { absoluteTimeout: '9h' }],
    [
      'absolute, with renewals',
      { reauthentication: { after: '1h' } },
      { reauthentication: { after: '1h' }, absoluteTimeout: '9h' },
    ],
    ['requested', {}, { requestable: { idleTimeout: '1h' } }],
    ['hidden', { conditions: [{ when: { attention: 'hidden' }, idleTimeout: '5m' }] }, {}],
    ['lock', {}, { onIdle: 'lock' }],
    ['leeway', {}, { clockLeeway: '20s' }],
    ['grace', {}, { tokens: { refreshGrace: '20s' } }],
    ['renewal', { reauthentication: { after: '1h' } }, {}],
    ['an operation too old', { operations: { pay: { authenticatedWithin: '5m' } } }, { operations: { pay: {} } }],
    [
      'an operation too weak',
      { operations: { pay: { assuranceLevel: 'aal3' } } },
      { operations: { pay: { assuranceLevel: 'aal2' } } },
    ],
    ['an unknown operation', {}, { operations: { pay: {} } }],
    ['a lease', { operations: { pay: {} } }, { operations: { pay: { lease: '30m' } } }],
    ['resets', {}, { reauthentication: { resets: ['idle', 'absolute'] } }],
    ['a signal', risk('challenge'), risk('observe')],
    ['a level that lifts', risk({ challenge: { assuranceLevel: 'aal2' } }), risk('challenge')],
    ['a signal that ends', risk('end'), risk('challenge')],
    ['a missing field', { risk: [{ signal: 'ip_changed', then: 'end', missing: 'changed' }] }, risk('end')],
    ['travel', travel(900), travel(1_000)],
    ['a milder report', report('low'), report('high')],
    ['a shorter limit', risk({ tighten: { idleTimeout: '2m' } }), risk('observe')],
  ])('of %s is refused before and permitted after, and needs all its events', (_, before, after) => {
    const { example } = changeOf(before, after);
    expect(example).not.toBeNull();
    const shown = example as LooseningExample;
    expect(run(policy(before), shown).at(-1)).toBe(shown.before.effect);
    expect(shown.before.effect).not.toBe('permit');
    expect(run(policy(after), shown).at(-1)).toBe('permit');
    expect(shown.events.at(-1)?.at).toBe(shown.at);
    const fewer = shown.events
      .slice(0, -1)
      .map((_event, index) => ({ ...shown, events: shown.events.toSpliced(index, 1) }));
    expect(
      fewer.filter(
        (one) => run(policy(before), one).at(-1) !== 'permit' && run(policy(after), one).at(-1) === 'permit',
      ),
    ).toEqual([]);
  });

  it('is none for what is tighter, or what no session shows', () => {
    expect(changeOf({ idleTimeout: '30m' }, {}).example).toBeNull();
    expect(changeOf({}, { staleFor: '10s' }).example).toBeNull();
  });
});

describe('custom rules', () => {
  const rule = (version: number, settings: Rule['settings'] = null): Rule => ({
    id: 'own',
    version,
    settings,
    evaluate: () => 8.64e15,
  });
  const relation = (before: readonly Rule[], after: readonly Rule[], part: Part = {}) =>
    comparePolicies(policy({}, before), policy(part, after)).relation;

  it('are equal by what they declare, and incomparable otherwise', () => {
    expect(relation([rule(1, { a: 1, b: [2] })], [rule(1, { b: [2], a: 1 })])).toBe('equal');
    expect(relation([rule(1)], [rule(2)])).toBe('incomparable');
    expect(relation([], [rule(1)])).toBe('incomparable');
  });

  it('see networks, so that these have to be identical', () => {
    expect(relation([rule(1)], [rule(1)], { networks: NETWORKS })).toBe('incomparable');
    expect(relation([], [], { networks: NETWORKS })).toBe('equal');
  });
});

describe('policies that are too large', () => {
  it('are refused with a code, not compared by half', () => {
    const ranges = Array.from({ length: 2_001 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
    const large = () => compare({ networks: { many: ranges } }, {});
    expect(large).toThrow(expect.objectContaining({ code: 'comparison_too_large' }));
    expect(large).toThrow(/address ranges: 2001 or more, and at most 2000/);
  });

  it('are far from what people write: 60 conditions on 4 attributes and 20 networks take no second', () => {
    const networks = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`n${i}`, [`10.${i}.0.0/16`]]));
    const conditions = (minutes: number) =>
      Array.from({ length: 60 }, (_, i) => ({
        when: { attributes: { [`a${i % 4}`]: [`v${i}`, `w${i}`] }, network: `n${i % 20}` },
        idleTimeout: `${minutes + (i % 5)}m`,
        ...(i % 10 === 0 && { relax: true }),
      }));
    const before = policy({ networks, conditions: conditions(5) });
    const after = policy({ networks, conditions: conditions(6) });
    expect(comparePolicies(before, after).relation).toBe('looser');
  });
});

describe('the page', () => {
  const page = readFileSync(new URL('../../docs/compare.md', import.meta.url), 'utf8');
  const blocks = (language: string) =>
    [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '');

  it('prints what it says', () => {
    const [before, after] = blocks('json').map((text) => parsePolicy(JSON.parse(text))) as [Policy, Policy];
    const { changes } = comparePolicies(before, after);
    const lines = changes.map(({ relation, path, sentence }) => `${relation} ${path} ${sentence}`);
    expect(`${lines.join('\n')}\n`).toBe(blocks('text')[0]);
  });
});
