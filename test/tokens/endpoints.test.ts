import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import type { ClientAuthenticator } from '../../src/tokens/index.js';
import { SECOND } from '../engine/support.js';
import { aService, claimsOf, ISSUER, post } from './support.js';

/** A client that proves who it is with a secret, and one that only says its name. */
const authenticateClient: ClientAuthenticator = (request, form) => {
  if (request.headers.get('authorization') === `Basic ${btoa('api:secret')}`) return { clientId: 'api' };
  return form.get('client_id') === 'web' ? { clientId: 'web', isPublic: true } : null;
};
const PROVEN = { authorization: `Basic ${btoa('api:secret')}` };

async function scene(options: Parameters<typeof aService>[1] = {}) {
  const service = aService({}, options);
  const client = await service.loggedIn();
  await service.world.advance(SECOND);
  const ask = async (request: Request) => {
    const response = await service.tokens.handle(request);
    if (response === null) throw new Error('no endpoint');
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === '' ? null : JSON.parse(text) };
  };
  const refresh = (form: Record<string, string> = {}) =>
    ask(post('/token', { grant_type: 'refresh_token', refresh_token: client.refresh_token, ...form }));
  return { ...service, ...client, ask, refresh };
}

describe('POST /token', () => {
  it('answers a refresh as RFC 6749 section 5.1 has it, and nobody may keep it', async () => {
    const { refresh } = await scene();
    const { status, headers, json } = await refresh();
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: expect.any(String),
    });
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('pragma')).toBe('no-cache');
  });

  it('says which scope there is, whatever was asked for', async () => {
    const { refresh } = await scene({ claims: () => ({ scope: 'read' }) });
    expect((await refresh({ scope: 'read write admin' })).json.scope).toBe('read');
  });

  const form = 'grant_type=refresh_token&refresh_token=x';
  it.each([
    ['no grant_type', 'refresh_token=x', 400, 'invalid_request'],
    ['no refresh_token', 'grant_type=refresh_token', 400, 'invalid_request'],
    ['an empty one, which counts as none', 'grant_type=refresh_token&refresh_token=', 400, 'invalid_request'],
    ['another grant', 'grant_type=password&username=a&password=b', 400, 'unsupported_grant_type'],
    ['a token twice', `${form}&refresh_token=x`, 400, 'invalid_request'],
    ['another parameter twice', `${form}&scope=a&scope=b`, 400, 'invalid_request'],
    ['one twice of which one is empty', `${form}&client_id=&client_id=web`, 400, 'invalid_request'],
    ['a token that is none', form, 400, 'invalid_grant'],
    ['a body that is too long', `${form}&padding=${'x'.repeat(17_000)}`, 413, 'invalid_request'],
    ['a client that is not known', `${form}&client_id=mobile`, 401, 'invalid_client'],
    ['a secret that nobody checks', `${form}&client_secret=x`, 401, 'invalid_client'],
  ])('refuses %s', async (_, body, status, error) => {
    const { ask, store } = await scene();
    const { load } = store.calls;
    const answer = await ask(post('/token', body));
    expect([answer.status, answer.json.error]).toEqual([status, error]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    // RFC 6749 section 5.2: what the two texts may hold
    expect(answer.json.error_description).toMatch(/^[ !#-[\]-~]+$/);
    expect(store.calls.load).toBe(load);
  });

  it.each(['application/json', 'multipart/form-data; boundary=x', 'text/plain', ''])('refuses %j', async (type) => {
    const { tokens, refresh_token } = await scene();
    const body = new TextEncoder().encode(`grant_type=refresh_token&refresh_token=${refresh_token}`);
    const headers = type === '' ? {} : { 'content-type': type };
    const answer = await tokens.handle(new Request(`${ISSUER}/token`, { method: 'POST', body, headers }));
    expect(answer?.status).toBe(400);
    expect(await answer?.json()).toMatchObject({ error: 'invalid_request' });
  });

  it('stops reading what is too long, whatever its length was said to be', async () => {
    const { tokens } = await scene();
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new TextEncoder().encode('x'.repeat(1_000)));
      },
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const init = { method: 'POST', body, headers, duplex: 'half' };
    const answer = await tokens.handle(new Request(`${ISSUER}/token`, init as RequestInit));
    expect(answer?.status).toBe(413);
    expect(sent).toBeLessThan(25);
  });

  it('takes a content type with a character set, and none of the query', async () => {
    const { tokens, refresh_token } = await scene();
    const form = { grant_type: 'refresh_token', refresh_token };
    const type = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
    expect((await tokens.handle(post('/token', form, type)))?.status).toBe(200);
    const query = `/token?${new URLSearchParams(form)}`;
    expect((await tokens.handle(post(query, '')))?.status).toBe(400);
  });

  it('tells a session that has ended from one that has not', async () => {
    const { refresh, engine, session, store } = await scene();
    store.intercept = () => Promise.reject(new Error('connection lost'));
    const away = await refresh();
    expect([away.status, away.json.error, away.headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '1',
    ]);
    expect(away.json).toMatchObject({ code: 'store_unavailable', ended: false });
    store.intercept = null;
    await engine.end(byId(session.id));
    const over = await refresh();
    expect([over.status, over.json.error]).toEqual([400, 'invalid_grant']);
    expect(over.json).toMatchObject({ code: 'logout', ended: true, generation: 0 });
  });

  it('hands the place that the request comes from to the policy', async () => {
    const { tokens, refresh_token, engine } = await scene();
    const form = { grant_type: 'refresh_token', refresh_token };
    await tokens.handle(post('/token', form), { context: { ip: '203.0.113.7' } });
    const { session } = await engine.peek(byId(String(refresh_token.split('.')[1])));
    expect(session?.context.ip).toBe('203.0.113.7');
  });
});

