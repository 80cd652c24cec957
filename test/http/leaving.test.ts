import { describe, expect, it } from 'vitest';
import { httpSessions } from '../../src/http/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aWorld, MINUTE, policyWith } from '../engine/support.js';
import { aRequest, aSite, CLICK, loggedIn, MARKED } from './support.js';

const COOKIE = '__Host-session';
const HERE = { 'sec-fetch-site': 'same-origin' };
const logout = (headers: Record<string, string>) => ({
  method: 'POST',
  url: '/session/logout',
  headers: { ...HERE, ...headers },
});

describe('a logout that shows more than one credential', () => {
  it('ends every session that was shown, in two cookies', async () => {
    const site = aSite();
    const [alice, other] = [await loggedIn(site), await loggedIn(site)];
    const [mine, planted] = [alice, other].map((one) => one.cookies.get(COOKIE) as string);
    const cookie = `${COOKIE}=${planted}; ${COOKIE}=${mine}; ${COOKIE}=junk`;
    const { status, headers } = await site.ask(site.browser(), logout({ cookie }));
    expect([status, headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    for (const handle of [mine, planted] as string[])
      expect((await site.engine.peek(handle)).session?.ended?.code).toBe('logout');
  });

  it('ends it in a cookie and a token', async () => {
    const site = aSite({}, { bearer: true });
    const handle = (await loggedIn(site)).cookies.get(COOKIE) as string;
    const headers = { cookie: `${COOKIE}=${handle}`, authorization: `Bearer ${handle}` };
    expect((await site.ask(site.browser(), logout(headers))).status).toBe(204);
    expect((await site.engine.peek(handle)).session?.ended?.code).toBe('logout');
  });

  it('ends what is beside a token that is none', async () => {
    const site = aSite({}, { bearer: true });
    const handle = (await loggedIn(site)).cookies.get(COOKIE) as string;
    const headers = { cookie: `${COOKIE}=${handle}`, authorization: 'Bearer a b' };
    expect((await site.ask(site.browser(), logout(headers))).status).toBe(204);
    expect((await site.engine.peek(handle)).session?.ended?.code).toBe('logout');
  });

  it('does not claim to have ended what it has not even looked at', async () => {
    const site = aSite();
    const cookie = Array.from({ length: 50 }, (_, index) => `${COOKIE}=${index}`).join('; ');
    const { status, headers } = await site.ask(site.browser(), logout({ cookie }));
    expect([status, headers.get('set-cookie'), headers.get('clear-site-data')]).toEqual([503, null, null]);
  });

  it('a login ends them too', async () => {
    const site = aSite();
    const [alice, other] = [await loggedIn(site), await loggedIn(site)];
    const handles = [alice, other].map((one) => one.cookies.get(COOKIE) as string);
    const cookie = handles.map((handle) => `${COOKIE}=${handle}`).join('; ');
    const { session } = site.browser().request({ method: 'POST', headers: { cookie } });
    expect(await session.start({ subject: 'alice' })).toMatchObject({
      effect: 'permit',
      replaced: { effect: 'deny', session: { ended: { code: 'session_replaced' } } },
    });
    for (const handle of handles)
      expect((await site.engine.peek(handle)).session?.ended?.code).toBe('session_replaced');
  });
});

describe('a login over a session that cannot be ended', () => {
  it('says that the old one may live on', async () => {
    let isAway = false;
    const store = memoryStore();
    const engine = aWorld().engine({
      policy: policyWith({}),
      store: {
        ...store,
        replace: (...given) => (isAway ? Promise.reject(new Error('away')) : store.replace(...given)),
      },
    });
    const first = await engine.start({ subject: 'alice' });
    if (first.effect !== 'permit') throw new Error('no login');
    isAway = true;
    const headers = { cookie: `${COOKIE}=${first.handle}` };
    const { start } = httpSessions({ engine }).open(aRequest({ method: 'POST', headers }), () => undefined);
    expect(await start({ subject: 'alice' })).toMatchObject({
      effect: 'permit',
      replaced: { effect: 'indeterminate', reasons: [{ code: 'store_unavailable' }] },
    });
  });

  it('says nothing of the kind where there was none', async () => {
    const { session } = aSite().browser().request({ method: 'POST' });
    expect(await session.start({ subject: 'alice' })).toMatchObject({ effect: 'permit', replaced: null });
  });
});

describe('a refusal', () => {
  it('never takes a cookie away: the next answer may be about a newer one', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    const old = `${COOKIE}=${browser.cookies.get(COOKIE)}`;
    await loggedIn(site, browser);
    const late = await browser.request({ headers: { ...CLICK, cookie: old } }).session.protect();
    expect(late).toMatchObject({ code: 'session_replaced' });
    expect(late?.headers.filter(([name]) => name === 'set-cookie')).toEqual([]);
    expect(await browser.request({ headers: CLICK }).session.protect()).toBeNull();
  });
});

describe('a client that has hung up', () => {
  const RISKY = { risk: [{ signal: 'ip_changed', then: 'end', missing: 'changed' }] } as const;
  const GONE = { remoteAddress: null, isGone: true };

  it('loses nothing by it: its address is not another one', async () => {
    const site = aSite(RISKY);
    const browser = await loggedIn(site);
    const gone = browser.request({ headers: MARKED, ...GONE }).session;
    expect(await gone.protect()).toMatchObject({ status: 503, code: 'client_gone' });
    expect(await browser.request({ headers: MARKED, ...GONE }).session.load()).toBeNull();
    expect(await browser.request({ headers: MARKED, ...GONE }).session.extend()).toMatchObject({
      effect: 'indeterminate',
    });
    expect(await browser.request({ headers: MARKED }).session.protect()).toBeNull();
  });

  it('is given no handle that it could not take', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    const { session } = browser.request({ headers: MARKED, ...GONE });
    expect(await session.start({ subject: 'bob' })).toMatchObject({ effect: 'indeterminate' });
    expect(await session.reauthenticate({ assuranceLevel: 'aal2' })).toMatchObject({ effect: 'indeterminate' });
    expect(await session.changeAttributes({ role: 'admin' })).toMatchObject({ effect: 'indeterminate' });
    expect(await site.engine.list('bob')).toMatchObject({ sessions: [] });
    await site.world.advance(MINUTE);
    expect(await browser.request({ headers: MARKED }).session.protect()).toBeNull();
  });

  it('but is logged out if it asked for that', async () => {
    const site = aSite(RISKY);
    const browser = await loggedIn(site);
    const handle = browser.cookies.get(COOKIE) as string;
    expect((await browser.request({ headers: MARKED, ...GONE }).session.end())?.effect).toBe('deny');
    expect((await site.engine.peek(handle)).session?.ended?.code).toBe('logout');
  });
});

