import { createClient } from 'redis';
import { afterAll, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/index.js';
import { healthFigures, logLine, observers, observing, prometheusText } from '../../src/observe/index.js';
import { redisStore } from '../../src/stores/redis.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { KEY, policy } from './support.js';

describeWith(REDIS, 'with a Redis that is killed', () => {
  let server: RedisServer | null = null;
  afterAll(() => server?.stop());

  it('the log says what happened and names neither the server, its password nor a person', async () => {
    server = await startRedis();
    await server.ask('CONFIG', 'SET', 'requirepass', 'redis-password-1');
    const url = `redis://:redis-password-1@127.0.0.1:${server.port}`;
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
    const lines: string[] = [];
    const health = healthFigures(policy);
    const own = observing({ key: KEY }, (record) => lines.push(JSON.stringify(logLine(record))));
    const observer = observers(health.observer, own);
    const store = redisStore(client);
    const engine = createEngine({ policy, store, observer, storeTimeout: 300, purgeEvery: 0 });
    const login = await engine.start({ subject: 'alice@example.com', context: { ip: '203.0.113.77' } });
    if (login.effect !== 'permit') throw new Error('no session');
    expect((await engine.access(login.handle, { activity: 'user' })).effect).toBe('permit');
    await server.kill();
    const answers = await Promise.all([1, 2, 3].map(() => engine.access(login.handle, { activity: 'user' })));
    expect(new Set(answers.map(({ effect }) => effect))).toEqual(new Set(['indeterminate']));
    await engine.end(login.handle);
    const text = lines.join('\n') + prometheusText(health.figures());
    expect(text).toContain('session_undecided');
    expect(health.latestFault()).toMatchObject({ during: 'answer' });
    expect(health.figures().sessionsEnded).toEqual([]);
    const secrets = ['redis-password-1', '127.0.0.1', String(server.port), 'alice', '203.0.113.77', login.handle];
    for (const secret of secrets) expect(text).not.toContain(secret);
    await engine.close();
    client.destroy();
  });
});
