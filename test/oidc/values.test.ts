import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NEVER } from '../../src/index.js';
import { memoryValues, type RedisValuesClient, redisValues, type SharedValues } from '../../src/oidc/index.js';
import { manualClock } from '../../src/testing/index.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { until } from '../servers/until.js';

const HOUR = 3_600_000;

async function keepsValues(values: SharedValues) {
  expect(await values.get('nothing')).toBeNull();
  await values.set('one', 'ünïcødé "quoted"', Date.now() + HOUR);
  expect(await values.get('one')).toBe('ünïcødé "quoted"');
  await values.set('one', 'two', NEVER);
  expect(await values.get('one')).toBe('two');
}

it('memory keeps values until their instant, and not at it', async () => {
  const clock = manualClock(1_000);
  const values = memoryValues({ clock });
  await keepsValues(values);
  await values.set('short', 'x', 2_000);
  clock.advance(999);
  expect(await values.get('short')).toBe('x');
  clock.advance(1);
  expect(await values.get('short')).toBeNull();
});

it('memory lets go of what is over first, then of what is oldest, and never grows', async () => {
  const clock = manualClock(0);
  const values = memoryValues({ clock, most: 100 });
  for (let one = 0; one < 50; one++) await values.set(`short-${one}`, 'x', 10);
  for (let one = 0; one < 50; one++) await values.set(`long-${one}`, 'x', 1_000);
  clock.advance(10);
  await values.set('next', 'x', 1_000);
  expect(await values.get('long-0')).toBe('x');
  for (let one = 0; one < 1_000; one++) await values.set(`more-${one}`, 'x', 1_000);
  expect(await values.get('long-0')).toBeNull();
  expect(await values.get('more-999')).toBe('x');
  const left = await Promise.all(Array.from({ length: 1_000 }, (_, one) => values.get(`more-${one}`)));
  const kept = left.filter((value) => value !== null).length;
  expect(kept).toBeLessThanOrEqual(100);
  expect(kept).toBeGreaterThan(80);
});

describeWith(REDIS, 'values in Redis', () => {
  let server: RedisServer;
  const open: (() => void)[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    for (const close of open) close();
    await server.stop();
  });
  const clients: Record<string, () => Promise<RedisValuesClient>> = {
    redis: async () => {
      const client = createClient({ url: server.url, disableOfflineQueue: true }).on('error', () => undefined);
      open.push(() => client.destroy());
      return client.connect();
    },
    ioredis: async () => {
      const client = new Redis(server.port, { maxRetriesPerRequest: 0, enableOfflineQueue: false, lazyConnect: true });
      client.on('error', () => undefined);
      open.push(() => client.disconnect());
      await client.connect();
      return client;
    },
  };

  it.each(Object.keys(clients))('are kept by a client of %s, and Redis removes them', async (name) => {
    const client = await clients[name]?.();
    if (client === undefined) throw new Error('no client');
    await keepsValues(redisValues(client, { prefix: `${name}:` }));
    const values = redisValues(client, { prefix: `${name}:` });
    await values.set('gone', 'x', Date.now() + 30);
    await until('it has gone', async () => (await values.get('gone')) === null);
    expect(Number(await server.ask('PTTL', `${name}:gone`))).toBe(-2);
    expect(Number(await server.ask('PTTL', `${name}:one`))).toBe(-1);
    // one whose time is up already is not kept for ever
    await values.set('late', 'x', Date.now() - 1_000);
    expect(await values.get('late')).toBeNull();
  });

  it('reject with one code where the server is gone, and tell nothing of what was asked', async () => {
    const own = await startRedis();
    const client = createClient({ url: own.url, disableOfflineQueue: true }).on('error', () => undefined);
    await client.connect();
    const other = new Redis(own.port, {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: () => null,
    });
    other.on('error', () => undefined);
    await until('ioredis is there', () => other.status === 'ready');
    await own.stop();
    for (const one of [client, other]) {
      const failed = await redisValues(one)
        .get('secret-name')
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: 'store_unavailable' });
      expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain('secret-name');
    }
    client.destroy();
    other.disconnect();
  });
});
