import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { httpSessions } from '../../src/http/index.js';
import { MINUTE } from '../engine/support.js';
import { aSite, CLICK, loggedIn, MARKED } from './support.js';

const POLL = { 'sec-fetch-mode': 'cors' };
const named = (lines: readonly (readonly [string, string])[], name: string) =>
  lines.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);

describe('a request and its session', () => {
  it('lets in whoever logged in, and tells the page how long', async () => {
    const site = aSite({ warnBefore: '2m' });
    const { session, lines } = (await loggedIn(site)).request({ headers: CLICK });
    expect(await session.protect()).toBeNull();
    expect(session.session?.subject).toBe('alice');
    expect(session.activity).toBe('user');
    expect(named(lines, 'curfew-session')).toEqual([
      expect.stringContaining(
        'state=active, remaining-ms=900000, warn-in-ms=780000, absolute-remaining-ms=28800000, bound-by=idle_timeout, can-extend=?1',
      ),
    ]);
    expect(named(lines, 'set-cookie')).toEqual([]);
  });

  it('refuses whoever did not, and says so without blame', async () => {
    const { session } = aSite().browser().request();
    expect(await session.protect()).toMatchObject({ status: 401, code: 'credential_missing' });
    expect(await session.load()).toBeNull();
    expect(session.answer).toBeNull();
  });

  it('only a person extends', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    for (let minute = 0; minute < 15; minute++) {
      expect(await browser.request({ headers: POLL }).session.protect()).toBeNull();
      await site.world.advance(MINUTE);
    }
    expect(await browser.request({ headers: POLL }).session.protect()).toMatchObject({ code: 'idle_timeout' });
  });

  it('no refusal touches the cookie, though the session has ended: it may come after the answer to a login', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    await site.world.advance(15 * MINUTE);
    const poll = await browser.request({ headers: POLL }).session.protect();
    expect(named(poll?.headers ?? [], 'set-cookie')).toEqual([]);
    const click = await browser.request({ headers: CLICK }).session.protect();
    expect(click).toMatchObject({ code: 'idle_timeout' });
    expect(named(click?.headers ?? [], 'set-cookie')).toEqual([]);
  });

  it('a session that is not there is no reason to remove a cookie', async () => {
    const browser = aSite().browser();
    browser.cookies.set('__Host-session', `${'a'.repeat(22)}.${'b'.repeat(43)}`);
    const refusal = await browser.request({ headers: CLICK }).session.protect();
    expect(refusal).toMatchObject({ status: 401, code: 'session_missing' });
    expect(named(refusal?.headers ?? [], 'set-cookie')).toEqual([]);
  });

  it('is loaded once, whatever is asked of it', async () => {
    const site = aSite({ operations: { pay: { authenticatedWithin: '5m' }, look: {} } });
    const browser = await loggedIn(site);
    const before = site.loads();
    const { session } = browser.request({ headers: CLICK });
    expect(await session.load()).not.toBeNull();
    expect(await session.protect()).toBeNull();
    expect(await session.protect('look')).toBeNull();
    expect(await session.protect('pay')).toBeNull();
    expect(site.loads() - before).toBe(1);
  });

  it('a lease is written down, so that another process knows of it', async () => {
    const site = aSite({ operations: { export: { lease: '30m' } } });
    const browser = await loggedIn(site);
    const { session } = browser.request({ headers: CLICK });
    expect(await session.protect()).toBeNull();
    expect(await session.protect('export')).toBeNull();
    await site.world.advance(20 * MINUTE);
    expect(await browser.request({ headers: POLL }).session.protect()).toBeNull();
  });

  it('an operation that asks for more is a step-up, and the session stays', async () => {
    const site = aSite({ operations: { pay: { authenticatedWithin: '5m' } } });
    const browser = await loggedIn(site);
    await site.world.advance(6 * MINUTE);
    const { session } = browser.request({ headers: CLICK });
    expect(await session.protect()).toBeNull();
    expect(await session.protect('pay')).toMatchObject({ status: 401, code: 'authentication_too_old' });
    expect(session.session).not.toBeNull();
    const proof = browser.request({ headers: CLICK });
    expect((await proof.session.reauthenticate({ assuranceLevel: 'aal1' })).effect).toBe('permit');
    expect(named(proof.lines, 'set-cookie')).toHaveLength(1);
    expect(await proof.session.protect('pay')).toBeNull();
    expect(await browser.request({ headers: CLICK }).session.protect('pay')).toBeNull();
  });

  it('a logout removes the cookie, and what the browser kept, and holds', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    const kept = new Map(browser.cookies);
    const { session, lines } = browser.request({ headers: CLICK });
    expect((await session.end())?.session?.ended?.code).toBe('logout');
    expect(named(lines, 'clear-site-data')).toEqual(['"cache", "storage"']);
    expect(named(lines, 'cache-control')).toEqual(['no-store']);
    expect(browser.cookies.size).toBe(0);
    for (const [name, value] of kept) browser.cookies.set(name, value);
    expect(await browser.request({ headers: CLICK }).session.protect()).toMatchObject({ code: 'logout' });
  });

  it('a second login ends the session that the browser had, and gives another handle', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    const first = browser.cookies.get('__Host-session');
    await loggedIn(site, browser);
    expect(browser.cookies.get('__Host-session')).not.toBe(first);
    const listed = await site.engine.list('alice');
    expect(listed.effect === 'permit' && listed.sessions.length).toBe(1);
    expect((await site.engine.peek(first as string)).session?.ended?.code).toBe('session_replaced');
  });

  it('a login that is refused leaves the session that there was', async () => {
    const site = aSite({ concurrency: { maxSessions: 1, onExceed: 'refuse' } });
    const browser = await loggedIn(site);
    await site.world.advance(1);
    const { session, lines } = browser.request({ headers: CLICK });
    expect((await session.start({ subject: 'alice' })).effect).toBe('deny');
    expect(named(lines, 'set-cookie')).toEqual([]);
    expect(await browser.request({ headers: CLICK }).session.protect()).toBeNull();
  });

  it('a cookie and a token at once are refused: which was meant is a guess', async () => {
    const site = aSite({}, { bearer: true });
    const browser = await loggedIn(site);
    const headers = { authorization: `Bearer ${browser.cookies.get('__Host-session')}` };
    expect(await browser.request({ headers }).session.protect()).toMatchObject({ status: 400 });
    browser.cookies.clear();
    expect(await browser.request({ headers }).session.protect()).toBeNull();
  });

  it('a token reader may name a session by its id', async () => {
    const site = aSite({}, { bearer: (token) => (token === 'good' ? byId(id) : null), cookie: false });
    const started = await site.engine.start({ subject: 'alice' });
    const id = started.session?.id as string;
    const by = (token: string) =>
      site
        .browser()
        .request({ headers: { authorization: `Bearer ${token}`, ...MARKED } })
        .session.protect();
    expect(await by('good')).toBeNull();
    expect(await by('bad')).toMatchObject({ status: 401, code: 'session_missing' });
  });

  it('remembers where a request comes from', async () => {
    const site = aSite({}, { context: () => ({ country: 'FI' }) });
    const { session } = (await loggedIn(site)).request({ headers: { ...CLICK, 'user-agent': 'x'.repeat(1_000) } });
    await session.protect();
    expect(session.session?.context).toMatchObject({ ip: '203.0.113.7', country: 'FI', userAgent: 'x'.repeat(256) });
  });

  it('a hidden page only tightens', async () => {
    const site = aSite({ conditions: [{ when: { attention: 'hidden' }, idleTimeout: '5m' }] });
    const browser = await loggedIn(site);
    await browser.request({ headers: { ...POLL, 'curfew-attention': 'hidden' } }).session.protect();
    await site.world.advance(5 * MINUTE);
    const seen = browser.request({ headers: { ...POLL, 'curfew-attention': 'visible' } });
    expect(await seen.session.protect()).toMatchObject({ code: 'idle_timeout' });
  });
});

