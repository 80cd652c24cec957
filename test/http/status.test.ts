import { describe, expect, it } from 'vitest';
import { readStatusHeader } from '../../src/browser/status.js';
import { MINUTE, SECOND } from '../engine/support.js';
import { aSite, type Browser, CLICK, loggedIn, type Site } from './support.js';

const HERE = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'curfew-activity': 'user' };
const get = (url: string) => ({ url, headers: HERE });
const post = (url: string) => ({ method: 'POST', url, headers: HERE });
const PROVING = { reauthenticate: () => ({ assuranceLevel: 'aal2' as const }) };

const lastHeader = (lines: readonly (readonly [string, string])[]) =>
  readStatusHeader(lines.filter(([name]) => name === 'Curfew-Session').at(-1)?.[1] ?? '');
const statusOf = async (site: Site, browser: Browser) => (await site.ask(browser, get('/session'))).json;

describe('what a page is told with a response', () => {
  it('is what it would be told if it asked, though an operation has a limit of its own', async () => {
    const operations = { pay: { authenticatedWithin: '15s' as const } };
    const site = aSite({ idleTimeout: '60s', warnBefore: '20s', operations });
    const browser = await loggedIn(site);
    await site.world.advance(5 * SECOND);
    const { session, lines } = browser.request({ headers: CLICK });
    expect(await session.protect('pay')).toBeNull();
    const asked = await statusOf(site, browser);
    expect(lastHeader(lines)).toEqual(asked);
    expect(asked).toMatchObject({ remainingMs: 60_000, warnInMs: 40_000, boundBy: 'idle_timeout' });
  });

  it('is the last word of a response: a logout, and a longer life', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    await site.world.advance(10 * MINUTE);
    const staying = browser.request(post('/session/extend'));
    staying.session.protect();
    expect((await staying.session.extend())?.effect).toBe('permit');
    expect(lastHeader(staying.lines)).toEqual(await statusOf(site, browser));
    expect(lastHeader(staying.lines)).toMatchObject({ remainingMs: 900_000 });
    const leaving = browser.request(post('/session/logout'));
    expect(await leaving.session.protect()).toBeNull();
    await leaving.session.end();
    expect(lastHeader(leaving.lines)).toMatchObject({ state: 'ended', code: 'logout' });
  });

  it('tells of a login, and of a proof', async () => {
    const site = aSite({ reauthentication: { after: '10m', resets: ['idle'] } });
    const browser = site.browser();
    const login = browser.request({ method: 'POST', url: '/login', headers: CLICK });
    await login.session.start({ subject: 'alice' });
    expect(lastHeader(login.lines)).toEqual(await statusOf(site, browser));
    await site.world.advance(11 * MINUTE);
    const proof = browser.request(post('/step-up'));
    await proof.session.reauthenticate({ assuranceLevel: 'aal1' });
    expect(lastHeader(proof.lines)).toEqual(await statusOf(site, browser));
    expect(lastHeader(proof.lines)).toMatchObject({ state: 'active', remainingMs: 600_000 });
  });
});

it('a rule that minds where a request comes from does not mind a look at the time that is left', async () => {
  const site = aSite({ risk: [{ signal: 'ip_changed', then: 'end', missing: 'changed' }] });
  const browser = await loggedIn(site);
  expect(await statusOf(site, browser)).toMatchObject({ state: 'active', remainingMs: 900_000 });
  const elsewhere = await site.ask(browser, { ...get('/session'), remoteAddress: '198.51.100.1' });
  expect(elsewhere.json).toMatchObject({ state: 'ended', code: 'ip_changed' });
  expect(await statusOf(site, browser)).toMatchObject({ state: 'active' });
});

describe('whether somebody can stay', () => {
  it('does not depend on the millisecond', async () => {
    const site = aSite({ absoluteTimeout: '30m' });
    const browser = await loggedIn(site);
    const answers: unknown[] = [];
    for (const wait of [0, 0, 1, 10 * MINUTE, 0]) {
      await site.world.advance(wait);
      answers.push((await site.ask(browser, post('/session/extend'))).json);
    }
    expect(answers.map((one) => (one as { canExtend: boolean }).canExtend)).toEqual([true, true, true, true, true]);
    await site.world.advance(10 * MINUTE);
    const last = await site.ask(browser, post('/session/extend'));
    expect(last.json).toMatchObject({ boundBy: 'absolute_timeout', canExtend: false });
  });
});

describe('a client with a token of ours', () => {
  const bearing = (handle: string, sent: { url: string; method?: string }) => ({
    ...sent,
    headers: { authorization: `Bearer ${handle}` },
  });

  it('is given the new handle after a proof, and is not logged out', async () => {
    const site = aSite({}, { bearer: true, cookie: false }, PROVING);
    const login = await site.engine.start({ subject: 'alice' });
    if (login.effect !== 'permit') throw new Error('no login');
    const proof = { method: 'POST', url: '/session/reauthenticate' };
    const { status, json, headers } = await site.ask(site.browser(), bearing(login.handle, proof));
    expect([status, json]).toMatchObject([200, { state: 'active' }]);
    expect(headers.get('cache-control')).toBe('no-store');
    const { handle } = json as { handle: string };
    await site.world.advance(MINUTE);
    const ask = (one: string) =>
      site
        .browser()
        .request(bearing(one, { url: '/' }))
        .session.protect();
    expect(await ask(login.handle)).toMatchObject({ code: 'session_missing' });
    expect(await ask(handle)).toBeNull();
  });

  it('who has a cookie sees no handle', async () => {
    const site = aSite({}, { bearer: true }, PROVING);
    const browser = await loggedIn(site);
    const { json } = await site.ask(browser, post('/session/reauthenticate'));
    expect(json).toMatchObject({ state: 'active' });
    expect(json).not.toHaveProperty('handle');
  });
});

it('to look at one\u2019s sessions renews nothing', async () => {
  const site = aSite();
  const browser = await loggedIn(site);
  await site.world.advance(10 * MINUTE);
  const click = { ...CLICK, 'sec-fetch-site': 'cross-site' };
  expect((await site.ask(browser, { url: '/session/all', headers: click })).status).toBe(200);
  expect(await statusOf(site, browser)).toMatchObject({ remainingMs: 5 * MINUTE });
});

it('and shows an address as people write it', async () => {
  const site = aSite();
  const browser = await loggedIn(site);
  const remoteAddress = '::ffff:192.0.2.7';
  await browser.request({ headers: CLICK, remoteAddress }).session.protect();
  const { json } = await site.ask(browser, { ...get('/session/all'), remoteAddress });
  expect(json).toMatchObject({ sessions: [{ ip: '192.0.2.7' }] });
});
