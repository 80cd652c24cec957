import { base64url, createRemoteJWKSet } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type BackChannelOptions,
  backChannelLogout,
  memoryValues,
  rememberingSids,
  sidsIn,
} from '../../src/oidc/index.js';
import { aWorld, BEGIN, HOUR, login, MINUTE, testStore } from '../engine/support.js';
import { served } from '../tokens/http-server.js';
import { aForgery, aToken, CLIENT, EVENT, ISSUER, KEYS, posted } from './tokens.js';

/** An application that a provider can log people out of. */
function anApplication(options: Partial<BackChannelOptions> = {}) {
  const world = aWorld();
  const store = testStore();
  const clock = world.clock();
  const values = memoryValues({ clock });
  const sids = sidsIn(values);
  const plain = world.engine({ store, clock });
  const engine = rememberingSids(plain, sids);
  const given = { engine, issuer: ISSUER, audience: CLIENT, keys: KEYS, clock, sids };
  const logout = backChannelLogout({ ...given, ...options });
  const send = async (token: string | Promise<string>) => logout(posted({ logout_token: await token }));
  const started = (subject: string, attributes: Record<string, string> = { iss: ISSUER, sid: `of ${subject}` }) =>
    login(engine, { subject, attributes });
  const isLive = async (handle: string) => (await plain.peek(handle)).effect === 'permit';
  return { world, store, engine, plain, values, sids, clock, logout, send, started, isLive };
}

