import { describe, expect, it } from 'vitest';
import { type PolicyDocument, policyProblems } from '../../src/index.js';
import { inconsistencies } from '../../src/policy/consistency.js';

const MINIMAL = { id: 'web', absoluteTimeout: '8h' };
const ROLE = { attributes: { role: ['admin'] } };

const problems = (part: object) => policyProblems({ ...MINIMAL, ...part });
const codes = (part: object) => problems(part).map(({ path, code }) => `${path} ${code}`);
const message = (part: object) => problems(part)[0]?.message ?? '';

describe('a margin beside a limit that is none', () => {
  it('is told of the limits that there are', () => {
    const conditions = [{ when: ROLE, idleTimeout: '5m' }];
    expect(codes({ idleTimeout: '15 mins', warnBefore: '2h', conditions })).toEqual([
      '/idleTimeout duration_invalid',
      '/warnBefore warning_exceeds_limit',
    ]);
  });
});

describe('an idle limit that nobody can reach', () => {
  it.each<[object, readonly string[]]>([
    [{ idleTimeout: '8h' }, []],
    [{ idleTimeout: 28_800_001 }, ['/idleTimeout idle_exceeds_absolute']],
    [{ idleTimeout: 'unlimited' }, []],
    [{ idleTimeout: '30d', absoluteTimeout: 'unlimited' }, []],
    [{ idleTimeout: '9h', requestable: { absoluteTimeout: '9h' } }, []],
    [{ idleTimeout: '9h', requestable: { absoluteTimeout: '1h' } }, ['/idleTimeout idle_exceeds_absolute']],
    [{ idleTimeout: '1h', requestable: { idleTimeout: '8h' } }, []],
    [{ requestable: { idleTimeout: '9h' } }, ['/requestable/idleTimeout idle_exceeds_absolute']],
    [
      {
        conditions: [
          { when: ROLE, absoluteTimeout: '1h' },
          { when: ROLE, idleTimeout: '9h' },
        ],
      },
      ['/conditions/1/idleTimeout idle_exceeds_absolute'],
    ],
    [
      {
        risk: [
          { signal: 'a', then: 'end' },
          { signal: 'b', then: { tighten: { idleTimeout: '9h' } } },
        ],
      },
      ['/risk/1/then/tighten/idleTimeout idle_exceeds_absolute'],
    ],
    [{ absoluteTimeout: 'soon', idleTimeout: '9h' }, ['/absoluteTimeout duration_invalid']],
  ])('%j: %j', (part, expected) => {
    expect(codes(part)).toEqual(expected);
  });

  it('is told with both lengths', () => {
    expect(message({ idleTimeout: '9h' })).toBe(
      '9h of idleness can never be reached, because absoluteTimeout ends the session after 8h: write at most that, or leave it out',
    );
  });
});

describe('a margin', () => {
  const tightened = (limits: object) => ({ risk: [{ signal: 'a', then: { tighten: limits } }] });

  it.each<[object, readonly string[]]>([
    [{ idleTimeout: '2m', warnBefore: '2m' }, []],
    [{ idleTimeout: '2m', warnBefore: '3m' }, ['/warnBefore warning_exceeds_limit']],
    [{ idleTimeout: '15m', warnBefore: 0 }, []],
    [{ warnBefore: '8h' }, []],
    [{ warnBefore: '2m', ...tightened({ absoluteTimeout: '1m' }) }, ['/warnBefore warning_exceeds_limit']],
    [{ idleTimeout: '10s', clockLeeway: '9s' }, []],
    [{ idleTimeout: '10s', clockLeeway: '10s' }, ['/clockLeeway leeway_not_below_idle']],
    [{ absoluteTimeout: '10s', clockLeeway: '20s' }, []],
    [{ clockLeeway: '10s', ...tightened({ idleTimeout: '10s' }) }, ['/clockLeeway leeway_not_below_idle']],
    [{ idleTimeout: '1m', recordEvery: '59s' }, []],
    [{ idleTimeout: '1m', recordEvery: '1m' }, ['/recordEvery record_every_not_below_idle']],
    [{ recordEvery: '1h' }, []],
    [{ warnBefore: 'soon', idleTimeout: '1m' }, ['/warnBefore duration_invalid']],
  ])('%j: %j', (part, expected) => {
    expect(codes(part)).toEqual(expected);
  });

  it('is compared with the shortest limit, wherever that is written', () => {
    const sentence = '2m does not fit into 1m, the limit at /conditions/1/idleTimeout: write something shorter';
    const limits = ['3m', '1m', '2m'].map((idleTimeout) => ({ when: ROLE, idleTimeout }));
    expect(message({ idleTimeout: '15m', warnBefore: '2m', conditions: limits })).toContain(sentence);
    const twice = [...limits, { when: ROLE, idleTimeout: '60s' }];
    expect(message({ idleTimeout: '15m', warnBefore: '2m', conditions: twice })).toContain(sentence);
  });
});

