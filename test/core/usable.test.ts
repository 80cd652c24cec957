import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/core/event.js';
import type { Session } from '../../src/core/session.js';
import { isAttributes, isUsableEvent, isUsableSession } from '../../src/core/usable.js';
import { policyWith, sessionOf } from '../evaluate/support.js';

const policy = policyWith({ operations: { export: { lease: '20m' } } });
const session = sessionOf(policy, { context: { ip: '203.0.113.7' }, attributes: { role: 'admin' } });

/** A session with everything that most have none of. */
const full: Session = {
  ...session,
  bound: { ...session.bound },
  lease: { operation: 'export', from: 1, until: 2 },
  signals: { risk_level: { high: 1 } },
  requested: { idleTimeout: 1 },
  refresh: { generation: 1, rotatedAt: 1 },
};

/** The session with one part, at a path such as `stamps.idle`, replaced. */
function withPart(path: string, value: unknown): Session {
  const copy = structuredClone(full) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() as string;
  const owner = keys.reduce((at, key) => at[key] as Record<string, unknown>, copy);
  owner[last] = value;
  return copy as unknown as Session;
}

const INSTANTS = [
  'createdAt',
  'authenticatedAt',
  'lastActivityAt',
  'recordedAt',
  'attributesAt',
  'stamps.idle',
  'stamps.absolute',
  'stamps.reauthentication',
  'refresh.generation',
  'lease.from',
  'lease.until',
];
const INSTANTS_OR_NULL = ['proofs.aal1', 'proofs.aal2', 'proofs.aal3', 'refresh.rotatedAt'];
const OBJECTS = ['stamps', 'proofs', 'context', 'bound', 'refresh'];
const KNOWN = ['ip', 'deviceId', 'userAgent', 'country', 'location', 'networks'];

describe('a session is usable', () => {
  it('as it was started, and with everything that it can hold', () => {
    expect([session, full].map(isUsableSession)).toEqual([true, true]);
    for (const path of INSTANTS_OR_NULL) expect(isUsableSession(withPart(path, null)), path).toBe(true);
    for (const part of ['lease', 'signals', 'requested'])
      expect(isUsableSession(withPart(part, null)), part).toBe(true);
    expect(isUsableSession(withPart('ended', { code: 'logout', since: 1, at: 1 }))).toBe(true);
  });

  it.each([null, undefined, 'session', 5, []])('not if it is %j', (value) => {
    expect(isUsableSession(value as never)).toBe(false);
  });

  it.each([...INSTANTS, ...INSTANTS_OR_NULL])('not with a %s that is no instant', (path) => {
    for (const value of [undefined, '1', -1, 0.5, Number.NaN])
      expect(isUsableSession(withPart(path, value))).toBe(false);
  });

  it.each(INSTANTS)('not without %s', (path) => {
    expect(isUsableSession(withPart(path, null))).toBe(false);
  });

  it.each(OBJECTS)('not with a %s that is no object', (path) => {
    for (const value of [undefined, null, 'x', 1]) expect(isUsableSession(withPart(path, value))).toBe(false);
  });

  it.each(KNOWN)('not with a context in which %s is missing: it would look like one that changed', (field) => {
    for (const context of ['context', 'bound']) {
      expect(isUsableSession(withPart(`${context}.${field}`, undefined)), context).toBe(false);
    }
  });

  it.each<[string, readonly unknown[]]>([
    ['context.networks', [null, 'office', {}]],
    ['attributes', [undefined, null, [], 'role']],
    ['ended', [undefined, 'logout', true]],
    ['lease', [undefined, 'export', {}]],
    ['signals', [undefined, 'risk_level', [], { risk_level: { high: 1 }, other: 5 }]],
    ['signals.risk_level', [null, 1, [1], { high: '1' }, { high: 1, low: -1 }]],
    ['requested', [undefined, 'long', [1], { idleTimeout: '1h' }, { idleTimeout: 1, absoluteTimeout: null }]],
  ])('not with a %s like none of %j', (path, values) => {
    for (const value of values) expect(isUsableSession(withPart(path, value))).toBe(false);
  });
});