describe('clients', () => {
  it('that prove who they are may ask about any access token, and about their own refresh tokens', async () => {
    const { ask, access_token, refresh_token } = await scene({ authenticateClient });
    const about = (token: string) => ask(post('/introspect', { token }, PROVEN));
    expect((await about(access_token)).json).toEqual({ ...claimsOf(access_token), active: true, token_type: 'Bearer' });
    expect((await about(refresh_token)).json).toEqual({ active: false });
    expect((await about('x')).json).toEqual({ active: false });
    const { status, json } = await ask(post('/introspect', {}, PROVEN));
    expect([status, json.error]).toEqual([400, 'invalid_request']);
  });

  it.each([
    ['nobody', {}, {}],
    ['who only says its name', { client_id: 'web' }, {}],
    ['who is wrong about its secret', {}, { authorization: `Basic ${btoa('api:wrong')}` }],
  ])('%s may not introspect', async (_, form, headers) => {
    for (const options of [{ authenticateClient }, {}]) {
      const { ask, access_token } = await scene(options);
      const answer = await ask(post('/introspect', { token: access_token, ...form }, headers));
      expect([answer.status, answer.json.error]).toEqual([401, 'invalid_client']);
      // RFC 6749 section 5.2: only who tried the header is told a scheme
      expect(answer.headers.has('www-authenticate')).toBe('authorization' in headers);
    }
  });

  it('are told by the hook, and a hook that fails lets nobody in', async () => {
    const { refresh, access_token, ask } = await scene({ authenticateClient });
    expect((await refresh({ client_id: 'web' })).status).toBe(200);
    expect((await refresh({ client_id: 'other' })).status).toBe(401);
    expect((await ask(post('/revoke', { token: access_token }, PROVEN))).status).toBe(200);
    expect((await ask(post('/introspect', { token: access_token }, PROVEN))).json.active).toBe(true);
    const broken = await scene({ authenticateClient: () => Promise.reject(new Error('no database')) });
    await expect(broken.refresh()).rejects.toThrow('no database');
    for (const nobody of [{}, { clientId: '' }, { clientId: 7 }, undefined]) {
      const { refresh: asNobody } = await scene({ authenticateClient: () => nobody as never });
      expect((await asNobody()).status).toBe(401);
    }
  });

  it('must say who they are where there are several', async () => {
    const { make, session } = await scene();
    const tokens = make({ clientId: undefined as never });
    const issued = await tokens.issue(session, { clientId: 'mobile' });
    if (issued.effect !== 'permit') throw new Error('no tokens');
    const form = { grant_type: 'refresh_token', refresh_token: issued.response.refresh_token };
    expect((await tokens.handle(post('/token', form)))?.status).toBe(400);
    expect((await tokens.handle(post('/token', { ...form, client_id: 'mobile' })))?.status).toBe(200);
  });
});

describe('POST /revoke', () => {
  it.each(['refresh_token', 'access_token'] as const)(
    'of a %s ends the session: 200 and nothing else',
    async (name) => {
      const made = await scene();
      const form = { token: made[name], token_type_hint: 'something_else' };
      const { status, json } = await made.ask(post('/revoke', form));
      expect([status, json]).toEqual([200, null]);
      expect((await made.engine.peek(made.handle)).session?.ended?.code).toBe('logout');
      expect((await made.ask(post('/revoke', form))).status).toBe(200);
    },
  );

  it('of what is no token is answered in the same way, and of nothing is not', async () => {
    const { ask, engine, handle, store } = await scene();
    expect((await ask(post('/revoke', { token: 'x' }))).status).toBe(200);
    expect((await engine.peek(handle)).effect).toBe('permit');
    expect((await ask(post('/revoke', {}))).json.error).toBe('invalid_request');
    store.intercept = () => Promise.reject(new Error('connection lost'));
    expect((await ask(post('/revoke', { token: 'x' }))).status).toBe(200);
  });

  it('says so if it could not be done', async () => {
    const { ask, store, refresh_token } = await scene();
    store.intercept = () => Promise.reject(new Error('connection lost'));
    const { status, headers } = await ask(post('/revoke', { token: refresh_token }));
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('the paths', () => {
  it('are below one of your own, and everything else is yours', async () => {
    const { tokens, make } = await scene();
    const below = make({ path: '/oauth' });
    const get = (path: string, method = 'GET') => new Request(`${ISSUER}${path}`, { method });
    expect((await below.handle(get('/oauth/.well-known/jwks.json')))?.status).toBe(200);
    for (const path of [
      '/token',
      '/.well-known/jwks.json',
      '/oauthx/token',
      '/oauth',
      '/oauth/token/',
      '/oauth/toString',
    ]) {
      expect(await below.handle(get(path)), path).toBeNull();
    }
    expect(await tokens.handle(get('/'))).toBeNull();
    expect(await tokens.handle(get('/constructor'))).toBeNull();
  });

  it('take one method each', async () => {
    const { tokens } = await scene();
    for (const path of ['/token', '/revoke', '/introspect']) {
      const answer = await tokens.handle(new Request(`${ISSUER}${path}`));
      expect([answer?.status, answer?.headers.get('allow')]).toEqual([405, 'POST']);
    }
    const answer = await tokens.handle(post('/.well-known/jwks.json', ''));
    expect([answer?.status, answer?.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
