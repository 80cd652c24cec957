import { describe, expect, it } from 'vitest';
import { policyProblems } from '../../src/index.js';

const LONGEST = 3_653 * 86_400_000;

const codes = (part: object): string[] =>
  policyProblems({ id: 'web', absoluteTimeout: '8h', ...part }).map(({ path, code }) => `${path} ${code}`);

const ADMIN = { attributes: { role: ['admin'] } };
const condition = (part: object) => ({ conditions: [{ when: ADMIN, idleTimeout: '5m', ...part }] });
const operation = (part: object) => ({ operations: { pay: part } });
const risk = (part: object) => ({ risk: [{ signal: 'risk_level', then: 'end', ...part }] });

describe('a document may hold', () => {
  it.each<object>([
    { $schema: './policy.schema.json' },
    { description: 'x'.repeat(2_000) },
    { onIdle: 'end' },
    { onIdle: 'lock' },
    { absoluteTimeout: 'unlimited' },
    { absoluteTimeout: LONGEST },
    { absoluteTimeout: '3653d' },
    { absoluteTimeout: 1 },
    { idleTimeout: 'unlimited' },
    { warnBefore: 0, clockLeeway: 0, recordEvery: 0, staleFor: 0 },
    { warnBefore: '1m', clockLeeway: '1m', recordEvery: '1m', staleFor: '1m' },
    { reauthentication: {} },
    { reauthentication: { after: '4h', resets: ['idle', 'absolute'] } },
    { networks: {} },
    { networks: { office: ['10.0.0.0/8', '::1'] } },
    { conditions: [] },
    condition({ id: 'a', relax: true }),
    condition({ relax: false, absoluteTimeout: '1h' }),
    condition({ when: { attributes: { role: ['admin'], level: [3], staff: [true] } } }),
    condition({ when: { attention: 'hidden' } }),
    condition({ when: { attention: 'locked' } }),
    { networks: { office: ['::1'] }, ...condition({ when: { network: 'office' } }) },
    { networks: { office: ['::1'] }, ...condition({ when: { network: ['office'] } }) },
    { operations: {} },
    operation({}),
    operation({ authenticatedWithin: '5m', lease: '5m', assuranceLevel: 'aal1' }),
    operation({ assuranceLevel: 'aal2' }),
    operation({ assuranceLevel: 'aal3' }),
    { risk: [] },
    risk({ id: 'a', atLeast: 'low' }),
    risk({ atLeast: 'medium', then: 'observe' }),
    risk({ atLeast: 'high', then: 'challenge' }),
    risk({ then: { challenge: { assuranceLevel: 'aal3' } } }),
    risk({ then: { tighten: { idleTimeout: '1m', absoluteTimeout: '1h' } } }),
    risk({ signal: 'ip_changed', missing: 'changed' }),
    risk({ signal: 'impossible_travel', fasterThan: 1_000_000 }),
    risk({ signal: 'impossible_travel', fasterThan: 0.5 }),
    { requestable: {} },
    { requestable: { idleTimeout: '1h', absoluteTimeout: '30d' } },
    { tokens: {} },
    { tokens: { accessLifetime: '1m', refreshGrace: 0 } },
    { concurrency: { maxSessions: 1 } },
    { concurrency: { maxSessions: 5, onExceed: 'endOldest' } },
    { concurrency: { maxSessions: 5, onExceed: 'refuse' } },
    { singleSignOn: {} },
    { singleSignOn: { activityFrom: ['mail', 'wiki'] } },
    { detection: {} },
    { detection: { reuse: { atLeast: 1, within: '10m' }, sharedDevice: { atLeast: 5, within: 60_000 } } },
  ])('%j', (part) => {
    expect(codes(part)).toEqual([]);
  });
});

