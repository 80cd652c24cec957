import { idOf } from '../stores/redis/encoding.js';
import { redisStore } from '../stores/redis.js';
import type { LiveStore, LiveStoreOptions } from './live-store.js';

/** The part of `redis` or `ioredis` that is in use here. */
export interface RedisModules {
  readonly createClient?: (options: object) => NodeRedis;
  readonly createCluster?: (options: object) => NodeRedisCluster;
  readonly default: (new (
    url: string,
    options: object,
  ) => Ioredis) & {
    readonly Cluster: new (nodes: readonly string[], options: object) => IoredisCluster;
  };
}

interface NodeRedis {
  connect(): Promise<unknown>;
  disconnect(): unknown;
  on(event: 'error', listener: () => void): unknown;
  sendCommand(words: readonly string[]): Promise<unknown>;
}

interface NodeRedisCluster extends Pick<NodeRedis, 'connect' | 'disconnect' | 'on'> {
  readonly masters: readonly object[];
  nodeClient(node: object): Promise<NodeRedis>;
}

interface Ioredis extends Pick<NodeRedis, 'on'> {
  disconnect(): unknown;
  call(...words: string[]): Promise<unknown>;
}

interface IoredisCluster extends Pick<Ioredis, 'disconnect' | 'on'> {
  call(...words: string[]): Promise<unknown>;
  nodes(role: 'master'): readonly Ioredis[];
}

/** A server, or all primaries of a Cluster, by any client. */
interface Servers {
  /** What the store takes. */
  readonly client: object;
  /** One of each primary: keys lie on one of them only. */
  primaries(): Promise<readonly Send[]>;
  close(): Promise<void>;
}

type Send = (words: string[]) => Promise<unknown>;

const PAGE = 500;
const NAME = /^(?:[A-Za-z0-9_-]{22}|~[0-9a-f]+)$/;

/** Opens Redis; of a Cluster all primaries, whichever node the address is of. */
export async function openRedis(modules: RedisModules, url: string, { prefix }: LiveStoreOptions): Promise<LiveStore> {
  const servers = await serversAt(modules, url);
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  async function* ids() {
    // SCAN may say a key twice
    const seen = new Set<string>();
    for (const send of await servers.primaries()) {
      for await (const keys of scanned(send, pattern)) {
        const names = keys.map((key) => key.slice(prefix.length)).filter((name) => NAME.test(name) && !seen.has(name));
        for (const name of names) seen.add(name);
        if (names.length > 0) yield [...new Set(names)].map(idOf);
      }
    }
  }
  try {
    return { store: redisStore(servers.client as never, { prefix }), ids, close: servers.close };
  } catch (error) {
    await servers.close();
    throw error;
  }
}

async function* scanned(send: Send, pattern: string): AsyncGenerator<readonly string[]> {
  for (let cursor = ''; cursor !== '0'; ) {
    const words = ['SCAN', cursor === '' ? '0' : cursor, 'MATCH', pattern, 'COUNT', String(PAGE)];
    const [next, keys] = (await send(words)) as [string, string[]];
    yield keys;
    cursor = next;
  }
}

async function serversAt(modules: RedisModules, url: string): Promise<Servers> {
  const single = await oneServer(modules, url);
  const [send] = await single.primaries();
  try {
    // one node of a Cluster knows a part of the sessions, and answers as if that were all
    const info = String(await send?.(['INFO', 'cluster']));
    if (!/^cluster_enabled:1/m.test(info)) return single;
  } catch (error) {
    await single.close();
    throw error;
  }
  await single.close();
  return everyPrimary(modules, url);
}

/** A command that fails says so itself; a connection would say it with its address in a stack. */
function ignored(): void {}

async function oneServer({ createClient, default: Ioredis }: RedisModules, url: string): Promise<Servers> {
  if (createClient === undefined) {
    const client = new Ioredis(url, { retryStrategy: () => null });
    client.on('error', ignored);
    const primaries = async () => [(words: string[]) => client.call(...words)];
    return { client, primaries, close: async () => void client.disconnect() };
  }
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', ignored);
  // of the two, only node-redis has to be told to connect
  await client.connect();
  const primaries = async () => [(words: string[]) => client.sendCommand(words)];
  return { client, primaries, close: async () => void client.disconnect() };
}

async function everyPrimary({ createCluster, default: Ioredis }: RedisModules, url: string): Promise<Servers> {
  // what the address says of itself holds for the nodes that it names as well
  const { username, password, protocol } = new URL(url);
  const login = {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  };
  if (createCluster === undefined) {
    const redisOptions = { ...login, ...(protocol === 'rediss:' && { tls: {} }) };
    const client = new Ioredis.Cluster([url], { redisOptions });
    const primaries = async () => {
      // the nodes are known once something was asked
      await client.call('CLUSTER', 'MYID');
      return client.nodes('master').map((node) => (words: string[]) => node.call(...words));
    };
    return { client, primaries, close: async () => void client.disconnect() };
  }
  const defaults = { ...login, ...(protocol === 'rediss:' && { socket: { tls: true } }) };
  const client = createCluster({ rootNodes: [{ url }], defaults });
  client.on('error', ignored);
  await client.connect();
  const primaries = () =>
    Promise.all(
      client.masters.map(async (master) => {
        const node = await client.nodeClient(master);
        return (words: string[]) => node.sendCommand(words);
      }),
    );
  return { client, primaries, close: async () => void client.disconnect() };
}