describe('pages for people', () => {
  const pages = { signIn: '/login', stepUp: '/confirm?x=1' };

  it.each([
    ['/accounts?page=2', '/login?reason=credential_missing&return_to=%2Faccounts%3Fpage%3D2'],
    ['//evil.example/x', '/login?reason=credential_missing'],
    ['/\\evil.example', '/login?reason=credential_missing'],
    ['https://here.example/a?b', '/login?reason=credential_missing&return_to=%2Fa%3Fb'],
    ['/a\r\nset-cookie: x', '/login?reason=credential_missing'],
  ])('a page that is asked for without a session leads to the login: %s', async (url, location) => {
    const refusal = await aSite({}, { pages }).browser().request({ url, headers: CLICK }).session.protect();
    expect(refusal).toMatchObject({ status: 303, body: '' });
    expect(named(refusal?.headers ?? [], 'location')).toEqual([location]);
  });

  it('a form is not sent again, and a script is told in its own language', async () => {
    const browser = aSite({}, { pages }).browser();
    const form = await browser.request({ method: 'POST', url: '/pay', headers: CLICK }).session.protect();
    expect(named(form?.headers ?? [], 'location')).toEqual(['/login?reason=credential_missing']);
    expect(await browser.request({ headers: POLL }).session.protect()).toMatchObject({ status: 401 });
  });

  it('a step-up leads to its own page, and a session that has ended to the login', async () => {
    const site = aSite({ operations: { pay: { authenticatedWithin: '5m' } } }, { pages });
    const browser = await loggedIn(site);
    await site.world.advance(6 * MINUTE);
    const step = await browser.request({ url: '/pay', headers: CLICK }).session.protect('pay');
    expect(named(step?.headers ?? [], 'location')).toEqual([
      '/confirm?x=1&reason=authentication_too_old&return_to=%2Fpay',
    ]);
    await site.world.advance(60 * MINUTE);
    const over = await browser.request({ url: '/pay', headers: CLICK }).session.protect();
    expect(named(over?.headers ?? [], 'location')).toEqual(['/login?reason=idle_timeout&return_to=%2Fpay']);
  });
});

