import { describe, expect, it } from 'vitest';
import { fetchSessions } from '../../src/frameworks/fetch.js';
import { type FrontChannelOptions, frontChannelLogout } from '../../src/oidc/index.js';
import { aWorld, login, testStore } from '../engine/support.js';
import { ISSUER } from './tokens.js';

/** An application with the page that a provider loads in a frame. */
function anApplication(options: Partial<FrontChannelOptions> = {}) {
  const store = testStore();
  const engine = aWorld().engine({ store });
  const sessions = fetchSessions({ engine });
  const page = sessions.open(async (request, session) => {
    const answer = await frontChannelLogout(request.url, session, { engine, issuer: ISSUER, ...options });
    return new Response(answer.body, {
      status: answer.status,
      headers: new Headers(answer.headers.map(([name, value]): [string, string] => [name, value])),
    });
  });
  const load = (query: Readonly<Record<string, string>> | string, handle?: string) => {
    const url = `https://app.example.com/frontchannel?${new URLSearchParams(query)}`;
    return page(new Request(url, { headers: handle === undefined ? {} : { cookie: `__Host-session=${handle}` } }));
  };
  const started = async (attributes: Record<string, string> = { iss: ISSUER, sid: 's' }) =>
    (await login(engine, { attributes })).handle;
  const isLive = async (handle: string) => (await engine.peek(handle)).effect === 'permit';
  return { store, load, started, isLive };
}

describe('a front-channel logout', () => {
  it('ends the browser’s session if it is the one, and has it forgotten', async () => {
    const { load, started, isLive } = anApplication();
    const [handle, other] = [await started(), await started()];
    const response = await load({ iss: ISSUER, sid: 's' }, handle);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(response.headers.get('set-cookie')).toMatch(/__Host-session=;.*Max-Age=0/);
    expect([await isLive(handle), await isLive(other)]).toEqual([false, true]);
  });

  it.each([
    ['another sid', { iss: ISSUER, sid: 'other' }, 200],
    ['another issuer', { iss: 'https://evil.example.com', sid: 's' }, 400],
    ['an issuer alone', { iss: ISSUER }, 400],
    ['a sid alone', { sid: 's' }, 400],
    ['two of one', `iss=${encodeURIComponent(ISSUER)}&sid=s&sid=s`, 400],
    ['nothing', {}, 400],
  ])('with %s ends nothing', async (_, query, status) => {
    const { load, started, isLive } = anApplication();
    const handle = await started();
    const response = await load(query, handle);
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(await isLive(handle)).toBe(true);
  });

  it('ends no session that another provider, or none, has logged in', async () => {
    const { load, started, isLive } = anApplication();
    const handles = [await started({ sid: 's' }), await started({ iss: 'https://other.example.com', sid: 's' })];
    for (const handle of handles) {
      expect((await load({ iss: ISSUER, sid: 's' }, handle)).status).toBe(200);
      expect(await isLive(handle)).toBe(true);
    }
  });

  it('counts where the browser sends no cookie', async () => {
    expect((await anApplication().load({ iss: ISSUER, sid: 's' })).status).toBe(200);
  });

  it('without a name ends the browser’s session only where that is allowed', async () => {
    const { load, started, isLive } = anApplication({ allowUnnamed: true });
    const handle = await started({});
    expect((await load({}, handle)).status).toBe(200);
    expect(await isLive(handle)).toBe(false);
    expect((await load({ sid: 's' }, handle)).status).toBe(400);
  });

  it('says so when nobody can tell', async () => {
    const { load, started, isLive, store } = anApplication();
    const handle = await started();
    for (const failing of ['load', 'replace']) {
      store.intercept = (method, go) => (method === failing ? Promise.reject(new Error('away')) : go());
      expect((await load({ iss: ISSUER, sid: 's' }, handle)).status).toBe(503);
    }
    store.intercept = null;
    expect(await isLive(handle)).toBe(true);
  });
});