describe('an event is usable', () => {
  const usable: readonly object[] = [
    { type: 'access', activity: 'user' },
    { type: 'access', activity: 'background', attention: 'visible', operation: 'pay', context: {} },
    { type: 'access', activity: 'user', attention: 'hidden' },
    { type: 'access', activity: 'user', attention: 'locked' },
    { type: 'operation_finished', operation: 'pay' },
    { type: 'signal', signal: 'risk_level' },
    ...['low', 'medium', 'high'].map((level) => ({ type: 'signal', signal: 'risk_level', level })),
    ...['aal1', 'aal2', 'aal3'].map((assuranceLevel) => ({ type: 'reauthenticated', assuranceLevel })),
    { type: 'reauthenticated', assuranceLevel: 'aal1', context: { ip: 5 } },
    { type: 'token_refreshed', generation: 0, context: {} },
    { type: 'attributes_changed', attributes: {} },
    { type: 'revoked', code: 'logout' },
  ];

  it.each(usable)('%j', (event) => {
    expect(isUsableEvent({ at: 1, ...event } as SessionEvent)).toBe(true);
    for (const at of [undefined, '1', -1, 1.5]) expect(isUsableEvent({ ...event, at } as never)).toBe(false);
  });

  it.each<object>([
    {},
    { type: 'logout' },
    { type: 'access' },
    { type: 'access', activity: 'robot' },
    { type: 'access', activity: 'user', attention: 'asleep' },
    { type: 'access', activity: 'user', operation: '' },
    { type: 'access', activity: 'user', operation: null },
    { type: 'access', activity: 'user', context: null },
    { type: 'access', activity: 'user', context: [] },
    { type: 'operation_finished' },
    { type: 'operation_finished', operation: '' },
    { type: 'signal', signal: 'Risk' },
    { type: 'signal', signal: ['risk_level'] },
    { type: 'signal', signal: 'risk_level', level: 'huge' },
    { type: 'signal', signal: 'risk_level', level: null },
    { type: 'reauthenticated', assuranceLevel: 'aal4' },
    { type: 'reauthenticated' },
    { type: 'reauthenticated', assuranceLevel: 'aal1', context: 'home' },
    { type: 'token_refreshed', generation: -1 },
    { type: 'token_refreshed', generation: 1, context: 'home' },
    { type: 'attributes_changed' },
    { type: 'attributes_changed', attributes: { role: null } },
    { type: 'revoked' },
    { type: 'revoked', code: 'Log out' },
    { type: 'revoked', code: ['logout'] },
  ])('not %j', (event) => {
    expect(isUsableEvent({ at: 1, ...event } as never)).toBe(false);
  });

  it.each([null, undefined, 'access', []])('not %j', (value) => {
    expect(isUsableEvent(value as never)).toBe(false);
  });

  it('not if it is a list that has the keys of one', () => {
    expect(isUsableEvent(Object.assign([], { type: 'revoked', code: 'logout', at: 1 }) as never)).toBe(false);
  });
});

describe('attributes', () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [{ role: 'admin', plan: 3, trial: false, groups: ['a', 'b'], none: [] }, true],
    [Object.create(null), true],
    [{ role: null }, false],
    [{ role: undefined }, false],
    [{ role: 'admin', plan: Number.NaN }, false],
    [{ plan: Number.POSITIVE_INFINITY }, false],
    [{ groups: ['a', 5] }, false],
    [{ role: { name: 'admin' } }, false],
    [new Map(), false],
    [[], false],
    [null, false],
    [undefined, false],
  ])('can be %o: %j', (value, isFine) => {
    expect(isAttributes(value)).toBe(isFine);
  });

  it('can hold no list with a hole: it would come back from a store with something in it', () => {
    const holed: string[] = [];
    holed[1] = 'b';
    expect(isAttributes({ groups: holed })).toBe(false);
  });
});
