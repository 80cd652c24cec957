import { expectSame, expectThat } from '../store-contract/check.js';
import { expectCookieKept, expectNotReached, expectReply, type FrameworkCaseDefinition } from './case.js';
import type { Site } from './site.js';
import { CLICK, COOKIE, type Headers, POLL, PRESS } from './visitor.js';

export const REFUSING: readonly FrameworkCaseDefinition[] = [
  { name: 'refusal: nothing presented is 401 with a challenge, and no route is reached', run: nothing },
  { name: 'refusal: a cookie of nobody is 401, and is left alone', run: nobody },
  { name: 'refusal: two different cookies are 400, in one line and in two', run: twoCookies },
  { name: 'refusal: a cookie that is too long is 400', run: tooLong },
  { name: 'refusal: a cookie and a token together are 400', run: both },
  { name: 'refusal: two `Authorization` lines are 400', needs: 'repeatedHeaders', run: twoTokens },
  { name: 'refusal: an area that is protected as a whole is, and so is each route in it', run: area },
  { name: 'refusal: a page that was asked for becomes a redirect, back to where it was', run: redirect },
  { name: 'refusal: no address can add a header or lead to another site', run: injection },
];

async function nothing(site: Site): Promise<void> {
  const before = site.ran.length;
  for (const [method, path] of [
    ['GET', '/account'],
    ['GET', '/read'],
    ['POST', '/pay'],
    ['GET', '/admin/report'],
    ['POST', '/admin/pay'],
    ['GET', '/boom'],
  ] as const) {
    const reply = await site.visitor().send(method, path, PRESS);
    expectReply(reply, 401, 'credential_missing');
    expectSame(reply.header('www-authenticate'), 'Bearer realm="session"', `the challenge of ${path}`);
    expectCookieKept(reply);
  }
  expectNotReached(site, before);
}

async function nobody(site: Site): Promise<void> {
  const before = site.ran.length;
  for (const handle of ['nonsense', `${'a'.repeat(22)}.${'b'.repeat(43)}`]) {
    for (const headers of [CLICK, PRESS, POLL]) {
      const accept = 'application/json';
      const cookie = `other=1; ${COOKIE}=${handle}`;
      const reply = await site
        .visitor()
        .send('GET', '/account', { ...headers, 'sec-fetch-mode': 'cors', accept, cookie });
      expectReply(reply, 401, 'session_missing');
      expectThat(reply.header('www-authenticate')?.includes('error="invalid_token"') === true, 'no `invalid_token`');
      expectCookieKept(reply);
    }
  }
  expectNotReached(site, before);
}

async function malformed(site: Site, headers: Headers): Promise<void> {
  const before = site.ran.length;
  expectReply(await site.visitor().send('GET', '/account', headers), 400, 'credential_malformed');
  expectNotReached(site, before);
}

async function twoCookies(site: Site): Promise<void> {
  const good = (await site.loggedIn()).cookies.get(COOKIE) ?? '';
  const cookie = [`${COOKIE}=${good}`, `${COOKIE}=planted`];
  await malformed(site, { ...PRESS, cookie: cookie.join('; ') });
  await malformed(site, { ...PRESS, cookie });
  const twice = await site.visitor().send('GET', '/account', { ...PRESS, cookie: `${cookie[0]}; ${cookie[0]}` });
  expectReply(twice, 200);
}

async function tooLong(site: Site): Promise<void> {
  await malformed(site, { ...PRESS, cookie: `${COOKIE}=${'x'.repeat(4_000)}` });
}

async function both(site: Site): Promise<void> {
  const handle = (await site.loggedIn()).cookies.get(COOKIE) ?? '';
  await malformed(site, { ...PRESS, cookie: `${COOKIE}=${handle}`, authorization: `Bearer ${handle}` });
}

async function twoTokens(site: Site): Promise<void> {
  const handle = (await site.loggedIn()).cookies.get(COOKIE) ?? '';
  await malformed(site, { ...PRESS, authorization: [`Bearer ${handle}`, 'Bearer planted'] });
}

async function area(site: Site): Promise<void> {
  const before = site.ran.length;
  for (const path of ['/admin/report', '/admin/report?x=1', '/admin/at-once']) {
    expectReply(await site.visitor().send('GET', path, PRESS), 401, 'credential_missing');
  }
  expectNotReached(site, before);
}

async function redirect(site: Site): Promise<void> {
  const before = site.ran.length;
  const reply = await site.visitor().send('GET', '/admin/report?a=1&b=2', CLICK);
  expectReply(reply, 303);
  const query = new URLSearchParams({ reason: 'credential_missing', return_to: '/admin/report?a=1&b=2' });
  expectSame(reply.header('location'), `/login?${query}`, 'where the visitor is sent');
  const visitor = await site.loggedIn();
  site.clock.advance(20 * 60_000);
  const late = await visitor.send('GET', '/account', CLICK);
  expectReply(late, 303);
  expectSame(late.header('location'), '/login?reason=idle_timeout&return_to=%2Faccount', 'where a late one is sent');
  expectCookieKept(late);
  expectSame(site.ran.slice(before), ['/login'], 'routes that were reached');
}

async function injection(site: Site): Promise<void> {
  const addresses = ['/account?x=%0d%0aX-Planted:%201', '/account?x=%E2%80%A8%0A', '/account?return_to=//evil.example'];
  const hosts: readonly Headers[] = [CLICK, { ...CLICK, host: 'evil.example' }];
  for (const path of addresses) {
    for (const headers of hosts) {
      const reply = await site.visitor().send('GET', path, headers);
      expectReply(reply, 303);
      expectSame(reply.header('x-planted'), null, 'a header that the address planted');
      const location = reply.header('location') ?? '';
      expectThat(location.startsWith('/login?'), `sent to ${location}`);
      const back = new URLSearchParams(location.split('?')[1]).get('return_to') ?? '';
      expectSame(meant(back), meant(path), 'the way back');
    }
  }
}

/** What an address means, however a runtime writes it. */
function meant(path: string): unknown {
  const [before, query] = path.split('?');
  return [before, [...new URLSearchParams(query)]];
}