describe('a document may not hold', () => {
  it.each<[object, string]>([
    [{ $schema: 5 }, '/$schema type_wrong'],
    [{ absoluteTimeout: LONGEST + 1 }, '/absoluteTimeout duration_too_long'],
    [{ warnBefore: LONGEST + 1, absoluteTimeout: 'unlimited' }, '/warnBefore duration_too_long'],
    [{ warnBefore: 'unlimited' }, '/warnBefore duration_invalid'],
    [{ tokens: { accessLifetime: 'unlimited' } }, '/tokens/accessLifetime duration_invalid'],
    [{ idleTimeout: 0 }, '/idleTimeout duration_zero'],
    [{ tokens: { accessLifetime: 0 } }, '/tokens/accessLifetime duration_zero'],
    [{ requestable: { idleTimeout: 0 } }, '/requestable/idleTimeout duration_zero'],
    [{ requestable: { absoluteTimeout: 0 } }, '/requestable/absoluteTimeout duration_zero'],
    [{ reauthentication: { after: 0 } }, '/reauthentication/after duration_zero'],
    [operation({ lease: 0 }), '/operations/pay/lease duration_zero'],
    [operation({ authenticatedWithin: 0 }), '/operations/pay/authenticatedWithin duration_zero'],
    [operation({ assuranceLevel: 'aal4' }), '/operations/pay/assuranceLevel value_unknown'],
    [condition({ idleTimeout: 0 }), '/conditions/0/idleTimeout duration_zero'],
    [condition({ id: 'an id' }), '/conditions/0/id identifier_invalid'],
    [condition({ relax: 'yes' }), '/conditions/0/relax type_wrong'],
    [condition({ qqqqqqqqqq: 1 }), '/conditions/0/qqqqqqqqqq key_unknown'],
    [condition({ when: { attributes: { role: 'admin' } } }), '/conditions/0/when/attributes/role type_wrong'],
    [condition({ when: { network: [] } }), '/conditions/0/when/network list_empty'],
    [{ networks: { office: [5] } }, '/networks/office/0 type_wrong'],
    [risk({ id: '!' }), '/risk/0/id identifier_invalid'],
    [risk({ atLeast: 'huge' }), '/risk/0/atLeast value_unknown'],
    [risk({ signal: 'ip_changed', missing: 'same' }), '/risk/0/missing value_unknown'],
    [risk({ qqqqqqqqqq: 1 }), '/risk/0/qqqqqqqqqq key_unknown'],
    [risk({ signal: 'impossible_travel', fasterThan: 0 }), '/risk/0/fasterThan speed_invalid'],
    [risk({ signal: 'impossible_travel', fasterThan: 1_000_001 }), '/risk/0/fasterThan speed_invalid'],
    [{ reauthentication: { resets: ['all'] } }, '/reauthentication/resets/0 value_unknown'],
    [{ tokens: { qqqqqqqqqq: 1 } }, '/tokens/qqqqqqqqqq key_unknown'],
    [{ concurrency: { maxSessions: 2 ** 53 } }, '/concurrency/maxSessions count_invalid'],
    [{ concurrency: { maxSessions: 1, onExceed: 'endNewest' } }, '/concurrency/onExceed value_unknown'],
    [{ concurrency: { maxSessions: 1, qqqqqqqqqq: 1 } }, '/concurrency/qqqqqqqqqq key_unknown'],
  ])('%j: %s', (part, code) => {
    expect(codes(part)).toEqual([code]);
  });
});

describe('a name', () => {
  const isId = (id: string) => codes({ id }).length === 0;
  const isOperation = (name: string) => codes({ operations: { [name]: {} } }).length === 0;

  it.each<[string, boolean, boolean]>([
    ['a', true, true],
    ['Z', true, true],
    ['9', true, true],
    ['a.b_c-d9Z', true, true],
    ['payment:create', false, true],
    ['reports/2024', false, true],
    ['x'.repeat(64), true, true],
    ['x'.repeat(65), false, false],
    ['', false, false],
    ['-a', false, false],
    ['.a', false, false],
    [':a', false, false],
    ['a b', false, false],
    ['a!', false, false],
    ['!a', false, false],
    ['ä', false, false],
  ])('%j is one of a policy: %j, of an operation: %j', (name, id, operationName) => {
    expect([isId(name), isOperation(name)]).toEqual([id, operationName]);
  });

  it.each<[string, boolean]>([
    ['a', true],
    ['risk_level_2', true],
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
    ['2a', false],
    ['_a', false],
    ['aB', false],
    ['a-b', false],
    ['!a', false],
    ['', false],
  ])('%j is one of a signal: %j', (signal, isOne) => {
    expect(codes({ risk: [{ signal, then: 'end' }] })).toEqual(isOne ? [] : ['/risk/0/signal signal_invalid']);
  });
});
