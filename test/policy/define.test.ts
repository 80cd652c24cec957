import { describe, expect, it } from 'vitest';
import {
  type CurfewError,
  definePolicy,
  NEVER,
  type PolicyDocument,
  policyProblems,
  type Rule,
} from '../../src/index.js';

const MINIMAL = { id: 'web', absoluteTimeout: '8h' } as const;

const EVERYTHING: PolicyDocument = {
  $schema: './node_modules/curfew/policy.schema.json',
  id: 'customer-web',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  onIdle: 'end',
  warnBefore: '2m',
  clockLeeway: '5s',
  recordEvery: '30s',
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
  tokens: { accessLifetime: '10m', refreshGrace: '10s' },
  concurrency: { maxSessions: 5, onExceed: 'endOldest' },
};

/** A document with one part replaced, for documents that do not type-check. */
const withPart = (part: object) => ({ ...MINIMAL, ...part }) as unknown as PolicyDocument;

const problemsOf = (document: unknown) => policyProblems(document).map(({ path, code }) => `${path} ${code}`);

describe('definePolicy', () => {
  it('accepts a document that uses every section, and freezes what it makes of it', () => {
    const policy = definePolicy(EVERYTHING);
    expect(policy.limits).toEqual({ idleTimeout: 900_000, absoluteTimeout: 28_800_000 });
    expect(policy.operations['payment:create']).toEqual({
      authenticatedWithin: 300_000,
      assuranceLevel: 'aal2',
      lease: 0,
    });
    expect(policy.requestable).toEqual({ idleTimeout: 900_000, absoluteTimeout: 2_592_000_000 });
    const frozen = [
      policy,
      policy.limits,
      policy.conditions,
      policy.conditions[0]?.when,
      policy.networks[0]?.ranges[0]?.groups,
      policy.rules,
    ];
    expect(frozen.every(Object.isFrozen)).toBe(true);
  });

  it('writes every default out', () => {
    const { fingerprint, ...policy } = definePolicy(MINIMAL);
    expect(policy).toEqual({
      id: 'web',
      limits: { idleTimeout: NEVER, absoluteTimeout: 28_800_000 },
      onIdle: 'end',
      warnBefore: 0,
      clockLeeway: 5_000,
      recordEvery: null,
      staleFor: 0,
      reauthentication: { after: NEVER, resetsIdle: true, resetsAbsolute: false },
      networks: [],
      conditions: [],
      operations: {},
      risk: [],
      requestable: { idleTimeout: NEVER, absoluteTimeout: 28_800_000 },
      tokens: { accessLifetime: 600_000, refreshGrace: 10_000 },
      concurrency: null,
      activityFrom: [],
      detection: { reuse: null, sharedDevice: null, useAfterEnd: null },
      rules: [],
    });
    expect(fingerprint).toMatch(/^[0-9a-f]{24}$/);
  });

  it('leaves the document alone, frozen or not', () => {
    const before = structuredClone(EVERYTHING);
    definePolicy(EVERYTHING);
    expect(EVERYTHING).toEqual(before);
    expect(Object.isFrozen(EVERYTHING.conditions)).toBe(false);
  });

  it('tells everything that is wrong in one error', () => {
    const wrong = { id: 'web', idelTimeout: '15m', absoluteTimeout: '8 hours', networks: { office: ['10.0.0.0/33'] } };
    let error: CurfewError | undefined;
    try {
      definePolicy(wrong as unknown as PolicyDocument);
    } catch (thrown) {
      error = thrown as CurfewError;
    }
    expect(error?.code).toBe('policy_invalid');
    expect(error?.problems.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      '/absoluteTimeout duration_invalid',
      '/idelTimeout key_unknown',
      '/networks/office/0 cidr_invalid',
    ]);
    expect(error?.message).toContain('did you mean `idleTimeout`?');
    expect(error?.message).toContain('`8 hours` is not a duration: write "15m"');
  });
});

