import { expectSame, expectThat } from '../store-contract/check.js';
import { expectCookieKept, expectCookieRemoved, expectReply, type FrameworkCaseDefinition } from './case.js';
import type { Site } from './site.js';
import { COOKIE, POLL, PRESS } from './visitor.js';

const JSON_BODY = { ...PRESS, 'content-type': 'application/json' };

export const ENDPOINTS: readonly FrameworkCaseDefinition[] = [
  { name: 'endpoints: the status is told, and renews nothing', run: status },
  { name: 'endpoints: `extend` does, whatever the request says of itself', run: extend },
  { name: 'endpoints: a proof gives a new cookie, and no proof gives none', run: reauthenticate },
  { name: 'endpoints: a proof by a token gives the new handle to whoever showed it', run: reauthenticateByToken },
  { name: 'endpoints: a body that is too long, cut off or of another kind is no proof', run: badBodies },
  { name: 'endpoints: one\u2019s own sessions are listed, and ended one by one', run: all },
  { name: 'endpoints: what another site may have caused is refused', run: crossSite },
  { name: 'endpoints: an unknown one is 404, another method 405', run: unknown },
  { name: 'logout: the session ends, the cookie goes, the browser forgets', run: logout },
  { name: 'logout: the endpoint does the same', run: logoutEndpoint },
  { name: 'logout: ends every session that was shown', run: logoutOfTwo },
  { name: 'logout: has the last word, behind a guard too', run: logoutBehindGuard },
];

async function status(site: Site): Promise<void> {
  expectSame((await site.visitor().send('GET', '/session', POLL)).json()['state'], 'ended', 'the state of nobody');
  const visitor = await site.loggedIn();
  site.clock.advance(60_000);
  for (const path of ['/session', '/session?again', '/session/']) {
    const reply = await visitor.send('GET', path, PRESS);
    expectReply(reply, 200);
    expectSame([reply.json()['state'], reply.json()['remainingMs']], ['active', 840_000], `the status at ${path}`);
    expectSame(reply.header('cache-control'), 'no-store', 'whether caches may keep it');
  }
  const head = await visitor.send('HEAD', '/session', PRESS);
  expectSame([head.status, head.body], [200, ''], 'the answer to HEAD');
}

async function extend(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  site.clock.advance(60_000);
  const reply = await visitor.send('POST', '/session/extend', POLL);
  expectReply(reply, 200);
  expectSame(reply.json()['remainingMs'], 900_000, 'what is left');
  expectReply(await site.visitor().send('POST', '/session/extend', POLL), 401, 'credential_missing');
}

async function reauthenticate(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const path = '/session/reauthenticate';
  const wrong = await visitor.send('POST', path, JSON_BODY, JSON.stringify({ password: 'wrong' }));
  expectReply(wrong, 403, 'proof_invalid');
  expectCookieKept(wrong);
  const right = await visitor.send('POST', path, JSON_BODY, JSON.stringify({ password: 'correct' }));
  expectReply(right, 200);
  expectThat(right.sessionCookie !== null, 'a proof gives no new cookie');
  expectReply(await visitor.send('POST', '/pay', PRESS), 200);
}

async function reauthenticateByToken(site: Site): Promise<void> {
  const handle = (await site.loggedIn()).cookies.get(COOKIE) ?? '';
  const headers = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
  const client = site.visitor();
  const body = JSON.stringify({ password: 'correct' });
  const reply = await client.send('POST', '/session/reauthenticate', headers(handle), body);
  expectReply(reply, 200);
  expectCookieKept(reply);
  site.clock.advance(60_000);
  expectReply(await client.send('GET', '/account', headers(String(reply.json()['handle']))), 200);
}