describe('a good token', () => {
  it('ends the sessions of its subject that the provider logged in, and answers 200 that nobody keeps', async () => {
    const { send, started, isLive } = anApplication();
    const [one, two, bob] = [await started('alice'), await started('alice', { iss: ISSUER }), await started('bob')];
    const other = await started('alice', { iss: 'https://other.example.com' });
    const response = await send(aToken());
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await Promise.all([one, two, bob, other].map(({ handle }) => isLive(handle)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('ends no other session of the subject where it names one', async () => {
    const { send, started, isLive, plain } = anApplication();
    const [here, there] = [
      await started('alice', { iss: ISSUER, sid: 'a' }),
      await started('alice', { iss: ISSUER, sid: 'b' }),
    ];
    expect((await send(aToken({ sid: 'a' }))).status).toBe(200);
    expect([await isLive(here.handle), await isLive(there.handle)]).toEqual([false, true]);
    expect((await plain.peek(here.handle)).session?.ended?.code).toBe('logout');
  });

  it('finds the person by a sid alone', async () => {
    const { send, started, isLive } = anApplication();
    const [here, there] = [
      await started('alice', { iss: ISSUER, sid: 'a' }),
      await started('alice', { iss: ISSUER, sid: 'b' }),
    ];
    expect((await send(aToken({ sub: undefined, sid: 'a' }))).status).toBe(200);
    expect([await isLive(here.handle), await isLive(there.handle)]).toEqual([false, true]);
    // nobody's, or over long since: it counts as done
    expect((await send(aToken({ sub: undefined, sid: 'nobody' }))).status).toBe(200);
  });

  it('knows the person by the application’s own name', async () => {
    const { send, started, isLive } = anApplication({ subjectOf: async (sub) => (sub === 'p-7' ? 'alice' : null) });
    const { handle } = await started('alice');
    expect((await send(aToken({ sub: 'nobody here' }))).status).toBe(200);
    expect(await isLive(handle)).toBe(true);
    expect((await send(aToken({ sub: 'p-7' }))).status).toBe(200);
    expect(await isLive(handle)).toBe(false);
  });

  it('counts where nothing is left to end, and by each name that a media type has', async () => {
    const { send } = anApplication();
    expect((await send(aToken())).status).toBe(200);
    expect((await send(aToken({}, { typ: 'application/Logout+JWT' }))).status).toBe(200);
    expect((await send(aToken({ aud: ['other', CLIENT] }))).status).toBe(200);
  });

  it('may say no type, or only JWT, where that is allowed', async () => {
    const { send, isLive, started } = anApplication({ allowUntyped: true });
    const { handle } = await started('alice');
    expect((await send(aToken({}, { typ: undefined }))).status).toBe(200);
    expect(await isLive(handle)).toBe(false);
    expect((await send(aToken({}, { typ: 'JWT' }))).status).toBe(200);
    expect((await send(aToken({}, { typ: 'at+jwt' }))).status).toBe(400);
  });
});

describe('a bad token', () => {
  const SECONDS = BEGIN / 1_000;
  const unsigned = async () => {
    const [, payload] = (await aToken()).split('.');
    return `${base64url.encode(JSON.stringify({ alg: 'none', typ: 'logout+jwt' }))}.${payload}.`;
  };
  it.each<[string, () => Promise<string>]>([
    ['of another issuer', () => aToken({ iss: 'https://evil.example.com' })],
    ['without an issuer', () => aToken({ iss: undefined })],
    ['for another client', () => aToken({ aud: 'other' })],
    ['for nobody', () => aToken({ aud: undefined })],
    ['without iat', () => aToken({ iat: undefined })],
    ['from the future', () => aToken({ iat: SECONDS + 60 })],
    ['without exp', () => aToken({ exp: undefined })],
    ['that has expired', () => aToken({ exp: SECONDS - 6 })],
    ['that expires in words', () => aToken({ exp: '2099' })],
    ['without jti', () => aToken({ jti: undefined })],
    ['with an empty jti', () => aToken({ jti: '' })],
    ['with a number as jti', () => aToken({ jti: 7 })],
    ['with an endless jti', () => aToken({ jti: 'j'.repeat(600) })],
    ['without events', () => aToken({ events: undefined })],
    ['with events that are a list', () => aToken({ events: [EVENT] })],
    ['with another event', () => aToken({ events: { 'https://example.com/other': {} } })],
    ['with an event that is no object', () => aToken({ events: { [EVENT]: true } })],
    ['with an event that is null', () => aToken({ events: { [EVENT]: null } })],
    ['with a nonce', () => aToken({ nonce: 'n' })],
    ['with a nonce that is null', () => aToken({ nonce: null })],
    ['with neither sub nor sid', () => aToken({ sub: undefined })],
    ['with an empty sub', () => aToken({ sub: '' })],
    ['with a list as sid', () => aToken({ sid: ['a'] })],
    ['of another type', () => aToken({}, { typ: 'at+jwt' })],
    ['of no type', () => aToken({}, { typ: undefined })],
    ['of the type of any', () => aToken({}, { typ: 'JWT' })],
    ['with a key that nobody knows', () => aToken({}, { kid: 'p9' })],
    ['that somebody else signed', aForgery],
    ['that nobody signed', unsigned],
    ['that is none', async () => 'a.b.c'],
    ['that is too long', async () => 'a'.repeat(20_000)],
  ])('%s is refused, and ends nothing', async (_, token) => {
    const { send, started, isLive } = anApplication();
    const { handle } = await started('alice');
    const response = await send(token());
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await isLive(handle)).toBe(true);
  });

  it('says in its refusal nothing of what was sent', async () => {
    const { send } = anApplication();
    const text = await (await send(aToken({ iss: 'https://secret.example.com', sub: 'secret-sub' }))).text();
    expect(text).not.toMatch(/secret/);
  });

  it('with a sid alone is refused where nobody can look it up', async () => {
    const { sids: _, ...rest } = { sids: undefined };
    const world = aWorld();
    const engine = world.engine({ store: testStore() });
    const logout = backChannelLogout({
      engine,
      issuer: ISSUER,
      audience: CLIENT,
      keys: KEYS,
      clock: engine.clock,
      ...rest,
    });
    const token = await aToken({ sub: undefined, sid: 'a' });
    expect((await logout(posted({ logout_token: token }))).status).toBe(400);
  });

  it('is refused the second time', async () => {
    const { send, started, isLive, world } = anApplication();
    const token = await aToken();
    expect((await send(token)).status).toBe(200);
    const { handle } = await started('alice', { iss: ISSUER, sid: 'new' });
    expect((await send(token)).status).toBe(400);
    await world.advance(2 * MINUTE);
    expect((await send(token)).status).toBe(400);
    await world.advance(MINUTE);
    expect((await send(token)).status).toBe(400);
    expect(await isLive(handle)).toBe(true);
  });
});

describe('a bad request', () => {
  it.each<[string, number, () => Promise<Request>]>([
    ['by GET', 405, async () => new Request(`https://app.example.com/?logout_token=${await aToken()}`)],
    [
      'in JSON',
      400,
      async () => posted(JSON.stringify({ logout_token: await aToken() }), { 'content-type': 'application/json' }),
    ],
    ['with nothing in it', 400, async () => posted('')],
    ['with two tokens', 400, async () => posted(`logout_token=${await aToken()}&logout_token=${await aToken()}`)],
    ['that is too long', 413, async () => posted(`logout_token=${await aToken()}&x=${'x'.repeat(40_000)}`)],
  ])('%s is answered %i', async (_, status, request) => {
    const { logout, started, isLive } = anApplication();
    const { handle } = await started('alice');
    expect((await logout(await request())).status).toBe(status);
    expect(await isLive(handle)).toBe(true);
  });
});

describe('what cannot be told', () => {
  it('is answered 503, and the same token is good once more', async () => {
    const { send, started, isLive, store } = anApplication();
    const { handle } = await started('alice');
    const token = await aToken();
    store.intercept = () => Promise.reject(new Error('away'));
    const response = await send(token);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    store.intercept = (method, go) => (method === 'replace' ? Promise.reject(new Error('away')) : go());
    expect((await send(token)).status).toBe(503);
    store.intercept = null;
    expect((await send(token)).status).toBe(200);
    expect(await isLive(handle)).toBe(false);
  });

  it('keys or values that cannot be had are no fault of the token’s', async () => {
    const { send: first } = anApplication({ keys: () => Promise.reject(new Error('no network')) });
    expect((await first(aToken())).status).toBe(503);
    const away = { get: () => Promise.reject(new Error('away')), set: () => Promise.reject(new Error('away')) };
    const { send: second, started, isLive } = anApplication({ used: away });
    const { handle } = await started('alice');
    expect((await second(aToken())).status).toBe(503);
    expect(await isLive(handle)).toBe(true);
  });
});

describe('keys that have just been got, and a new one since', () => {
  it('lose no logout', async () => {
    let keys: unknown = { keys: [] };
    const server = await served(async () => Response.json(keys));
    onTestFinished(server.close);
    const remote = createRemoteJWKSet(new URL(server.base));
    const { send, started, isLive } = anApplication({ keys: remote });
    const { handle } = await started('alice');
    // anybody can make us ask for the keys; then nobody asks again for a while
    expect((await send(aForgery())).status).toBe(400);
    keys = KEYS;
    const token = await aToken();
    expect((await send(token)).status).toBe(503);
    await remote.reload();
    expect((await send(token)).status).toBe(200);
    expect(await isLive(handle)).toBe(false);
  });
});

describe('a login that races with the logout', () => {
  it('comes to nothing, whichever is first', async () => {
    const { engine, send, isLive } = anApplication();
    expect((await send(aToken({ sid: 's' }))).status).toBe(200);
    const late = await engine.start({ subject: 'alice', attributes: { iss: ISSUER, sid: 's' } });
    expect(late).toMatchObject({ effect: 'deny', reasons: [{ code: 'logout' }] });
    const next = await engine.start({ subject: 'alice', attributes: { iss: ISSUER, sid: 't' } });
    expect(next.effect === 'permit' && (await isLive(next.handle))).toBe(true);
  });

  it('leaves no session in any order of their steps', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const { engine, plain, send, world } = anApplication();
      const token = await aToken({ sub: undefined, sid: 's' });
      const starting = (async () => {
        for (let turn = 0; turn < turns; turn++) await Promise.resolve();
        return engine.start({ subject: 'alice', attributes: { iss: ISSUER, sid: 's' } });
      })();
      const [response] = await Promise.all([send(token), starting]);
      await world.settle();
      expect(response.status).toBe(200);
      const left = await plain.list('alice');
      expect(left).toMatchObject({ effect: 'permit', sessions: [] });
    }
  });

  it('leaves no session when the logout comes whole between two steps of the login', async () => {
    const { plain, values, clock, world } = anApplication();
    let comesNow: (() => Promise<unknown>) | null = null;
    const interrupted = {
      ...values,
      async get(name: string) {
        const found = await values.get(name);
        const logout = name.startsWith('over:') ? comesNow : null;
        comesNow = logout === null ? comesNow : null;
        await logout?.();
        return found;
      },
    };
    const sids = sidsIn(interrupted);
    const given = { issuer: ISSUER, audience: CLIENT, keys: KEYS, clock };
    const logout = backChannelLogout({ ...given, engine: plain, sids });
    const token = await aToken({ sub: undefined, sid: 's' });
    comesNow = async () => expect((await logout(posted({ logout_token: token }))).status).toBe(200);
    await rememberingSids(plain, sids).start({ subject: 'alice', attributes: { iss: ISSUER, sid: 's' } });
    await world.settle();
    expect(comesNow).toBeNull();
    expect(await plain.list('alice')).toMatchObject({ sessions: [] });
  });

  it('keeps a login whose sid cannot be noted from being one', async () => {
    const world = aWorld();
    const plain = world.engine({ store: testStore() });
    const sids = sidsIn({ get: async () => null, set: () => Promise.reject(new Error('away')) });
    const answer = await rememberingSids(plain, sids).start({
      subject: 'alice',
      attributes: { iss: ISSUER, sid: 's' },
    });
    expect(answer).toMatchObject({ effect: 'indeterminate' });
    expect(await plain.list('alice')).toMatchObject({ sessions: [] });
  });
});

it('knows the sid of a session for as long as it can live, also after its attributes changed', async () => {
  const { engine, sids, started, send, isLive, world } = anApplication();
  const { session, handle } = await started('alice', { iss: ISSUER, sid: 's' });
  const changed = await engine.changeAttributes(handle, { role: 'admin' });
  expect(changed.session?.attributes).toEqual({ role: 'admin', iss: ISSUER, sid: 's' });
  await world.advance(8 * HOUR - 1);
  expect(await sids.find({ issuer: ISSUER, sid: 's' })).toBe('alice');
  await world.advance(1);
  expect(await sids.find({ issuer: ISSUER, sid: 's' })).toBeNull();
  expect((await send(aToken({ sub: undefined, sid: 's' }, {}, BEGIN + 8 * HOUR))).status).toBe(200);
  expect(await isLive(changed.handle ?? '')).toBe(false);
  expect(session.id).toBe(changed.session?.id);
});

it.each([
  ['issuer', { issuer: '' }],
  ['audience', { audience: [] }],
  ['keys', { keys: 'https://login.example.com/jwks' as never }],
  ['clockLeeway', { clockLeeway: -1 }],
  ['algorithms', { algorithms: ['RS256', 'HS256'] }],
  ['algorithms', { algorithms: ['none'] }],
])('a wrong %s is told at once', (name, part) => {
  expect(() => anApplication(part)).toThrow(expect.objectContaining({ code: 'oidc_options_invalid' }));
  expect(() => anApplication(part)).toThrow(new RegExp(`/${name}`));
});
