import { expectSame, expectThat } from '../store-contract/check.js';
import { expectCookieKept, expectReply, type FrameworkCaseDefinition, masked } from './case.js';
import { OWN_COOKIES } from './routes.js';
import type { Site } from './site.js';
import { CLICK, COOKIE, POLL, PRESS, type Reply } from './visitor.js';

export const ADMITTING: readonly FrameworkCaseDefinition[] = [
  { name: 'login: gives a cookie that scripts and other hosts cannot touch', run: givesCookie },
  { name: 'login: lets in whoever has logged in, and the route knows who it is', run: letsIn },
  { name: 'login: a second one ends the session that the browser had', run: replaces },
  { name: 'cookies: the application\u2019s own survive, and stay lines of their own', run: ownCookies },
  { name: 'status: an answer to somebody who was let in says how long', run: saysHowLong },
  { name: 'status: an operation\u2019s own limits are not the session\u2019s', run: saysOfSession },
  { name: 'open routes: know who it is, and let everybody in', run: openRoutes },
  { name: 'loads: one for each request, whatever is asked', run: oneLoad },
  { name: 'loads: one for a request that asks side by side', run: oneLoadAtOnce },
  { name: 'requests: two of one connection are two, each with its own session', run: apart },
  { name: 'bearer: a handle in `Authorization` is let in, and no cookie is given', run: bearer },
  { name: 'HEAD: is answered as GET is, without a body', run: head },
];

async function givesCookie(site: Site): Promise<void> {
  const reply = await site.visitor().send('POST', '/login', PRESS);
  expectReply(reply, 200);
  const line = reply.sessionCookie;
  expectThat(line !== null, 'a login gives no cookie');
  for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', 'Max-Age=7200']) {
    expectThat(line.includes(`; ${attribute}`), `${attribute} is missing in ${masked(line)}`);
  }
  expectThat(!/;\s*Domain/i.test(line), 'the cookie is for one host, and has no Domain');
  expectThat(reply.header('cache-control')?.includes('no-store') === true, 'a login that caches may keep');
}

async function letsIn(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const reply = await visitor.send('GET', '/account?page=2', CLICK);
  expectReply(reply, 200);
  expectSame(reply.json()['subject'], 'alice', 'the subject that the route sees');
  expectSame(reply.json()['activity'], 'user', 'whose doing a click is');
  expectCookieKept(reply);
  expectReply(await visitor.send('GET', '/admin/report', PRESS), 200);
}

async function replaces(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const before = visitor.cookies.get(COOKIE) ?? '';
  await visitor.send('POST', '/login', PRESS);
  expectThat(visitor.cookies.get(COOKIE) !== before, 'the handle is the one of before');
  const reply = await site.visitor().send('GET', '/account', { ...PRESS, cookie: `${COOKIE}=${before}` });
  expectReply(reply, 401, 'session_replaced');
}

async function ownCookies(site: Site): Promise<void> {
  const visitor = site.visitor();
  const replies: Reply[] = [await visitor.send('GET', '/open'), await visitor.send('POST', '/login', PRESS)];
  replies.push(await visitor.send('GET', '/account', CLICK), await visitor.send('POST', '/step-up', PRESS));
  replies.push(await visitor.send('POST', '/logout', PRESS));
  for (const [index, reply] of replies.entries()) {
    const own = reply.all('set-cookie').filter((line) => OWN_COOKIES.includes(line));
    expectSame([...own].sort(), [...OWN_COOKIES].sort(), `the application's cookies in answer ${index + 1}`);
  }
  const early = (reply: Reply) => reply.all('set-cookie').filter((line) => line.startsWith('app='));
  const refused = await site.visitor().send('GET', '/account', CLICK);
  for (const reply of [...replies, refused]) {
    expectSame(early(reply), early(replies[0] as Reply), 'the cookie of before the guard');
  }
  const given = replies.map((reply) => reply.sessionCookie !== null);
  expectSame(given, [false, true, false, true, true], 'which answers set the cookie of the session');
}

