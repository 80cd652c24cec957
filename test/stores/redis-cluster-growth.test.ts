import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope, Watch } from '../../src/engine/ports.js';
import { redisStore } from '../../src/stores/redis.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisClusterServers, startCluster } from '../servers/redis-cluster.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { until } from '../servers/until.js';
import { CLUSTER_CLIENTS, type OpenClient } from './redis-clients.js';

const ID = `Ab-_${'0'.repeat(18)}`;
const KEY = `curfew:${ID}`;
const FIRST: Envelope = { id: ID, subject: 'alice', record: 'first', revision: 1, purgeAt: Date.now() + 3_600_000 };
const NEXT: Envelope = { ...FIRST, record: 'next', revision: 2 };

/** What a watch was told, and how its checks went, in order. */
interface Watched {
  readonly watch: Watch;
  readonly heard: string[];
}

describeWith(REDIS, 'redisStore on a Cluster that is given another primary', () => {
  let servers: RedisClusterServers;
  let fourth: RedisServer;
  let opened: OpenClient[];
  beforeEach(async () => {
    opened = [];
    servers = await startCluster();
    fourth = await joined(servers);
  });
  afterEach(async () => {
    for (const { close } of opened) await close();
    await fourth.stop();
    await servers.stop();
  });

  describe.each(CLUSTER_CLIENTS)('with $name', (kind) => {
    async function scene() {
      opened.push(await kind.connect(servers), await kind.connect(servers));
      const [here, elsewhere] = opened.map(({ client }) => redisStore(client)) as [Store, Store];
      await elsewhere.create(FIRST);
      const heard: string[] = [];
      const watch = await here.watch?.({ changed: (id) => heard.push(id), lost: () => heard.push('lost') });
      if (watch === undefined) throw new Error('a Cluster can be watched');
      await watch.check();
      return { here, elsewhere, watched: { watch, heard } };
    }

    it('tells that something was lost, when a session moved there and was ended before anybody listened', async () => {
      const { here, elsewhere, watched } = await scene();
      await begin(servers, fourth);
      await finish(servers, fourth);
      expect(await elsewhere.replace([NEXT], { announce: true })).toEqual(['written']);
      // the client of this one learns of the move, as it would by any request
      expect(await here.load([ID])).toEqual([NEXT]);
      await untilPassed(watched);
      expect(watched.heard).toEqual(['lost']);
      expect(await elsewhere.replace([{ ...NEXT, revision: 3 }], { announce: true })).toEqual(['written']);
      await watched.watch.check();
      expect(watched.heard).toEqual(['lost', ID]);
      await watched.watch.close();
    });

    it('fails its check while a session may be ended on a primary that nobody listens to yet', async () => {
      const { here, watched } = await scene();
      await begin(servers, fourth);
      await expect(watched.watch.check()).rejects.toMatchObject({ code: 'store_unavailable' });
      await finish(servers, fourth);
      expect(await here.load([ID])).toEqual([FIRST]);
      await untilPassed(watched);
      expect(watched.heard).toEqual(['lost']);
      await watched.watch.close();
    });
  });
});

type Store = ReturnType<typeof redisStore>;

/** A check that fails keeps everybody from trusting what they have; the first that passes must not come unannounced. */
async function untilPassed({ watch }: Watched): Promise<void> {
  await until(
    'a check passes',
    () =>
      watch.check().then(
        () => true,
        () => false,
      ),
    20_000,
  );
}

async function joined({ primaries }: RedisClusterServers): Promise<RedisServer> {
  const server = await startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'] });
  for (const { port } of primaries) {
    await server.ask('CLUSTER', 'MEET', '127.0.0.1', String(port));
  }
  await until(
    'every node knows the new one',
    async () => {
      const lists = await Promise.all([server, ...primaries].map((one) => one.ask('CLUSTER', 'NODES')));
      const isKnown = lists.every((list) => list.match(/ connected/g)?.length === 4 && !list.includes('handshake'));
      return isKnown && (await server.ask('CLUSTER', 'INFO')).includes('cluster_state:ok');
    },
    20_000,
  );
  return server;
}

async function ownerOf({ primaries }: RedisClusterServers): Promise<RedisServer> {
  const slot = Number(await primaries[0]?.ask('CLUSTER', 'KEYSLOT', KEY));
  const share = Math.ceil(16_384 / primaries.length);
  return primaries[Math.floor(slot / share)] as RedisServer;
}

/** The slot of the session is about to move, and the session has moved: as `redis-cli --cluster reshard` does it. */
async function begin(servers: RedisClusterServers, target: RedisServer): Promise<void> {
  const owner = await ownerOf(servers);
  const slot = await owner.ask('CLUSTER', 'KEYSLOT', KEY);
  await target.ask('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await owner.ask('CLUSTER', 'MYID'));
  await owner.ask('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await target.ask('CLUSTER', 'MYID'));
  await owner.ask('MIGRATE', '127.0.0.1', String(target.port), KEY, '0', '5000');
}

async function finish(servers: RedisClusterServers, target: RedisServer): Promise<void> {
  const slot = await target.ask('CLUSTER', 'KEYSLOT', KEY);
  const id = await target.ask('CLUSTER', 'MYID');
  for (const server of [target, ...servers.primaries]) await server.ask('CLUSTER', 'SETSLOT', slot, 'NODE', id);
}
