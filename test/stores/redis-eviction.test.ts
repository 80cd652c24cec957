import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src/engine/index.js';
import { definePolicy } from '../../src/index.js';
import { redisStore } from '../../src/stores/redis.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';

const LIMITS = { idleTimeout: '15m', absoluteTimeout: '8h' } as const;
const REFUSED = { code: 'store_unavailable', message: expect.stringContaining('maxmemory-policy') };

describeWith(REDIS, 'redisStore on a server that makes room for others', () => {
  let server: RedisServer;
  let client: Redis;
  let engine: Engine;
  let limited: Engine;
  beforeAll(async () => {
    server = await startRedis({ args: ['--maxmemory', '100mb'] });
    client = new Redis(server.port, '127.0.0.1');
    const store = redisStore(client);
    engine = createEngine({ policy: definePolicy({ id: 'many', ...LIMITS }), store, purgeEvery: 0 });
    const concurrency = { maxSessions: 1, onExceed: 'refuse' } as const;
    limited = createEngine({ policy: definePolicy({ id: 'one', ...LIMITS, concurrency }), store, purgeEvery: 0 });
  });
  afterAll(async () => {
    await Promise.all([engine.close(), limited.close()]);
    client.disconnect();
    await server.stop();
  });
  beforeEach(() => server.ask('FLUSHALL'));

  /** A session whose bucket of the index was evicted, which an index that nobody lists soon is. */
  async function unlisted(policy: string) {
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', policy);
    const login = await engine.start({ subject: 'alice' });
    if (login.effect !== 'permit') throw new Error('a login needs no list');
    const [bucket = ''] = await client.keys('curfew:.*');
    await client.unlink(bucket);
    return login;
  }

  describe.each(['allkeys-lru', 'allkeys-random'])('by %s', (policy) => {
    it('does not claim that every session has ended, nor that a limit is kept', async () => {
      const { handle } = await unlisted(policy);
      expect((await engine.access(handle, { activity: 'background' })).effect).toBe('permit');
      expect(await engine.endAll('alice')).toMatchObject({ effect: 'indeterminate', ended: [] });
      expect((await engine.list('alice')).effect).toBe('indeterminate');
      expect((await limited.start({ subject: 'alice' })).effect).toBe('indeterminate');
    });

    it('says what to set', async () => {
      await unlisted(policy);
      await expect(redisStore(client).listBySubject('alice')).rejects.toMatchObject(REFUSED);
      const codes = (await redisStore(client).checkServer()).map(({ code }) => code);
      expect(codes).toEqual(['evicts_sessions', 'evicts_index', 'forgets_at_restart']);
    });
  });

  it.each(['volatile-lru', 'noeviction'])('lists under %s, which takes no bucket', async (policy) => {
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', policy);
    const { session } = (await engine.start({ subject: 'alice' })) as { session: { id: string } };
    expect(await redisStore(client).listBySubject('alice')).toMatchObject([{ id: session.id }]);
    expect((await redisStore(client).checkServer()).map(({ code }) => code)).not.toContain('evicts_index');
  });

  it('lists where there is no limit that anything is evicted at, and where the server does not say', async () => {
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    await server.ask('CONFIG', 'SET', 'maxmemory', '0');
    await engine.start({ subject: 'alice' });
    expect(await redisStore(client).listBySubject('alice')).toHaveLength(1);
    await server.ask('CONFIG', 'SET', 'maxmemory', '100mb');
    await server.ask('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all', '-info');
    const app = new Redis({ port: server.port, username: 'app', password: 'secret' });
    expect(await redisStore(app).listBySubject('alice')).toHaveLength(1);
    app.disconnect();
  });
});