describe('a wrong document is refused with a path and a code', () => {
  it.each([
    [{ idleTimeout: '9h' }, '/idleTimeout idle_exceeds_absolute'],
    [
      { conditions: [{ when: { attributes: { a: [1] } }, idleTimeout: '9h' }] },
      '/conditions/0/idleTimeout idle_exceeds_absolute',
    ],
    [{ idleTimeout: '15m', warnBefore: '16m' }, '/warnBefore warning_exceeds_limit'],
    [{ warnBefore: '9h' }, '/warnBefore warning_exceeds_limit'],
    [
      {
        idleTimeout: '15m',
        warnBefore: '2m',
        risk: [{ signal: 'risk_level', then: { tighten: { idleTimeout: '90s' } } }],
      },
      '/warnBefore warning_exceeds_limit',
    ],
    [{ idleTimeout: '5s', clockLeeway: '5s' }, '/clockLeeway leeway_not_below_idle'],
    [{ idleTimeout: '30s', clockLeeway: 0, recordEvery: '30s' }, '/recordEvery record_every_not_below_idle'],
    [
      { idleTimeout: '15m', onIdle: 'lock', reauthentication: { resets: ['absolute'] } },
      '/reauthentication/resets lock_without_idle_reset',
    ],
    [
      { conditions: [{ when: { network: 'office' }, idleTimeout: '5m' }] },
      '/conditions/0/when/network network_unknown',
    ],
    [
      { conditions: [{ when: { attention: 'hidden' }, idleTimeout: '5m', relax: true }] },
      '/conditions/0/when/attention relax_not_allowed',
    ],
    [
      { conditions: [{ when: { attributes: { a: [1] } }, idleTimeout: '5m', absoluteTimeout: '9h', relax: true }] },
      '/conditions/0/absoluteTimeout relax_not_allowed',
    ],
    [{ conditions: [{ when: {}, idleTimeout: '5m' }] }, '/conditions/0/when condition_empty'],
    [{ conditions: [{ when: { attention: 'hidden' } }] }, '/conditions/0 limit_missing'],
    [
      { conditions: [{ when: { attention: 'visible' }, idleTimeout: '5m' }] },
      '/conditions/0/when/attention value_unknown',
    ],
    [{ networks: { office: ['10.0.0.0/33'] } }, '/networks/office/0 cidr_invalid'],
    [{ networks: { office: [] } }, '/networks/office list_empty'],
    [{ networks: { 'the office': ['10.0.0.0/8'] } }, '/networks/the office identifier_invalid'],
    [{ operations: { 'pay now': {} } }, '/operations/pay now operation_name_invalid'],
    [{ absoluteTimeout: '15 mins' }, '/absoluteTimeout duration_invalid'],
    [{ absoluteTimeout: -1 }, '/absoluteTimeout duration_invalid'],
    [{ absoluteTimeout: 0 }, '/absoluteTimeout duration_zero'],
    [{ absoluteTimeout: '0m' }, '/absoluteTimeout duration_zero'],
    [{ absoluteTimeout: Number.NaN }, '/absoluteTimeout duration_invalid'],
    [{ absoluteTimeout: Number.POSITIVE_INFINITY }, '/absoluteTimeout duration_invalid'],
    [{ absoluteTimeout: 1.5 }, '/absoluteTimeout duration_invalid'],
    [{ absoluteTimeout: '4000d' }, '/absoluteTimeout duration_too_long'],
    [{ absoluteTimeout: undefined }, '/absoluteTimeout required'],
    [{ absoluteTimeout: null }, '/absoluteTimeout duration_invalid'],
    [{ id: '' }, '/id identifier_invalid'],
    [{ id: 'x'.repeat(65) }, '/id identifier_invalid'],
    [{ onIdle: 'logout' }, '/onIdle value_unknown'],
    [{ maxAge: '8h' }, '/maxAge key_unknown'],
    [{ concurrency: { maxSessions: 0 } }, '/concurrency/maxSessions count_invalid'],
    [{ concurrency: { maxSessions: 1.5 } }, '/concurrency/maxSessions count_invalid'],
    [{ risk: [{ signal: 'Risk', then: 'end' }] }, '/risk/0/signal signal_invalid'],
    [{ risk: [{ signal: 'risk_level', then: 'kill' }] }, '/risk/0/then response_invalid'],
    [{ risk: [{ signal: 'risk_level', then: { tighten: {} } }] }, '/risk/0/then/tighten limit_missing'],
    [{ risk: [{ signal: 'risk_level', then: 'end', missing: 'changed' }] }, '/risk/0/missing missing_not_allowed'],
    [{ risk: [{ signal: 'ip_changed', then: 'end', fasterThan: 5 }] }, '/risk/0/fasterThan speed_not_allowed'],
    [
      {
        risk: [
          { id: 'a', signal: 'x', then: 'end' },
          { id: 'a', signal: 'y', then: 'end' },
        ],
      },
      '/risk/1/id id_duplicate',
    ],
    [{ concurrency: { maxSessions: '5' } }, '/concurrency/maxSessions type_wrong'],
    [{ risk: [{ signal: 'impossible_travel', then: 'end', fasterThan: 0 }] }, '/risk/0/fasterThan speed_invalid'],
    [{ description: 'x'.repeat(2_001) }, '/description text_too_long'],
    [
      {
        risk: [
          { signal: 'ip_changed', then: 'end' },
          { signal: 'ip_changed', missing: 'changed', then: 'observe' },
        ],
      },
      '/risk/1 comparison_ambiguous',
    ],
    [
      { warnBefore: '10m', conditions: [{ when: { attributes: { a: [1] } }, absoluteTimeout: '5m' }] },
      '/warnBefore warning_exceeds_limit',
    ],
    [{ requestable: { idleTimeout: '9h' } }, '/requestable/idleTimeout idle_exceeds_absolute'],
    [{ id: '!', idleTimeout: '9h' }, '/idleTimeout idle_exceeds_absolute'],
    [{ tokens: { refreshGrace: '-1s' } }, '/tokens/refreshGrace duration_invalid'],
    [{ conditions: [{ when: { netwrk: 'office' }, idleTimeout: '5m' }] }, '/conditions/0/when/netwrk key_unknown'],
  ])('%j: %s', (part, problem) => {
    expect(problemsOf(withPart(part))).toContain(problem);
  });

  it.each([null, undefined, [], 'policy', 5, true])('%j is no document', (value) => {
    expect(policyProblems(value).length).toBeGreaterThan(0);
  });

  it('does not let a key called __proto__ pass unseen', () => {
    const text = '{"id":"web","absoluteTimeout":"8h","operations":{"__proto__":{"lease":"5m"}}}';
    expect(problemsOf(JSON.parse(text))).toEqual(['/operations/__proto__ key_unknown']);
  });

  it('says what to write instead, in one line each', () => {
    for (const { message } of policyProblems({ id: '!', idleTimeout: 'x'.repeat(5_000), maxage: 1 })) {
      expect(message.length).toBeLessThan(250);
      expect(message).not.toContain('\n');
    }
  });

  it('lets a client ask for longer than the policy gives', () => {
    expect(problemsOf(withPart({ idleTimeout: '12h', requestable: { absoluteTimeout: '30d' } }))).toEqual([]);
  });

  it('says that a timeout may be unlimited, and of no other duration', () => {
    const messages = policyProblems({ id: 'web', idleTimeout: 'soon', warnBefore: 'soon' });
    const saying = (text: string) => messages.filter(({ message }) => message.includes(text)).map(({ path }) => path);
    expect(saying('write "15m", "1h30m", "PT15M"').sort()).toEqual(['/absoluteTimeout', '/idleTimeout', '/warnBefore']);
    expect(saying('"unlimited"').sort()).toEqual(['/absoluteTimeout', '/idleTimeout']);
  });

  it('has a default leeway that fits an idle limit of seconds', () => {
    expect(definePolicy({ ...MINIMAL, idleTimeout: '3s' }).clockLeeway).toBe(1_500);
  });

  it('makes one problem of one mistake', () => {
    expect(problemsOf({ id: 'web', absoluteTimeout: '8 hours', idleTimeout: '15m' })).toEqual([
      '/absoluteTimeout duration_invalid',
    ]);
    expect(problemsOf({ id: 'web', idleTimeout: '15m' })).toEqual(['/absoluteTimeout required']);
  });

  it('does not fall over a cycle', () => {
    const cyclic: Record<string, unknown> = { ...MINIMAL };
    cyclic['self'] = cyclic;
    expect(problemsOf(cyclic)).toEqual(['/self key_unknown']);
  });

  it('accepts a warning that is as long as a tightened limit: it is then shown all the time', () => {
    expect(policyProblems(EVERYTHING)).toEqual([]);
  });
});

