import { afterAll, beforeAll, describe, it } from 'vitest';
import { storeContract } from '../../src/testing/store-contract.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisClusterServers, startCluster } from '../servers/redis-cluster.js';
import { CLUSTER_CLIENTS, redisFixture } from './redis-clients.js';

describeWith(REDIS, 'redisStore on a Cluster', () => {
  let servers: RedisClusterServers;
  beforeAll(async () => {
    servers = await startCluster();
  });
  afterAll(() => servers.stop());

  /** Asks the primary that has the key, by asking each: the others answer MOVED. */
  const ask = async (_key: string, ...words: string[]) => {
    const answers = await Promise.all(servers.primaries.map((server) => server.ask(...words).catch(() => null)));
    if (answers.every((answer) => answer === null)) throw new Error('no primary has the key');
  };

  describe.each(CLUSTER_CLIENTS)('with $name', (kind) => {
    const makeStore = () =>
      redisFixture({
        connect: () => kind.connect(servers),
        ask,
        async cut() {
          for (const type of ['normal', 'pubsub']) {
            await Promise.all(
              servers.primaries.map((server) => server.ask('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes')),
            );
          }
        },
      });
    const without = { unreachable: 'a client of a Cluster that cannot be reached is not made, it fails to connect' };
    for (const { name, run } of storeContract({ makeStore, removal: 'expiry', without, runs: 10 })) it(name, run);
  });
});
