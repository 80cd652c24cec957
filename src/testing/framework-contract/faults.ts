import { expectSame, expectThat } from '../store-contract/check.js';
import { expectCookieKept, expectNotReached, expectReply, type FrameworkCaseDefinition } from './case.js';
import type { Site } from './site.js';
import { CLICK, COOKIE, POLL, PRESS } from './visitor.js';

export const FAULTS: readonly FrameworkCaseDefinition[] = [
  { name: 'faults: a store that is away is 503, lets nobody in and logs nobody out', run: storeAway },
  { name: 'faults: a logout that nobody can tell of leaves the cookie', run: logoutAway },
  { name: 'faults: an error in the guard is the app\u2019s to handle, and lets nobody in', run: engineThrows },
  { name: 'faults: an error in the route is the app\u2019s to handle', run: routeThrows },
  { name: 'faults: a login whose route fails leaves no session that nobody has', run: loginThrows },
  { name: 'faults: a visitor who leaves while the store is asked hurts nobody', run: leaves },
];

async function storeAway(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const before = site.ran.length;
  site.faults.isStoreAway = true;
  for (const headers of [CLICK, PRESS, POLL]) {
    for (const path of ['/account', '/admin/report', '/read']) {
      const reply = await visitor.send('GET', path, headers);
      expectReply(reply, 503, 'store_unavailable');
      expectSame(reply.header('retry-after'), '1', 'Retry-After');
      expectCookieKept(reply);
    }
  }
  expectNotReached(site, before);
  site.faults.isStoreAway = false;
  expectReply(await visitor.send('GET', '/account', PRESS), 200);
}

async function logoutAway(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  site.faults.isStoreAway = true;
  for (const path of ['/logout', '/session/logout']) {
    const reply = await visitor.send('POST', path, PRESS);
    expectCookieKept(reply);
    expectSame(reply.header('clear-site-data'), null, `Clear-Site-Data of ${path}`);
  }
  site.faults.isStoreAway = false;
  expectThat(visitor.cookies.has(COOKIE), 'the browser has lost its cookie');
  expectReply(await visitor.send('GET', '/account', PRESS), 200);
}

async function engineThrows(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const before = site.ran.length;
  site.faults.doesEngineThrow = true;
  for (const [method, path] of [
    ['GET', '/account'],
    ['GET', '/read'],
    ['GET', '/admin/report'],
    ['POST', '/admin/pay'],
    ['POST', '/session/extend'],
    ['POST', '/session/logout'],
  ] as const) {
    const reply = await visitor.send(method, path, PRESS);
    expectThat(reply.status === 500, `${method} ${path} is answered with ${reply.status} instead of 500`);
    expectCookieKept(reply);
  }
  expectNotReached(site, before);
  site.faults.doesEngineThrow = false;
  expectReply(await visitor.send('GET', '/account', PRESS), 200);
}

async function routeThrows(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const before = site.ran.length;
  const reply = await visitor.send('GET', '/boom', PRESS);
  expectSame(reply.status, 500, 'the status');
  expectCookieKept(reply);
  expectSame(site.ran.slice(before), ['/boom'], 'routes that were reached');
  expectReply(await visitor.send('GET', '/account', PRESS), 200);
}

async function loginThrows(site: Site): Promise<void> {
  const visitor = site.visitor();
  const reply = await visitor.send('POST', '/login-boom', PRESS);
  expectSame(reply.status, 500, 'the status');
  const listed = await site.engine.list('carol');
  const isLive = listed.effect === 'permit' && listed.sessions.length === 1;
  expectSame(reply.sessionCookie !== null, isLive, 'whether the visitor has the cookie of the session');
  if (isLive) expectReply(await visitor.send('GET', '/account', PRESS), 200);
}

async function leaves(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    site.faults.gate = { opened, reached: resolve };
  });
  await visitor.leave('/account', reached);
  site.faults.gate = null;
  open();
  expectReply(await visitor.send('GET', '/account', PRESS), 200);
}
