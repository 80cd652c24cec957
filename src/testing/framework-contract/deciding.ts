import { expectThat } from '../store-contract/check.js';
import { expectCookieKept, expectNotReached, expectReply, type FrameworkCaseDefinition } from './case.js';
import type { Site } from './site.js';
import { CLICK, COOKIE, POLL, PRESS } from './visitor.js';

export const DECIDING: readonly FrameworkCaseDefinition[] = [
  { name: 'idle: ends at its millisecond, and no refusal removes the cookie', run: idle },
  { name: 'absolute: ends whoever is active', run: absolute },
  { name: 'operations: a challenge says what would help, and a step-up helps', run: stepUp },
  { name: 'operations: an area\u2019s session is asked for the route\u2019s operation', run: areaOperation },
  { name: 'operations: a lease outlives the idle limit', run: lease },
  { name: 'conditions: what is new about somebody holds from the next request on', run: condition },
  { name: 'risk: another user agent ends the session', run: userAgent },
];

async function idle(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  site.clock.advance(15 * 60_000 - 1);
  expectReply(await visitor.send('GET', '/account', POLL), 200);
  site.clock.advance(1);
  const before = site.ran.length;
  const poll = await visitor.send('GET', '/account', POLL);
  expectReply(poll, 401, 'idle_timeout');
  expectCookieKept(poll);
  const press = await visitor.send('GET', '/account', PRESS);
  expectReply(press, 401, 'idle_timeout');
  expectCookieKept(press);
  const opened = await visitor.send('GET', '/account', CLICK);
  expectReply(opened, 303);
  expectCookieKept(opened);
  expectNotReached(site, before);
}

async function absolute(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  for (let minute = 10; minute < 120; minute += 10) {
    site.clock.advance(10 * 60_000);
    expectReply(await visitor.send('GET', '/account', PRESS), 200);
  }
  site.clock.advance(10 * 60_000);
  expectReply(await visitor.send('GET', '/account', PRESS), 401, 'absolute_timeout');
}

async function stepUp(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const before = site.ran.length;
  const reply = await visitor.send('POST', '/pay', PRESS);
  expectReply(reply, 401, 'assurance_too_low');
  const challenge = reply.header('www-authenticate') ?? '';
  for (const part of ['error="insufficient_user_authentication"', 'acr_values="aal2"', 'max_age="300"']) {
    expectThat(challenge.includes(part), `${part} is missing in ${challenge}`);
  }
  expectCookieKept(reply);
  expectNotReached(site, before);
  expectReply(await visitor.send('GET', '/account', PRESS), 200);
  const proof = await visitor.send('POST', '/step-up', PRESS);
  expectThat(proof.sessionCookie !== null, 'a reauthentication gives no new cookie');
  expectReply(await visitor.send('POST', '/pay', PRESS), 200);
  site.clock.advance(5 * 60_000);
  expectReply(await visitor.send('POST', '/pay', PRESS), 401, 'authentication_too_old');
}

async function areaOperation(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const before = site.ran.length;
  expectReply(await visitor.send('POST', '/admin/pay', PRESS), 401, 'assurance_too_low');
  expectNotReached(site, before);
  await visitor.send('POST', '/step-up', PRESS);
  expectReply(await visitor.send('POST', '/admin/pay', PRESS), 200);
}

async function lease(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  expectReply(await visitor.send('POST', '/export', PRESS), 200);
  site.clock.advance(30 * 60_000);
  expectReply(await visitor.send('GET', '/account', POLL), 200);
  site.clock.advance(10 * 60_000);
  expectReply(await visitor.send('GET', '/account', POLL), 401, 'idle_timeout');
}

async function condition(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const before = visitor.cookies.get(COOKIE);
  expectReply(await visitor.send('POST', '/promote', PRESS), 200);
  expectThat(visitor.cookies.get(COOKIE) !== before, 'a privilege that rose gives no new cookie');
  site.clock.advance(5 * 60_000);
  expectReply(await visitor.send('GET', '/account', PRESS), 401, 'idle_timeout');
}

async function userAgent(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  expectReply(await visitor.send('GET', '/account', { ...PRESS, 'user-agent': 'stolen/1' }), 401, 'user_agent_changed');
}