describe('a lock', () => {
  it.each<[object, boolean]>([
    [{ onIdle: 'lock' }, true],
    [{ onIdle: 'lock', reauthentication: { after: '4h' } }, true],
    [{ onIdle: 'lock', reauthentication: { resets: ['absolute', 'idle'] } }, true],
    [{ onIdle: 'lock', reauthentication: { resets: [] } }, false],
    [{ onIdle: 'lock', reauthentication: { resets: ['absolute'] } }, false],
    [{ onIdle: 'end', reauthentication: { resets: ['absolute'] } }, true],
    [{ reauthentication: { resets: [] } }, true],
  ])('%j can be opened: %j', (part, isFine) => {
    expect(codes({ idleTimeout: '15m', ...part })).toEqual(
      isFine ? [] : ['/reauthentication/resets lock_without_idle_reset'],
    );
  });

  it('is told what to write: what is there, and idle', () => {
    expect(message({ onIdle: 'lock', reauthentication: { resets: ['absolute'] } })).toContain(
      'so write ["idle","absolute"], or "onIdle": "end"',
    );
  });
});

describe('a condition', () => {
  const office = { networks: { office: ['10.0.0.0/8'] } };
  it.each<[object, object, readonly string[]]>([
    [{ when: ROLE, absoluteTimeout: '1h' }, {}, []],
    [{ when: ROLE }, {}, [' limit_missing']],
    [{ when: {} }, {}, ['/when condition_empty', ' limit_missing']],
    [{ when: { attention: 'hidden' }, idleTimeout: '5m', relax: false }, {}, []],
    [{ when: { attention: 'hidden' }, idleTimeout: '5m', relax: true }, {}, ['/when/attention relax_not_allowed']],
    [{ when: ROLE, absoluteTimeout: '1h', relax: true }, {}, ['/absoluteTimeout relax_not_allowed']],
    [{ when: { network: 'office' }, idleTimeout: '1h', relax: true }, office, []],
    [{ when: { network: ['office', 'home'] }, idleTimeout: '5m' }, office, ['/when/network network_unknown']],
  ])('%j: %j', (condition, part, expected) => {
    const paths = expected.map((one) => `/conditions/0${one}`);
    expect(codes({ idleTimeout: '15m', ...part, conditions: [condition] })).toEqual(paths);
  });

  it('that names a network gets the one that was meant, or is told to add it', () => {
    const named = (network: string) => message({ ...office, conditions: [{ when: { network }, idleTimeout: '5m' }] });
    expect(named('offise')).toBe("`offise` is not one of the policy's networks; did you mean `office`?");
    expect(named('vpn-berlin')).toBe("`vpn-berlin` is not one of the policy's networks; add it to networks");
  });
});

describe('a risk rule', () => {
  const compared = ['ip_changed', 'network_changed', 'device_changed', 'user_agent_changed', 'country_changed'];

  it('may say what a missing field means exactly where fields are compared', () => {
    const said = (signal: string) => codes({ risk: [{ signal, then: 'end', missing: 'changed' }] });
    expect(compared.flatMap(said)).toEqual([]);
    for (const signal of ['impossible_travel', 'risk_level']) {
      expect(said(signal)).toEqual(['/risk/0/missing missing_not_allowed']);
    }
  });

  it('may have a speed only where somebody travels', () => {
    const said = (signal: string) => codes({ risk: [{ signal, then: 'end', fasterThan: 900 }] });
    expect(said('impossible_travel')).toEqual([]);
    expect(said('country_changed')).toEqual(['/risk/0/fasterThan speed_not_allowed']);
  });

  it('must tighten something if it tightens', () => {
    const said = (tighten: object) => codes({ risk: [{ signal: 'a', then: { tighten } }] });
    expect(said({})).toEqual(['/risk/0/then/tighten limit_missing']);
    expect(said({ absoluteTimeout: '1h' })).toEqual([]);
    expect(codes({ risk: [{ signal: 'a', then: { challenge: { assuranceLevel: 'aal2' } } }] })).toEqual([]);
  });

  it('must mean by a comparison what the first rule on it means', () => {
    const other = { signal: 'ip_changed', then: 'observe' };
    const said = (signal: string, part: object) => codes({ risk: [other, { signal, then: 'end', ...part }] });
    expect(said('ip_changed', {})).toEqual([]);
    expect(said('device_changed', { missing: 'changed' })).toEqual([]);
    expect(said('ip_changed', { missing: 'changed' })).toEqual(['/risk/1 comparison_ambiguous']);
    const speeds = [900, 800].map((fasterThan) => ({ signal: 'impossible_travel', then: 'end', fasterThan }));
    expect(codes({ risk: speeds })).toEqual(['/risk/1 comparison_ambiguous']);
    expect(message({ risk: speeds })).toContain('compares `impossible_travel` otherwise than /risk/0');
  });
});

describe('an id', () => {
  it('belongs to one condition, and to one risk rule', () => {
    const conditions = ['a', 'b', 'a', 'b'].map((id) => ({ id, when: ROLE, idleTimeout: '5m' }));
    expect(codes({ conditions })).toEqual(['/conditions/2/id id_duplicate', '/conditions/3/id id_duplicate']);
    const risk = ['a', 'b', 'a'].map((id) => ({ id, signal: id, then: 'end' }));
    expect(codes({ risk })).toEqual(['/risk/2/id id_duplicate']);
  });

  it('is nobody else’s because several have none, or because a rule has the same as a condition', () => {
    expect(codes({ conditions: [1, 2].map(() => ({ when: ROLE, idleTimeout: '5m' })) })).toEqual([]);
    const conditions = [{ id: 'a', when: ROLE, idleTimeout: '5m' }];
    expect(codes({ conditions, risk: [{ id: 'a', signal: 'x', then: 'end' }] })).toEqual([]);
  });
});

describe('a document with nothing but what it must have', () => {
  it('has nothing that could disagree', () => {
    expect(inconsistencies(MINIMAL as PolicyDocument)).toEqual([]);
  });
});
