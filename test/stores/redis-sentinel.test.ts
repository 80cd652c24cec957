import { afterAll, beforeAll, describe, it } from 'vitest';
import { storeContract } from '../../src/testing/store-contract.js';
import { askRedis } from '../servers/ask-redis.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type SentinelServers, startSentinels } from '../servers/redis-sentinel.js';
import { redisFixture, SENTINEL_CLIENTS } from './redis-clients.js';

describeWith(REDIS, 'redisStore behind Sentinels', () => {
  let servers: SentinelServers;
  beforeAll(async () => {
    servers = await startSentinels();
  });
  afterAll(() => servers.stop());

  describe.each(SENTINEL_CLIENTS)('with $name', (kind) => {
    const makeStore = () =>
      redisFixture({
        connect: () => kind.connect(servers),
        ask: async (_key, ...words) => askRedis(await servers.primaryPort(), words),
        async cut() {
          for (const type of ['normal', 'pubsub']) {
            await askRedis(await servers.primaryPort(), ['CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes']);
          }
        },
      });
    const without = { unreachable: 'a client whose Sentinels cannot be reached is not made, it fails to connect' };
    for (const { name, run } of storeContract({ makeStore, removal: 'expiry', without, runs: 10 })) it(name, run);
  });
});