async function saysHowLong(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  site.clock.advance(60_000);
  const poll = await visitor.send('GET', '/account', POLL);
  const status = 'state=active, remaining-ms=840000, warn-in-ms=720000, absolute-remaining-ms=7140000';
  const lines = poll.all('curfew-session');
  expectSame(lines.length, 1, 'lines of Curfew-Session');
  const expected = `${status}, bound-by=idle_timeout, can-extend=?1`;
  expectSame(lines[0]?.slice(0, expected.length), expected, 'Curfew-Session');
}

async function saysOfSession(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  await visitor.send('POST', '/step-up', PRESS);
  site.clock.advance(4 * 60_000);
  const paid = await visitor.send('POST', '/pay', PRESS);
  expectReply(paid, 200);
  expectThat(
    paid.header('curfew-session')?.includes('remaining-ms=900000') === true,
    `the session has 15 minutes left, and the answer says ${paid.header('curfew-session')}`,
  );
}

async function openRoutes(site: Site): Promise<void> {
  const visitor = site.visitor();
  expectSame((await visitor.send('GET', '/open')).json()['subject'], null, 'the subject of a stranger');
  await visitor.send('POST', '/login', PRESS);
  expectSame((await visitor.send('GET', '/open')).json()['subject'], 'alice', 'the subject of whoever is logged in');
}

async function oneLoad(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  await visitor.send('POST', '/step-up', PRESS);
  for (const [method, path] of [
    ['GET', '/account'],
    ['GET', '/read'],
    ['POST', '/pay'],
    ['GET', '/admin/report'],
    ['POST', '/admin/pay'],
    ['GET', '/open'],
  ] as const) {
    const before = site.loads();
    expectReply(await visitor.send(method, path, POLL), 200);
    expectSame(site.loads() - before, 1, `loads for ${method} ${path}`);
  }
}

async function oneLoadAtOnce(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const before = site.loads();
  const reply = await visitor.send('GET', '/admin/at-once', POLL);
  expectSame([reply.json()['allowed'], reply.json()['subject']], [true, 'alice'], 'what was asked at once');
  expectSame(site.loads() - before, 1, 'loads');
}

async function apart(site: Site): Promise<void> {
  const alice = await site.loggedIn();
  const bob = site.visitor();
  await bob.send('POST', '/login-bob', PRESS);
  const stranger = site.visitor();
  for (let round = 0; round < 3; round++) {
    const asked = [alice, bob, stranger, alice, bob].map((one) => one.send('GET', '/open', PRESS));
    const subjects = (await Promise.all(asked)).map((reply) => reply.json()['subject']);
    expectSame(subjects, ['alice', 'bob', null, 'alice', 'bob'], 'the subjects');
  }
  expectSame((await bob.send('GET', '/open')).json()['subject'], 'bob', 'the subject after the others');
  expectReply(await stranger.send('GET', '/account', PRESS), 401, 'credential_missing');
}

async function bearer(site: Site): Promise<void> {
  const handle = (await site.loggedIn()).cookies.get(COOKIE) ?? '';
  const client = site.visitor();
  const authorization = `Bearer ${handle}`;
  const reply = await client.send('GET', '/account', { authorization });
  expectReply(reply, 200);
  expectSame(reply.json()['subject'], 'alice', 'the subject');
  const stepUp = await client.send('POST', '/step-up', { authorization });
  expectReply(stepUp, 200);
  expectCookieKept(stepUp);
}

async function head(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const stranger = site.visitor();
  const [admitted, refused] = [
    await visitor.send('HEAD', '/account', POLL),
    await stranger.send('HEAD', '/account', POLL),
  ];
  expectReply(admitted, 200);
  expectThat(admitted.header('curfew-session')?.startsWith('state=active') === true, 'no Curfew-Session for HEAD');
  expectReply(refused, 401);
  expectSame(refused.header('www-authenticate'), 'Bearer realm="session"', 'the challenge');
  expectSame([admitted.body, refused.body], ['', ''], 'the bodies');
  const before = site.ran.length;
  await stranger.send('HEAD', '/admin/report', POLL);
  expectSame(site.ran.length, before, 'routes that were reached');
}