describe('custom rules', () => {
  const rule = (part: Partial<Rule>): Rule => ({
    id: 'mine',
    version: 1,
    settings: null,
    evaluate: () => NEVER,
    ...part,
  });

  it.each([
    [[rule({ id: 'Mine' })], '/rules/0/id rule_id_invalid'],
    [[rule({ id: 'idle' })], '/rules/0/id id_duplicate'],
    [[rule({}), rule({})], '/rules/1/id id_duplicate'],
    [[rule({ version: 1.5 })], '/rules/0 rule_invalid'],
    [[rule({ settings: new Set() as never })], '/rules/0/settings settings_not_json'],
    [[rule({ settings: Number.NaN })], '/rules/0/settings settings_not_json'],
    [[rule({ settings: { at: new Date(0) } as never })], '/rules/0/settings settings_not_json'],
    [[rule({ settings: { none: undefined } as never })], '/rules/0/settings settings_not_json'],
    [[rule({ ends: 'no' as never })], '/rules/0/ends rule_invalid'],
    [[rule({ limit: 'Closing Time' })], '/rules/0/limit rule_invalid'],
    [null as never, '/rules type_wrong'],
    [{ 0: rule({}) } as never, '/rules type_wrong'],
    [[null as never], '/rules/0 rule_invalid'],
    [[rule({}), 'mine' as never], '/rules/1 rule_invalid'],
    [[() => NEVER] as never, '/rules/0 rule_invalid'],
  ])('are refused when they cannot be told apart or called', (rules, problem) => {
    try {
      definePolicy(MINIMAL, { rules });
    } catch (error) {
      expect((error as CurfewError).problems.map(({ path, code }) => `${path} ${code}`)).toEqual([problem]);
      return;
    }
    throw new Error('the rules were accepted');
  });
});
