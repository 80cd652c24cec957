import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/stores/memory.js';
import { aGateway, type Json, KEYS, policyWith, type TestGateway } from './support.js';

const MINUTE = 60_000;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await aGateway();
});
afterAll(() => gateway.close());

const login = async (subject: string, more: Json = {}) =>
  (await gateway.call('/v1/sessions', { subject, ...more })).body as Json;

describe('what a backend does with sessions', () => {
  it('starts one, and gets the handle, the line for the cookie, and the facts', async () => {
    const { status, body } = await gateway.call('/v1/sessions', { subject: 'ann', attributes: { role: 'admin' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      effect: 'permit',
      session: { subject: 'ann', attributes: { role: 'admin' } },
      ended: [],
    });
    expect(body.setCookie).toBe(`session=${body.handle}; Max-Age=28800; Path=/; HttpOnly; SameSite=Lax`);
    expect(body.status).toMatchObject({ state: 'active', remainingMs: 15 * MINUTE });
    expect(JSON.stringify(body.session)).not.toContain(body.handle);
  });

  it('ends the one that the client still had', async () => {
    const { handle } = await login('ben');
    await login('ben', { replaces: handle });
    expect((await gateway.call('/v1/sessions/status', { handle })).body).toMatchObject({ code: 'session_replaced' });
  });

  it('looks without renewing, and extends when a person says so', async () => {
    const { handle } = await login('cleo');
    gateway.clock.advance(14 * MINUTE);
    expect((await gateway.call('/v1/sessions/status', { handle })).body.status.remainingMs).toBe(MINUTE);
    expect((await gateway.call('/v1/sessions/extend', { handle })).body.status.remainingMs).toBe(15 * MINUTE);
  });

  it('gives a new handle after a proof and after new attributes, and none where there is no session', async () => {
    const { handle } = await login('dora');
    const proved = (await gateway.call('/v1/sessions/reauthenticate', { handle, assuranceLevel: 'aal2' })).body;
    expect(proved).toMatchObject({ effect: 'permit', setCookie: expect.stringContaining(proved.handle) });
    const changed = (
      await gateway.call('/v1/sessions/attributes', { handle: proved.handle, attributes: { role: 'x' } })
    ).body;
    expect(changed.session.attributes).toEqual({ role: 'x' });
    const none = await gateway.call('/v1/sessions/reauthenticate', { handle: 'nothing', assuranceLevel: 'aal2' });
    expect(none).toMatchObject({ status: 200, body: { effect: 'deny', handle: null, setCookie: null } });
  });

  it('logs out, and twice is as good as once', async () => {
    const { handle } = await login('emil');
    for (let round = 0; round < 2; round++) {
      const { status, body } = await gateway.call('/v1/sessions/logout', { handle });
      expect([status, body.ended, body.clearCookie]).toEqual([200, true, expect.stringContaining('Max-Age=0')]);
    }
    expect((await gateway.call('/v1/sessions/status', { handle })).body.code).toBe('logout');
  });
});

describe('what an administrator does', () => {
  const admin = (path: string, body?: Json) => gateway.call(path, body, KEYS.admin);

  it('sees the sessions of a subject, and ends one, or all', async () => {
    const ids = [];
    for (let index = 0; index < 3; index++) ids.push((await login('fritz/é')).session.id);
    const path = `/v1/subjects/${encodeURIComponent('fritz/é')}`;
    const listed = (await admin(`${path}/sessions`)).body.sessions;
    expect(listed.map(({ id }: Json) => id).sort()).toEqual([...ids].sort());
    const [first] = ids;
    expect((await admin(`/v1/sessions/${first}/end`, { code: 'stolen' })).body.session.ended.code).toBe('stolen');
    expect((await admin(`${path}/end`, {})).body.ended.length).toBe(2);
    expect((await admin(`${path}/sessions`)).body.sessions).toEqual([]);
    expect((await admin(`/v1/sessions/${first}`)).body.code).toBe('stolen');
  });

  it('reports signals and attributes by id', async () => {
    const { session } = await login('gina');
    const told = await admin(`/v1/sessions/${session.id}/signals`, { signal: 'malware', level: 'low' });
    expect(told).toMatchObject({ status: 200, body: { effect: 'permit' } });
    expect((await admin('/v1/subjects/gina/signals', { signal: 'malware' })).body.sessions.length).toBe(1);
    const changed = await admin(`/v1/sessions/${session.id}/attributes`, { attributes: { plan: 'free' } });
    expect(changed.body.session.attributes).toEqual({ plan: 'free' });
    expect((await admin('/v1/sessions/nobody', undefined)).status).toBe(404);
    expect((await admin(`/v1/sessions/${'A'.repeat(22)}/end`, {})).status).toBe(404);
    expect((await admin('/v1/sessions/%E0%A4%A/end', {})).status).toBe(404);
  });
});

describe('who may not', () => {
  it.each([
    ['/v1/sessions', { subject: 'x' }, KEYS.admin],
    ['/v1/subjects/x/end', {}, KEYS.sessions],
    ['/evaluate', {}, KEYS.sessions],
    ['/access/v1/evaluation', {}, KEYS.metrics],
    ['/metrics', undefined, KEYS.evaluate],
  ])('a key is good for what it is for alone: %s', async (path, body, key) => {
    expect((await gateway.call(path, body, key)).status).toBe(403);
    expect((await gateway.call(path, body, `${key}x`)).status).toBe(401);
    expect((await gateway.call(path, body, '')).status).toBe(401);
  });

  it('tells what is wrong with a body by its places, and repeats nothing of it', async () => {
    const wrong = { handle: 'secret-handle', assuranceLevel: 'aal9', surprise: 'secret-value' };
    const { status, body } = await gateway.call('/v1/sessions/reauthenticate', wrong);
    expect([status, body.code]).toEqual([400, 'request_invalid']);
    expect(body.problems.map(({ path }: Json) => path)).toEqual(['/assuranceLevel', '/surprise']);
    expect(JSON.stringify(body)).not.toMatch(/secret-/);
    const bad = await gateway.call('/v1/sessions', { subject: 'x'.repeat(300) });
    expect([bad.status, bad.body.code]).toEqual([400, 'login_invalid']);
    const proto = '{"subject":"x","attributes":{"__proto__":{"a":1}}}';
    const headers = { authorization: `Bearer ${KEYS.sessions}`, 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}/v1/sessions`, { method: 'POST', headers, body: proto });
    expect([400, 201]).toContain(response.status);
    expect(({} as Json).a).toBeUndefined();
  });
});

it('is closed to everybody without keys, but for the proxy and the pages', async () => {
  const bare = await aGateway({ keys: [] });
  for (const key of ['', KEYS.admin]) {
    const { status, body } = await bare.call('/v1/sessions', { subject: 'x' }, key);
    expect([status, body.code]).toEqual([403, 'endpoint_closed']);
  }
  expect((await fetch(`${bare.url}/metrics`)).status).toBe(403);
  expect((await fetch(`${bare.url}/session`)).status).toBe(200);
  await bare.close();
});

it('has open figures where it was told so, and refuses to be reached from elsewhere without a key', async () => {
  const open = await aGateway({ keys: [], openMetrics: true });
  expect(await (await fetch(`${open.url}/metrics`)).text()).toContain('curfew_gateway_closing 0');
  await open.close();
  await expect(aGateway({ keys: [], host: '0.0.0.0' })).rejects.toMatchObject({ code: 'gateway_options_invalid' });
});

it('takes another policy only if the routes find their operations in it', async () => {
  const { engine, use } = gateway;
  const before = engine.policy().fingerprint;
  expect(() => use(policyWith({ operations: {} }))).toThrow(/`payment:create` is no operation of the policy/);
  expect(engine.policy().fingerprint).toBe(before);
  expect(use(policyWith())).toBe('unchanged');
  expect(use(policyWith({ idleTimeout: '10m' }))).toBe('applied');
  expect((await fetch(`${gateway.url}/healthz`)).headers.get('curfew-policy')).not.toBe(before);
});

it('is not ready when its store does not answer, and says so while it lives', async () => {
  const store = { ...memoryStore(), load: () => Promise.reject(new Error('postgres://me:hunter2@db')) };
  const broken = await aGateway({ store });
  const ready = await fetch(`${broken.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'not_ready', code: 'store_unavailable' }]);
  expect((await fetch(`${broken.url}/healthz`)).status).toBe(200);
  const asked = { 'x-original-uri': '/', 'x-original-method': 'GET', cookie: `session=${'A'.repeat(65)}` };
  expect([401, 503]).toContain((await fetch(`${broken.url}/auth`, { headers: asked })).status);
  expect(JSON.stringify(broken.lines)).not.toContain('hunter2');
  await broken.close();
});
