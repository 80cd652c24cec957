import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byId, type EngineLogin, type Which } from '../../src/engine/index.js';
import type { Attributes } from '../../src/index.js';
import { hostileJson } from '../../src/testing/index.js';
import { aWorld, login, policyWith, runs, SECOND, said, testStore, USER } from './support.js';

const HANDLES: readonly unknown[] = [
  '',
  '.',
  'x'.repeat(100_000),
  `${'A'.repeat(22)}.${'A'.repeat(42)}`,
  `${'A'.repeat(22)}.${'A'.repeat(44)}`,
  `${'A'.repeat(22)}.${'é'.repeat(43)}`,
  `${'A'.repeat(22)}\n.${'A'.repeat(43)}`,
  '\u0000',
  '🔑'.repeat(1_000),
  '__proto__',
  'constructor',
  null,
  undefined,
  0,
  Number.NaN,
  true,
  [],
  ['a.b'],
  {},
  { sessionId: 'x' },
  { 'curfew.sessionId': 'x', 'Symbol(curfew.sessionId)': 'x' },
  Object.create(null),
  () => 'x',
  Symbol('x'),
  10n,
  byId(''),
  byId(7 as never),
  byId({ toString: () => 'x' } as never),
];

describe('what is no handle', () => {
  it.each(HANDLES.map((one) => [one]))('%s is refused as missing, and no store is asked', async (handle) => {
    const store = testStore();
    const engine = aWorld().engine({ store });
    const which = handle as string;
    const answers = [
      await engine.access(which, USER),
      await engine.finish(which, 'pay'),
      await engine.signal(which, { signal: 'odd' }),
      await engine.reauthenticate(which, { assuranceLevel: 'aal2' }),
      await engine.refresh(which, 0),
      await engine.changeAttributes(which, { plan: 'pro' }),
      await engine.end(which),
      await engine.peek(which),
    ];
    for (const answer of answers) expect([said(answer), answer.session]).toEqual(['deny session_missing', null]);
    expect(Object.values(store.calls).every((count) => count === 0)).toBe(true);
  });

  it('from JSON, whatever it is, names no session', async () => {
    const store = testStore();
    const engine = aWorld().engine({ store });
    const { session } = await login(engine);
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileJson(), fc.constant({ id: session.id }), fc.json()), async (value) => {
        const answer = await engine.end(value as Which);
        expect(said(answer)).toBe('deny session_missing');
      }),
    );
    expect(store.calls.load).toBe(0);
  });

  it('spares nobody in endAll', async () => {
    const engine = aWorld().engine({ store: testStore() });
    await login(engine);
    expect((await engine.endAll('alice', { except: 'rubbish' })).ended).toHaveLength(1);
  });
});

describe('a login that is none', () => {
  const logins: readonly (readonly [string, unknown])[] = [
    ['none at all', undefined],
    ['null', null],
    ['without a subject', {}],
    ['with an empty subject', { subject: '' }],
    ['with a subject that is no text', { subject: 7 }],
    ['with NUL in the subject', { subject: 'a\u0000b' }],
    ['with half a character in the subject', { subject: 'a\ud83d' }],
    ['with a subject of 256 bytes', { subject: 'é'.repeat(128) }],
    ['with a level that is none', { subject: 'alice', assuranceLevel: 'aal4' }],
    ['with an instant that is none', { subject: 'alice', authenticatedAt: Number.NaN }],
    ['with attributes that are none', { subject: 'alice', attributes: { a: { b: 1 } } }],
    ['with attributes that no record keeps', { subject: 'alice', attributes: JSON.parse('{"__proto__":"admin"}') }],
    ['with limits that are none', { subject: 'alice', requested: { idleTimeout: -1 } }],
  ];
  it.each(logins)('%s throws login_invalid, and nothing is stored', async (_name, value) => {
    const store = testStore();
    const engine = aWorld().engine({ store });
    await expect(engine.start(value as EngineLogin)).rejects.toMatchObject({ code: 'login_invalid' });
    expect(Object.values(store.calls).every((count) => count === 0)).toBe(true);
  });

  it('cannot choose its id, its time or its handle', async () => {
    const store = testStore();
    const engine = aWorld().engine({ store });
    const chosen = { subject: 'alice', id: 'admin', at: 0, handle: 'x', ended: null, revision: 9 } as EngineLogin;
    const { session } = await login(engine, chosen);
    expect(session.id).not.toBe('admin');
    expect(session.createdAt).toBe(engine.clock.now());
    expect((await store.envelope(session.id)).revision).toBe(1);
  });

  it('subjects may be anything else: 255 bytes, emoji, quotes, names of the prototype', async () => {
    const engine = aWorld().engine({ store: testStore() });
    for (const subject of ['é'.repeat(127), '👩‍👩‍👧', `'";--{}:*`, '__proto__', 'constructor', ' ', '\n']) {
      const { handle } = await login(engine, { subject });
      expect((await engine.access(handle, USER)).session?.subject).toBe(subject);
      expect((await engine.endAll(subject)).ended).toHaveLength(1);
    }
  });
});

