import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster, createSentinel } from 'redis';
import { type IoredisClient, type NodeRedisClient, redisStore } from '../../src/stores/redis.js';
import type { StoreFixture } from '../../src/testing/store-contract.js';
import type { RedisClusterServers } from '../servers/redis-cluster.js';
import type { SentinelServers } from '../servers/redis-sentinel.js';

/** A client of one of the libraries, as somebody would set it up who does not want requests to hang. */
export interface OpenClient {
  readonly client: IoredisClient | NodeRedisClient;
  close(): Promise<void>;
}

/** How a library is made to connect to one server. */
export interface ClientKind {
  readonly name: string;
  /** The protocol that the library would take by itself; what does not depend on it is tried with that one only. */
  readonly isDefault: boolean;
  connect(port: number): Promise<OpenClient>;
  /** A client whose server is not there. */
  unreachable(): OpenClient;
}

/** Nobody listens there. */
const CLOSED_PORT = 1;
const ignore = () => {};

export const SINGLE_CLIENTS: readonly ClientKind[] = [nodeRedis(3), nodeRedis(2), ioredis(3), ioredis(2)];

function nodeRedis(version: 2 | 3): ClientKind {
  const create = (port: number) => {
    const client = createClient({
      socket: { host: '127.0.0.1', port, reconnectStrategy: 20 },
      disableOfflineQueue: true,
      RESP: version,
    });
    return client.on('error', ignore);
  };
  return {
    name: `node-redis, RESP${version}`,
    isDefault: version === 3,
    async connect(port) {
      const client = await create(port).connect();
      return { client, close: async () => client.destroy() };
    },
    unreachable: () => ({ client: create(CLOSED_PORT), close: async () => {} }),
  };
}

function ioredis(version: 2 | 3): ClientKind {
  const create = (port: number) => {
    const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: () => 20, lazyConnect: true };
    const client = new Redis({ host: '127.0.0.1', port, protocol: version, ...options });
    client.on('error', ignore);
    return client;
  };
  return {
    name: `ioredis, RESP${version}`,
    isDefault: version === 3,
    async connect(port) {
      const client = create(port);
      await client.connect();
      return { client, close: async () => client.disconnect() };
    },
    unreachable() {
      const client = create(CLOSED_PORT);
      return { client, close: async () => client.disconnect() };
    },
  };
}

/** How a library is made to connect to a Cluster. */
export interface ClusterKind {
  readonly name: string;
  connect(servers: RedisClusterServers): Promise<OpenClient>;
}

export const CLUSTER_CLIENTS: readonly ClusterKind[] = [
  {
    name: 'node-redis',
    async connect({ primaries }) {
      const rootNodes = primaries.map(({ url }) => ({ url }));
      const cluster = createCluster({
        rootNodes,
        defaults: { disableOfflineQueue: true, socket: { reconnectStrategy: 20 } },
      });
      cluster.on('error', ignore);
      cluster.on('node-error', ignore);
      await cluster.connect();
      return { client: cluster, close: async () => cluster.destroy() };
    },
  },
  {
    name: 'ioredis',
    async connect({ primaries }) {
      const nodes = primaries.map(({ port }) => ({ host: '127.0.0.1', port }));
      const cluster = new Cluster(nodes, {
        lazyConnect: true,
        slotsRefreshInterval: 500,
        clusterRetryStrategy: () => 20,
      });
      cluster.on('error', ignore);
      await cluster.connect();
      return { client: cluster, close: async () => cluster.disconnect() };
    },
  },
];

/** How a library is made to ask Sentinels for the primary. */
export interface SentinelKind {
  readonly name: string;
  connect(servers: SentinelServers): Promise<OpenClient>;
}

export const SENTINEL_CLIENTS: readonly SentinelKind[] = [
  {
    name: 'node-redis',
    async connect({ name, sentinels }) {
      const sentinelRootNodes = [...sentinels];
      const client = createSentinel({ name, sentinelRootNodes, scanInterval: 200 });
      client.on('error', ignore);
      await client.connect();
      return { client, close: async () => client.destroy() };
    },
  },
  {
    name: 'ioredis',
    async connect({ name, sentinels }) {
      const options = { lazyConnect: true, maxRetriesPerRequest: 0 };
      const client = new Redis({ name, sentinels: [...sentinels], retryStrategy: () => 50, ...options });
      client.on('error', ignore);
      await client.connect();
      return { client, close: async () => client.disconnect() };
    },
  },
];

/** The names of stores that have been given out, so that no case meets what another one left. */
let given = 0;

/** How one fixture gets what it needs. */
export interface FixtureOptions {
  connect(): Promise<OpenClient>;
  unreachable?(): OpenClient;
  /** Sends a command to the server that has the key, from outside. */
  ask(key: string, ...words: string[]): Promise<unknown>;
  cut(): Promise<void>;
}

/** What the contract is tried with: two clients on one prefix, one of them on another prefix too. */
export async function redisFixture({ connect, unreachable, ask, cut }: FixtureOptions): Promise<StoreFixture> {
  given += 1;
  const prefix = `t${given}[*]{a:`;
  const [one, other] = await Promise.all([connect(), connect()]);
  const away = unreachable?.();
  const damaged = (value: string) => async (id: string) => void (await ask(prefix + id, 'SET', prefix + id, value));
  return {
    store: redisStore(one.client, { prefix, buckets: 16 }),
    secondStore: redisStore(other.client, { prefix, buckets: 16 }),
    otherStore: redisStore(one.client, { prefix: `t${given}[*]{a:b:`, buckets: 16 }),
    damages: [
      damaged(''),
      damaged('garbage'),
      damaged('{"cookie":{"maxAge":1}}'),
      damaged('0,1,alice\0record'),
      damaged('x,1,alice\0record'),
      damaged('1,,alice\0record'),
      damaged('1,zzzzzzzzzzzzzzzz,alice\0record'),
      damaged('1,1,alice'),
      async (id) => {
        await ask(prefix + id, 'DEL', prefix + id);
        await ask(prefix + id, 'RPUSH', prefix + id, 'a');
      },
    ],
    ...(away && { unreachable: redisStore(away.client) }),
    cut,
    close: async () => {
      await Promise.all([one.close(), other.close(), away?.close()]);
    },
  };
}
