import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../engine/support.js';
import { aSite, loggedIn } from './support.js';

const HERE = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
const get = (url: string) => ({ url, headers: HERE });
const post = (url: string) => ({ method: 'POST', url, headers: HERE });
const ACTIVE = {
  state: 'active',
  remainingMs: 900_000,
  warnInMs: 780_000,
  absoluteRemainingMs: 28_800_000,
  boundBy: 'idle_timeout',
  canExtend: true,
  code: null,
  assuranceLevel: null,
  tag: expect.any(String),
  at: expect.any(Number),
};

describe('the status', () => {
  it('counts down, and asking renews nothing', async () => {
    const site = aSite({ warnBefore: '2m' });
    const browser = await loggedIn(site);
    expect((await site.ask(browser, get('/session'))).json).toEqual(ACTIVE);
    await site.world.advance(MINUTE);
    const { status, headers, json } = await site.ask(browser, get('/session'));
    expect(json).toEqual({
      ...ACTIVE,
      remainingMs: 840_000,
      warnInMs: 720_000,
      absoluteRemainingMs: 28_740_000,
    });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('says why it has ended, to whoever still has the cookie, and does not take it away', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    await site.world.advance(15 * MINUTE);
    const { status, json, headers } = await site.ask(browser, get('/session'));
    expect([status, json]).toMatchObject([
      200,
      { state: 'ended', remainingMs: 0, code: 'idle_timeout', canExtend: false },
    ]);
    expect(headers.get('set-cookie')).toBeNull();
    expect((await site.ask(site.browser(), get('/session'))).json).toMatchObject({
      state: 'ended',
      code: 'session_missing',
    });
  });

  it('a locked session waits for a proof', async () => {
    const site = aSite(
      { onIdle: 'lock', reauthentication: { after: '4h', resets: ['idle'] } },
      {},
      {
        reauthenticate: ({ body }) => (body === 'right' ? { assuranceLevel: 'aal1' } : null),
      },
    );
    const browser = await loggedIn(site);
    await site.world.advance(15 * MINUTE);
    expect((await site.ask(browser, get('/session'))).json).toMatchObject({ state: 'locked', code: 'idle_timeout' });
    expect((await site.ask(browser, post('/session/extend'))).status).toBe(401);
    const wrong = await site.ask(browser, post('/session/reauthenticate'), 'wrong');
    expect([wrong.status, wrong.json]).toMatchObject([403, { code: 'proof_invalid' }]);
    const old = browser.cookies.get('__Host-session');
    const right = await site.ask(browser, post('/session/reauthenticate'), 'right');
    expect([right.status, right.json]).toMatchObject([200, { state: 'active', remainingMs: 900_000 }]);
    expect(browser.cookies.get('__Host-session')).not.toBe(old);
    await site.world.advance(11 * SECOND);
    expect((await site.engine.peek(old as string)).reasons[0]?.code).toBe('session_missing');
  });
});

describe('extending', () => {
  it("is a person's doing, as far as it goes", async () => {
    const site = aSite({ absoluteTimeout: '20m', idleTimeout: '15m' });
    const browser = await loggedIn(site);
    await site.world.advance(10 * MINUTE);
    const { status, json } = await site.ask(browser, post('/session/extend'));
    expect([status, json]).toMatchObject([
      200,
      { remainingMs: 600_000, boundBy: 'absolute_timeout', canExtend: false },
    ]);
  });

  it('without a session there is nothing to extend', async () => {
    const site = aSite();
    expect((await site.ask(site.browser(), post('/session/extend'))).json).toMatchObject({
      code: 'credential_missing',
    });
  });
});

describe('sessions of one’s own', () => {
  it('are listed, without anything that would let somebody in', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    await site.world.advance(SECOND);
    const other = await loggedIn(site);
    await loggedIn(site, undefined, 'bob');
    // what a job goes by is nobody's login
    await site.engine.start({ subject: 'alice', attributes: { grantOf: 's-1', job: 'export' } });
    const { json, headers } = await site.ask(browser, get('/session/all'));
    const { sessions } = json as { sessions: { id: string; isCurrent: boolean }[] };
    expect(sessions.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    const secret = other.cookies.get('__Host-session')?.split('.')[1] as string;
    expect(JSON.stringify(json)).not.toContain(secret);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it("can be ended one by one; somebody else's cannot, and are not even there", async () => {
    const site = aSite();
    const [mine, alsoMine, theirs] = [
      await loggedIn(site),
      await loggedIn(site),
      await loggedIn(site, undefined, 'bob'),
    ];
    const idOf = (browser: typeof mine) => browser.cookies.get('__Host-session')?.split('.')[0];
    const remove = (id: unknown) => site.ask(mine, { method: 'DELETE', url: `/session/all/${id}`, headers: HERE });
    expect((await remove(idOf(theirs))).status).toBe(404);
    expect((await remove('%')).status).toBe(404);
    expect(await theirs.request().session.protect()).toBeNull();
    expect((await remove(idOf(alsoMine))).status).toBe(204);
    expect(await alsoMine.request().session.protect()).toMatchObject({ code: 'logout' });
    expect(await mine.request().session.protect()).toBeNull();
    expect((await remove(idOf(mine))).headers.get('clear-site-data')).toBe('"cache", "storage"');
    expect(mine.cookies.size).toBe(0);
  });

  it('end here, and everywhere', async () => {
    const site = aSite();
    const [here, there, theirs] = [await loggedIn(site), await loggedIn(site), await loggedIn(site, undefined, 'bob')];
    expect((await site.ask(here, post('/session/logout-everywhere'))).status).toBe(204);
    expect(here.cookies.size).toBe(0);
    expect(await there.request().session.protect()).toMatchObject({ code: 'logout_everywhere' });
    expect(await theirs.request().session.protect()).toBeNull();
    expect((await site.ask(theirs, post('/session/logout'))).status).toBe(204);
    expect((await site.ask(theirs, post('/session/logout'))).status).toBe(204);
  });
});

describe('what is not to be', () => {
  it.each(['/session/extend', '/session/logout', '/session/logout-everywhere'])(
    'another site cannot make a browser ask for %s',
    async (url) => {
      const site = aSite();
      const browser = await loggedIn(site);
      const sent = { method: 'POST', url, headers: { 'sec-fetch-site': 'cross-site' } };
      expect((await site.ask(browser, sent)).json).toMatchObject({ status: 403, code: 'request_cross_site' });
      expect(await browser.request().session.protect()).toBeNull();
    },
  );

  it('a token does not come by itself, so where the request comes from does not matter', async () => {
    const site = aSite({}, { bearer: true });
    const browser = await loggedIn(site);
    const authorization = `Bearer ${browser.cookies.get('__Host-session')}`;
    const headers = { 'sec-fetch-site': 'cross-site', authorization };
    const sent = { method: 'POST', url: '/session/extend', headers };
    expect((await site.ask(browser, sent)).status).toBe(403);
    expect((await site.ask(site.browser(), sent)).status).toBe(200);
  });

  it('a GET ends nothing', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    const { status, headers } = await site.ask(browser, get('/session/logout'));
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    expect(await browser.request().session.protect()).toBeNull();
  });

  it('there is no way to reauthenticate without your check', async () => {
    const site = aSite();
    expect((await site.ask(await loggedIn(site), post('/session/reauthenticate'))).status).toBe(404);
  });

  it('what lies elsewhere is left to others', async () => {
    const site = aSite({}, {}, { path: '/me/session' });
    const browser = await loggedIn(site);
    await expect(site.ask(browser, get('/session'))).rejects.toThrow('no endpoint');
    await expect(site.ask(browser, get('/me/sessions'))).rejects.toThrow('no endpoint');
    expect((await site.ask(browser, get('/me/session/'))).status).toBe(200);
  });
});