async function badBodies(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const password = JSON.stringify({ password: 'correct' });
  for (const [kind, body] of [
    ['application/json', password.slice(0, -2)],
    ['application/json', JSON.stringify({ password: 'wrong', more: 'x'.repeat(300_000) })],
    ['application/x-www-form-urlencoded', 'password=correct'],
    ['application/json', ''],
  ] as const) {
    const headers = { ...PRESS, 'content-type': kind };
    const reply = await visitor.send('POST', '/session/reauthenticate', headers, body);
    expectThat(reply.status >= 400 && reply.status < 500, `${reply.status} for ${body.length} characters of ${kind}`);
    expectCookieKept(reply);
  }
  expectReply(await visitor.send('GET', '/account', PRESS), 200);
}

async function all(site: Site): Promise<void> {
  const [here, there] = [await site.loggedIn(), await site.loggedIn()];
  const listed = await here.send('GET', '/session/all', PRESS);
  expectReply(listed, 200);
  const sessions = listed.json()['sessions'] as readonly { readonly id: string; readonly isCurrent: boolean }[];
  expectSame(sessions.length, 2, 'sessions in the list');
  const other = sessions.find(({ isCurrent }) => !isCurrent)?.id ?? '';
  expectReply(await here.send('DELETE', `/session/all/${other}`, PRESS), 204);
  expectReply(await there.send('GET', '/account', PRESS), 401, 'logout');
  expectReply(await here.send('GET', '/account', PRESS), 200);
}

async function crossSite(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  for (const path of ['/session/logout', '/session/extend', '/session/reauthenticate']) {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]) {
      const reply = await visitor.send('POST', path, headers);
      expectReply(reply, 403, 'request_cross_site');
      expectCookieKept(reply);
    }
  }
  expectReply(await visitor.send('GET', '/account', PRESS), 200);
}

async function unknown(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  expectReply(await visitor.send('GET', '/session/nothing/here', PRESS), 404, 'not_found');
  for (const [method, path, allowed] of [
    ['GET', '/session/logout', 'POST'],
    ['PUT', '/session', 'GET'],
  ] as const) {
    const reply = await visitor.send(method, path, PRESS);
    expectReply(reply, 405, 'method_not_allowed');
    expectSame(reply.header('allow'), allowed, `what ${path} allows`);
  }
}

async function logout(site: Site): Promise<void> {
  await forgets(site, '/logout', 200);
}

async function logoutEndpoint(site: Site): Promise<void> {
  await forgets(site, '/session/logout', 204);
}

async function logoutOfTwo(site: Site): Promise<void> {
  const handles = [await site.loggedIn(), await site.loggedIn()].map((one) => one.cookies.get(COOKIE) ?? '');
  const cookie = handles.map((handle) => `${COOKIE}=${handle}`).join('; ');
  const reply = await site.visitor().send('POST', '/session/logout', { ...PRESS, cookie });
  expectReply(reply, 204);
  expectCookieRemoved(reply);
  for (const handle of handles) {
    const again = await site.visitor().send('GET', '/account', { ...PRESS, cookie: `${COOKIE}=${handle}` });
    expectReply(again, 401, 'logout');
  }
}

async function logoutBehindGuard(site: Site): Promise<void> {
  const reply = await (await site.loggedIn()).send('POST', '/admin/logout', PRESS);
  expectReply(reply, 200);
  const lines = reply.all('curfew-session');
  expectSame([lines.length, lines[0]?.split(',')[0]], [1, 'state=ended'], 'what Curfew-Session says after a logout');
}

async function forgets(site: Site, path: string, expected: number): Promise<void> {
  const visitor = await site.loggedIn();
  const kept = visitor.cookies.get(COOKIE) ?? '';
  const reply = await visitor.send('POST', path, PRESS);
  expectReply(reply, expected);
  expectCookieRemoved(reply);
  expectSame(reply.header('clear-site-data'), '"cache", "storage"', 'Clear-Site-Data');
  expectThat(reply.header('cache-control')?.includes('no-store') === true, 'a logout that caches may keep');
  expectSame(visitor.cookies.has(COOKIE), false, 'whether the browser has a cookie');
  const again = await site.visitor().send('GET', '/account', { ...PRESS, cookie: `${COOKIE}=${kept}` });
  expectReply(again, 401, 'logout');
}
