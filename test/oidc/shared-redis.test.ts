import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { byId, createEngine, type Engine } from '../../src/engine/index.js';
import { backChannelLogout, redisValues, rememberingSids, sidsIn, singleSignOn } from '../../src/oidc/index.js';
import { redisStore } from '../../src/stores/redis.js';
import { login, policyWith, USER } from '../engine/support.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { until } from '../servers/until.js';
import { aToken, CLIENT, ISSUER, KEYS, posted } from './tokens.js';

const ORGANISATION = policyWith({ id: 'organisation', singleSignOn: { activityFrom: ['mail'] } });

describeWith(REDIS, 'two applications on one Redis', () => {
  let server: RedisServer;
  const closing: (() => Promise<unknown> | unknown)[] = [];
  beforeAll(async () => {
    server = await startRedis({ appendOnly: true });
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => server.stop());

  /** One process of an application: its own connection, its own engines. */
  async function aProcess(name: string, cache = false) {
    const client = createClient({ url: server.url, disableOfflineQueue: true }).on('error', () => undefined);
    await client.connect();
    closing.push(() => client.destroy());
    const make = (prefix: string, policy = policyWith({ id: name })): Engine => {
      const engine = createEngine({
        policy,
        store: redisStore(client, { prefix }),
        cache,
        purgeEvery: 0,
        storeTimeout: '500ms',
      });
      closing.push(() => engine.close());
      return engine;
    };
    const organisation = make('organisation:', ORGANISATION);
    const sids = sidsIn(redisValues(client));
    const application = rememberingSids(make(`${name}:`), sids);
    const engine = singleSignOn({ organisation, application });
    const keys = { issuer: ISSUER, audience: CLIENT, keys: KEYS };
    const logout = backChannelLogout({ engine: [engine, organisation], ...keys, sids, used: redisValues(client) });
    return { client, organisation, engine, logout };
  }

  async function loggedIn(one: { readonly engine: Engine }, other: { readonly engine: Engine }) {
    const first = await login(one.engine, { attributes: { iss: ISSUER, sid: crypto.randomUUID() } });
    const attributes = { organisation: String(first.session.attributes['organisation']) };
    return { first, second: await login(other.engine, { attributes }) };
  }

  const commands = async (ask: () => Promise<unknown>) => {
    const processed = async () => Number(/total_commands_processed:(\d+)/.exec(await server.ask('INFO', 'stats'))?.[1]);
    const before = await processed();
    await ask();
    // the question itself counts as one
    return (await processed()) - before - 1;
  };

  it('asks Redis twice for a request, however many come at once, and with a cache not at all', async () => {
    const [mail, wiki] = [await aProcess('mail'), await aProcess('wiki')];
    const { second } = await loggedIn(mail, wiki);
    await wiki.engine.access(second.handle, USER);
    const together = () => Promise.all(Array.from({ length: 50 }, () => wiki.engine.access(second.handle, USER)));
    expect(await commands(together)).toBeLessThanOrEqual(4);
    const cached = await aProcess('wiki', true);
    await until('it is served from memory', async () => {
      await cached.engine.access(second.handle, USER);
      return (await commands(() => cached.engine.access(second.handle, USER))) === 0;
    });
  });

  it('has what ends in one process refused in another at once, and within milliseconds with a cache', async () => {
    const [mail, wiki] = [await aProcess('mail'), await aProcess('wiki', true)];
    const taken: number[] = [];
    for (let round = 0; round < 50; round++) {
      const { first, second } = await loggedIn(mail, wiki);
      expect((await wiki.engine.access(second.handle, USER)).effect).toBe('permit');
      await mail.engine.end(first.handle);
      const from = performance.now();
      while ((await wiki.engine.access(second.handle, USER)).effect === 'permit') await new Promise(setImmediate);
      taken.push(performance.now() - from);
    }
    taken.sort((a, b) => a - b);
    console.log(
      `from a logout to the refusal elsewhere: median ${taken[25]?.toFixed(2)} ms, worst ${taken[49]?.toFixed(2)} ms`,
    );
    expect(taken[25]).toBeLessThan(100);
  });

  it('refuses a logout token in one process that another has used', async () => {
    const [mail, wiki] = [await aProcess('mail'), await aProcess('mail')];
    const token = await aToken({}, {}, Date.now());
    expect((await mail.logout(posted({ logout_token: token }))).status).toBe(200);
    expect((await wiki.logout(posted({ logout_token: token }))).status).toBe(400);
  });

  it('lets nobody in and ends nothing while Redis is gone, and goes on when it is back', async () => {
    const [mail, wiki] = [await aProcess('mail'), await aProcess('wiki')];
    const { first, second } = await loggedIn(mail, wiki);
    const sid = String(first.session.attributes['sid']);
    const token = await aToken({ sub: undefined, sid }, {}, Date.now());
    await server.kill();
    for (const answer of [await mail.engine.access(first.handle, USER), await wiki.engine.peek(second.handle)]) {
      expect(answer.effect).toBe('indeterminate');
    }
    expect((await mail.engine.end(first.handle)).effect).toBe('indeterminate');
    expect((await mail.engine.start({ subject: 'alice' })).effect).toBe('indeterminate');
    expect((await mail.logout(posted({ logout_token: token }))).status).toBe(503);
    await server.start();
    await until('it is back', async () => (await mail.engine.peek(first.handle)).effect === 'permit');
    await until('for the other too', async () => (await wiki.engine.access(second.handle, USER)).effect === 'permit');
    expect((await mail.logout(posted({ logout_token: token }))).status).toBe(200);
    expect((await wiki.engine.access(second.handle, USER)).effect).toBe('deny');
    expect((await mail.organisation.peek(byId(String(first.session.attributes['organisation'])))).effect).toBe('deny');
  });
});