describe('what the client says', () => {
  it('of any shape never makes a session that cannot be read again', async () => {
    const world = aWorld();
    const store = testStore();
    const odd = hostileJson() as fc.Arbitrary<never>;
    await fc.assert(
      fc.asyncProperty(odd, odd, odd, async (context, attributes, requested) => {
        const engine = world.engine({ store, recordEvery: 0 });
        const started = await engine.start({ subject: 'alice', context, attributes, requested }).catch(() => null);
        if (started === null) return;
        if (started.effect !== 'permit') throw new Error(said(started));
        await world.advance(1);
        const { handle } = started;
        await engine.access(handle, { ...USER, context });
        await engine.reauthenticate(handle, { assuranceLevel: 'aal2', context });
        await engine.refresh(byId(started.session.id), 0, context);
        await engine.changeAttributes(byId(started.session.id), attributes).catch(() => null);
        expect((await world.engine({ store }).peek(byId(started.session.id))).effect).toBe('permit');
        expect(engine.faults()).toEqual([]);
      }),
      runs(300),
    );
  });

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['text', 'user'],
    ['an unknown activity', { activity: 'robot' }],
    ['an operation that is no text', { activity: 'user', operation: { toString: () => 'pay' } }],
    ['an attention that is none', { activity: 'user', attention: 'asleep' }],
    ['a context that is none', { activity: 'user', context: 'here' }],
  ])('is never a permit if it is %s, and ends nothing', async (_name, said_) => {
    const engine = aWorld().engine({ store: testStore() });
    const { handle } = await login(engine);
    const answer = await engine.access(handle, said_ as never).catch(() => null);
    if (answer !== null) expect(said(answer)).toBe('deny event_invalid');
    expect((await engine.access(handle, USER)).effect).toBe('permit');
  });

  it('in attributes pollutes no prototype', async () => {
    const engine = aWorld().engine({ store: testStore() });
    const evil = JSON.parse('{"constructor":"x","toString":"y","hasOwnProperty":"z"}') as Attributes;
    const { handle, session } = await login(engine, { attributes: evil });
    expect((await engine.access(handle, USER)).session?.attributes).toEqual(evil);
    const worse = JSON.parse('{"__proto__":{"isAdmin":true}}') as Attributes;
    await engine.changeAttributes(byId(session.id), worse).catch(() => null);
    await engine.signal(byId(session.id), { signal: '__proto__' });
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect((await engine.access(handle, USER)).effect).toBe('permit');
  });

  it('may be a megabyte: it is kept or refused, and harms nobody else', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore() });
    const huge = { userAgent: 'x'.repeat(1_000_000), deviceId: 'y'.repeat(1_000_000) };
    const { handle } = await login(engine, { context: huge });
    const other = await login(engine);
    await world.advance(SECOND);
    const asked = [engine.access(handle, { ...USER, context: huge }), engine.access(other.handle, USER)];
    for (const { effect } of await Promise.all(asked)) expect(effect).toBe('permit');
  });

  it('of a report from the future counts as of now', async () => {
    const engine = aWorld().engine({ store: testStore() });
    const { handle } = await login(engine);
    for (const at of [8.64e15, engine.clock.now() + 1, Number.POSITIVE_INFINITY]) {
      expect((await engine.signal(handle, { signal: 'odd', at })).session?.recordedAt).toBe(engine.clock.now());
    }
    expect(said(await engine.signal(handle, { signal: 'odd', at: Number.NaN }))).toBe('deny event_invalid');
    expect((await engine.access(handle, USER)).effect).toBe('permit');
  });
});

describe('what the caller keeps changing', () => {
  const ADMIN = policyWith({ conditions: [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' }] });

  it('raises no privilege: neither what was handed in nor what was handed out', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, policy: ADMIN });
    const attributes: Record<string, string | string[]> = { role: 'user', groups: ['a'] };
    const { handle } = await login(engine, { attributes });
    attributes['role'] = 'admin';
    (attributes['groups'] as string[]).push('root');
    await world.advance(SECOND);
    const answer = await engine.access(handle, USER);
    const session = answer.session as { attributes: Record<string, unknown> };
    expect(session.attributes).toEqual({ role: 'user', groups: ['a'] });
    expect(() => Object.assign(session.attributes, { role: 'admin' })).toThrow(TypeError);
    expect(() => (session.attributes['groups'] as string[]).push('root')).toThrow(TypeError);
    expect(() => Object.assign(session, { attributes: { role: 'admin' } })).toThrow(TypeError);
    const changed = { role: 'user' };
    const asked = engine.changeAttributes(handle, changed);
    changed.role = 'admin';
    expect((await asked).session?.attributes).toEqual({ role: 'user' });
    await engine.flush();
    const elsewhere = world.engine({ store, policy: ADMIN });
    expect((await elsewhere.peek(byId(answer.session?.id as string))).session?.attributes).toEqual({ role: 'user' });
  });
});

describe('a mistake of the caller', () => {
  it.each([
    ['/policy', { policy: { id: 'x' } }],
    ['/policy', { policy: null }],
    ['/candidate', { candidate: 'x' }],
  ])('policies that are none are refused at %s, and those in force stay', async (path, policies) => {
    const engine = aWorld().engine({ store: testStore() });
    const { handle } = await login(engine);
    const before = engine.policy();
    expect(() => engine.use(policies as never)).toThrow(
      expect.objectContaining({ code: 'engine_options_invalid', problems: [expect.objectContaining({ path })] }),
    );
    expect(engine.policy()).toBe(before);
    expect((await engine.access(handle, USER)).effect).toBe('permit');
  });

  it.each(['\u0000', `${'a'.repeat(22)}\u0000`, 'x', '../..', ''])('the id %j is asked of no store', async (id) => {
    const store = testStore();
    const engine = aWorld().engine({ store });
    expect(said(await engine.access(byId(id), USER))).toBe('deny session_missing');
    expect(store.calls.load).toBe(0);
  });

  it('an end with a code that is none is told, and does not look like an end', async () => {
    const engine = aWorld().engine({ store: testStore() });
    const { handle } = await login(engine);
    const answer = await engine.end(handle, { code: 'Log Out!' }).catch(() => null);
    if (answer !== null) expect(answer.session?.ended).toBeNull();
    expect((await engine.access(handle, USER)).effect).toBe('permit');
  });
});
