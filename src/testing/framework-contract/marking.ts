import { expectSame } from '../store-contract/check.js';
import { expectCookieKept, expectReply, type FrameworkCaseDefinition } from './case.js';
import type { Site } from './site.js';
import { CLICK, type Headers, POLL, PRESS } from './visitor.js';

/** A link that somebody follows in a browser that does not say `Sec-Fetch-User`. */
const SAFARI: Headers = {
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'same-origin',
  'user-agent': 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15',
};

const LOCAL = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

export const MARKING: readonly FrameworkCaseDefinition[] = [
  { name: 'activity: a click and a marked request extend', run: extending },
  { name: 'activity: a poll, a prefetch and an unmarked request do not, and touch no cookie', run: notExtending },
  { name: 'address: is the connection\u2019s, whatever a client claims', needs: 'remoteAddress', run: forged },
  {
    name: 'address: is told by a proxy that is trusted, and a new one is a challenge',
    needs: 'remoteAddress',
    options: { trustProxies: ['127.0.0.0/8', '::1'] },
    run: proxied,
  },
];

async function extending(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  for (const headers of [CLICK, PRESS, { accept }, CLICK]) {
    site.clock.advance(10 * 60_000);
    expectReply(await visitor.send('GET', '/account', headers), 200);
  }
  const inSafari = site.visitor();
  await inSafari.send('POST', '/login', { ...PRESS, 'user-agent': SAFARI['user-agent'] as string });
  for (let round = 0; round < 3; round++) {
    site.clock.advance(10 * 60_000);
    expectReply(await inSafari.send('GET', '/account', { ...SAFARI, accept }), 200);
  }
}

async function notExtending(site: Site): Promise<void> {
  const unmarked: readonly (readonly [string, Headers])[] = [
    ['/account', POLL],
    ['/account', { 'sec-fetch-mode': 'cors' }],
    ['/account', {}],
    ['/account', { ...CLICK, 'sec-purpose': 'prefetch;prerender' }],
    ['/account', { ...PRESS, purpose: 'prefetch' }],
    ['/account', { accept: 'text/html', 'sec-fetch-mode': 'navigate' }],
    ['/poll', PRESS],
    ['/poll?since=1', CLICK],
  ];
  for (const [path, headers] of unmarked) {
    const visitor = await site.loggedIn();
    site.clock.advance(10 * 60_000);
    const reply = await visitor.send('GET', path, headers);
    expectReply(reply, 200);
    expectSame(reply.json()['activity'], 'background', `whose doing ${path} is, with ${JSON.stringify(headers)}`);
    site.clock.advance(5 * 60_000);
    const late = await visitor.send('GET', '/account', POLL);
    expectReply(late, 401, 'idle_timeout');
    for (const one of [reply, late]) expectCookieKept(one);
  }
}

async function forged(site: Site): Promise<void> {
  const visitor = await site.loggedIn();
  const claims = ['x-forwarded-for', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip'];
  const forwarded = {
    forwarded: 'for=203.0.113.7',
    ...Object.fromEntries(claims.map((name) => [name, '203.0.113.7'])),
  };
  const reply = await visitor.send('GET', '/account', { ...PRESS, ...forwarded });
  expectReply(reply, 200);
  expectSame(LOCAL.includes(String(reply.json()['ip'])), true, `whether ${reply.json()['ip']} is the connection's`);
}

async function proxied(site: Site): Promise<void> {
  const visitor = site.visitor();
  const from = (address: string | readonly string[]) => ({ ...PRESS, 'x-forwarded-for': address });
  await visitor.send('POST', '/login', from('203.0.113.7'));
  for (const address of ['203.0.113.7', '198.51.100.1, 203.0.113.7', ['198.51.100.1', '203.0.113.7, 127.0.0.1']]) {
    const reply = await visitor.send('GET', '/account', from(address));
    expectReply(reply, 200);
    expectSame(reply.json()['ip'], '203.0.113.7', `the address behind ${address}`);
  }
  expectReply(await visitor.send('GET', '/account', from('198.51.100.1')), 401, 'ip_changed');
}
