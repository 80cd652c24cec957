import { beforeAll, expect, it } from 'vitest';
import { onSite } from '../../src/testing/framework-contract/site.js';
import { CLICK, COOKIE, type Headers, POLL, PRESS, type Reply } from '../../src/testing/framework-contract/visitor.js';
import type { FrameworkContractOptions } from '../../src/testing/framework-contract.js';
import { APPS } from './apps/all.js';

const PATHS = ['/account', '/read', '/poll', '/admin/report', '/admin/at-once', '/open', '/session', '/session/all'];
const POSTS = ['/pay', '/export', '/admin/pay', '/session/extend', '/session/nothing', '/step-up', '/logout'];
const KINDS: Readonly<Record<string, Headers>> = {
  click: CLICK,
  press: PRESS,
  poll: POLL,
  'cross-site': { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  prefetch: { ...CLICK, 'sec-purpose': 'prefetch' },
  nonsense: { ...PRESS, cookie: `${COOKIE}=nonsense` },
  long: { ...PRESS, cookie: `${COOKIE}=${'x'.repeat(300)}` },
  both: { ...PRESS, authorization: 'Bearer x' },
  other: { ...PRESS, 'user-agent': 'other/1' },
};
const MINUTES = [0, 6, 16, 121];

/** What Curfew has said in a reply: its status, its headers, and the body where it is a refusal or a status. */
function told(reply: Reply): unknown {
  const names = ['curfew-session', 'www-authenticate', 'location', 'clear-site-data', 'retry-after', 'allow'];
  const cookie = reply.sessionCookie?.replace(/=[^;]+/, '=...') ?? null;
  const type = reply.header('content-type')?.split(';')[0] ?? null;
  const isJson = type?.includes('json') === true && reply.status !== 303;
  const body = isJson ? reply.body.replace(/"(?:id|ip|tag)":"[^"]*"/g, '') : null;
  const headers = names.map((name) => reply.header(name)?.replace(/\btag=[^,]+/, 'tag=...') ?? null);
  return [reply.status, cookie, ...headers, body];
}

/** Every kind of request to every route, at every age of the session, in the order of the table. */
async function replay(makeApp: FrameworkContractOptions['makeApp']): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  await onSite({ makeApp }, {}, async (site) => {
    for (const minutes of MINUTES) {
      for (const [kind, headers] of Object.entries(KINDS)) {
        for (const path of [...PATHS, ...POSTS]) {
          const visitor = await site.loggedIn();
          site.clock.advance(minutes * 60_000);
          const method = POSTS.includes(path) ? 'POST' : 'GET';
          const reply = await visitor.send(method, path, headers);
          // another list for each request: the sessions of those before are not what is compared
          await site.engine.endAll('alice');
          answers[`${kind} ${method} ${path} after ${minutes} min`] = told(reply);
        }
      }
    }
  });
  return answers;
}

let expected: Record<string, unknown>;
beforeAll(async () => {
  expected = await replay(APPS.fetch);
});

it('the table holds every kind of answer', () => {
  const statuses = new Set(Object.values(expected).map((answer) => (answer as unknown[])[0]));
  expect([...statuses].sort()).toEqual([200, 303, 400, 401, 403, 404]);
  expect(Object.keys(expected)).toHaveLength(MINUTES.length * Object.keys(KINDS).length * 15);
});

it.each(Object.entries(APPS))('every request of the table is answered alike by %s', async (_, makeApp) => {
  expect(await replay(makeApp)).toEqual(expected);
});