describe('a forgotten mark', () => {
  it('is told once', async () => {
    const warnings: string[] = [];
    const site = aSite({}, { warn: (message) => warnings.push(message) });
    const [one, other] = [await loggedIn(site), await loggedIn(site, undefined, 'bob')];
    await one.request({ headers: POLL }).session.protect();
    expect(warnings).toEqual([]);
    await site.world.advance(8 * MINUTE);
    await one.request({ headers: POLL }).session.protect();
    await other.request({ headers: POLL }).session.protect();
    expect(warnings).toEqual([expect.stringContaining('Curfew-Activity: user')]);
  });

  it('is none where somebody does something', async () => {
    const warnings: string[] = [];
    const site = aSite({}, { warn: (message) => warnings.push(message) });
    const browser = await loggedIn(site);
    await site.world.advance(MINUTE);
    await browser.request({ headers: MARKED }).session.protect();
    await site.world.advance(14 * MINUTE);
    await browser.request({ headers: POLL }).session.protect();
    expect(warnings).toEqual([]);
  });
});

it.each([
  [{ engine: undefined }, '/engine'],
  [{ cookie: false }, '/cookie'],
  [{ cookie: { secure: false } }, '/cookie'],
  [{ trustProxies: ['x'] }, '/trustProxies/0'],
] as const)('says which option is wrong: %j', (options, path) => {
  const { engine } = aSite();
  expect(() => httpSessions({ engine, ...options } as never)).toThrow(
    expect.objectContaining({ code: 'http_options_invalid', problems: [expect.objectContaining({ path })] }),
  );
});