describe('a response that has been sent', () => {
  const sent = (engine: ReturnType<typeof aSite>['engine'], headers: Record<string, string> = {}) =>
    httpSessions({ engine }).open(
      aRequest({ method: 'POST', headers }),
      () => undefined,
      () => false,
    );

  it('starts no session that nobody would have', async () => {
    const { engine } = aSite();
    await expect(sent(engine).start({ subject: 'alice' })).rejects.toMatchObject({ code: 'response_already_sent' });
    expect(await engine.list('alice')).toMatchObject({ sessions: [] });
  });

  it('rotates no handle away', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    const cookie = `${COOKIE}=${browser.cookies.get(COOKIE)}`;
    const session = sent(site.engine, { cookie });
    await expect(session.reauthenticate({ assuranceLevel: 'aal2' })).rejects.toMatchObject({
      code: 'response_already_sent',
    });
    await expect(session.changeAttributes({ role: 'admin' })).rejects.toMatchObject({ code: 'response_already_sent' });
    await site.world.advance(MINUTE);
    expect(await browser.request({ headers: CLICK }).session.protect()).toBeNull();
  });

  it('ends the session all the same, and says that the browser was not told', async () => {
    const site = aSite();
    const handle = (await loggedIn(site)).cookies.get(COOKIE) as string;
    await expect(sent(site.engine, { cookie: `${COOKIE}=${handle}` }).end()).rejects.toMatchObject({
      code: 'response_already_sent',
    });
    expect((await site.engine.peek(handle)).session?.ended?.code).toBe('logout');
  });

  it('ends a session that was started while it was being sent', async () => {
    const { engine } = aSite();
    const answers = [true, false];
    const session = httpSessions({ engine }).open(
      aRequest({ method: 'POST' }),
      () => undefined,
      () => answers.shift() ?? false,
    );
    await expect(session.start({ subject: 'alice' })).rejects.toMatchObject({ code: 'response_already_sent' });
    expect(await engine.list('alice')).toMatchObject({ sessions: [] });
  });
});
