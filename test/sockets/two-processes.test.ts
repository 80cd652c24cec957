import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src/engine/index.js';
import { byId } from '../../src/engine/question.js';
import { redisStore } from '../../src/stores/redis.js';
import { login } from '../engine/support.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { boundSocket, closeOf, policyOfProcesses, startSocketServer } from './two-processes.js';

const TRIALS = 50;

describeWith(REDIS, 'a socket in another process', () => {
  let redis: RedisServer;
  let client: Redis;
  let engine: Engine;
  let server: Awaited<ReturnType<typeof startSocketServer>>;

  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => 20 });
    client.on('error', () => undefined);
    await client.connect();
    engine = createEngine({ policy: policyOfProcesses, store: redisStore(client), purgeEvery: 0 });
    server = await startSocketServer(redis.port);
  });

  afterAll(async () => {
    await server?.stop();
    client?.disconnect();
    await redis?.stop();
  });

  it('is closed with the reason when its session is revoked here, every time', async () => {
    for (let trial = 0; trial < TRIALS; trial++) {
      const { handle, session } = await login(engine);
      const socket = await boundSocket(server.port, handle);
      const closed = closeOf(socket);
      await engine.end(byId(session.id), { code: 'account_disabled' });
      expect((await closed).said).toBe('4401 account_disabled');
    }
  });

  it('is closed by `endAll`, as are all of the subject’s, and nobody else’s', async () => {
    const mine = await Promise.all(Array.from({ length: 10 }, () => login(engine, { subject: 'bob' })));
    const other = await login(engine, { subject: 'carol' });
    const sockets = await Promise.all(mine.map(({ handle }) => boundSocket(server.port, handle)));
    const bystander = await boundSocket(server.port, other.handle);
    const closed = Promise.all(sockets.map(closeOf));
    await engine.endAll('bob');
    expect((await closed).map(({ said }) => said)).toEqual(sockets.map(() => '4401 logout'));
    expect(bystander.readyState).toBe(bystander.OPEN);
    bystander.terminate();
  });

  it('is closed with 1013 when Redis has been killed: nobody can tell', async () => {
    const { handle } = await login(engine);
    const socket = await boundSocket(server.port, handle);
    const closed = closeOf(socket);
    await redis.kill();
    expect((await closed).said).toMatch(/^1013 store_(?:unavailable|timeout)$/);
  });
});
