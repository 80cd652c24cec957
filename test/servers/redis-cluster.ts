import { askRedis } from './ask-redis.js';
import { type RedisServer, startRedis } from './redis-server.js';
import { until } from './until.js';

const SLOTS = 16_384;

/** A Redis Cluster of the test's own. */
export interface RedisClusterServers {
  readonly primaries: readonly RedisServer[];
  readonly replicas: readonly RedisServer[];
  stop(): Promise<void>;
}

/** Starts three primaries and, if asked, a replica for each, and waits until all agree that the Cluster is well. */
export async function startCluster({ replicas = 0 }: { readonly replicas?: 0 | 1 } = {}): Promise<RedisClusterServers> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-replica-validity-factor', '0'];
  const servers: RedisServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (let index = 0; index < 3 + 3 * replicas; index++) servers.push(await startRedis({ args }));
    const primaries = servers.slice(0, 3);
    const others = servers.slice(3);
    await assemble(servers, primaries);
    for (const [index, replica] of others.entries()) {
      await follow(replica, primaries[index % primaries.length] as RedisServer);
    }
    await until('every node finds the cluster well', async () => {
      const states = await Promise.all(servers.map((server) => server.ask('CLUSTER', 'INFO')));
      return states.every((state) => state.includes('cluster_state:ok'));
    });
    return { primaries, replicas: others, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(servers: readonly RedisServer[], primaries: readonly RedisServer[]): Promise<void> {
  const share = Math.ceil(SLOTS / primaries.length);
  for (const [index, { port }] of primaries.entries()) {
    const last = Math.min(SLOTS, (index + 1) * share) - 1;
    await askRedis(port, ['CLUSTER', 'ADDSLOTSRANGE', String(index * share), String(last)]);
    await askRedis(port, ['CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1)]);
  }
  // each is told of each: by hearsay it takes them seconds
  for (const server of servers) {
    for (const { port } of servers)
      if (port !== server.port) await server.ask('CLUSTER', 'MEET', '127.0.0.1', String(port));
  }
  await until('every node knows every other', async () => {
    const lists = await Promise.all(servers.map((server) => server.ask('CLUSTER', 'NODES')));
    return lists.every((list) => list.match(/ connected/g)?.length === servers.length && !list.includes('handshake'));
  });
}

async function follow(replica: RedisServer, primary: RedisServer): Promise<void> {
  await replica.ask('CLUSTER', 'REPLICATE', await primary.ask('CLUSTER', 'MYID'));
  await until('the replica is in step', async () => {
    return (await replica.ask('INFO', 'replication')).includes('master_link_status:up');
  });
}
