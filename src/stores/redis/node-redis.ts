import {
  gated,
  type Listener,
  type Listening,
  type RedisConnection,
  type RedisNode,
  type Replicas,
  replicated,
  waitFor,
} from './connection.js';

/**
 * The part of a client of `redis` (`createClient`, `createClientPool`, `createCluster`, `createSentinel`) in use here.
 */
export interface NodeRedisClient {
  sendCommand(...args: never[]): Promise<unknown>;
}

interface Emitter {
  on(event: string, listener: (...args: never[]) => void): unknown;
}

interface Subscriber extends Emitter {
  connect(): Promise<unknown>;
  destroy(): unknown;
  subscribe(channels: string[], listener: (message: string, channel: string) => void): Promise<void>;
}

interface Single extends NodeRedisClient {
  readonly options?: { readonly socket?: object };
  sendCommand(words: readonly string[], options: object): Promise<unknown>;
  duplicate(overrides: object): Single & Subscriber;
}

interface ClusterNode {
  readonly address: string;
}

interface Pipeline {
  addCommand(key: string | undefined, isReadonly: boolean, words: string[]): unknown;
  execAsPipeline(): Promise<unknown[]>;
}

interface Cluster extends NodeRedisClient {
  readonly masters: readonly ClusterNode[];
  readonly replicas: readonly ClusterNode[];
  nodeClient(node: ClusterNode): Promise<Single>;
  multi(key: string | undefined): Pipeline;
  sendCommand(key: string | undefined, isReadonly: boolean, words: string[], options: object): Promise<unknown>;
}

interface Sentinel extends NodeRedisClient {
  sendCommand(isReadonly: boolean, words: readonly string[], options: object): Promise<unknown>;
  use<Result>(work: (lease: Pick<Sentinel, 'sendCommand'>) => Promise<Result>): Promise<Result>;
  duplicate(): Subscriber;
}

/** Texts, also where the client was told to give buffers. */
const AS_TEXT = { typeMapping: {} };

/** Whether it is one of them; ioredis has a `sendCommand` too, and is asked for first. */
export function isNodeRedis(client: object): client is NodeRedisClient {
  return 'sendCommand' in client && typeof client.sendCommand === 'function';
}

/**
 * Everything is said to be a write, so that nothing is read from a replica: it does not know yet what was confirmed.
 */
export function nodeRedisConnection(client: NodeRedisClient): RedisConnection {
  if (isCluster(client)) return clusterConnection(client);
  if (isSentinel(client)) return sentinelConnection(client);
  const single = client as Single;
  const send = (words: readonly string[]) => single.sendCommand(words, AS_TEXT);
  return {
    isCluster: false,
    send: (_key, words) => send(words),
    sendReplicated: (_key, words, replicas) => sendBoth(send, words, replicas),
    nodes: 'duplicate' in client ? async () => [singleNode(single)] : null,
  };
}

function clusterConnection(client: Cluster): RedisConnection {
  return {
    isCluster: true,
    send: (key, words) => client.sendCommand(key ?? undefined, false, [...words], AS_TEXT),
    async sendReplicated(key, words, replicas) {
      const pipeline = client.multi(key ?? undefined);
      for (const command of [words, waitFor(replicas)]) pipeline.addCommand(key ?? undefined, false, [...command]);
      const [reply, confirmed] = await pipeline.execAsPipeline();
      return replicated(reply, confirmed, replicas);
    },
    nodes: () => clusterNodes(client),
  };
}

function sentinelConnection(client: Sentinel): RedisConnection {
  const send = (words: readonly string[]) => client.sendCommand(false, words, AS_TEXT);
  return {
    isCluster: false,
    send: (_key, words) => send(words),
    sendReplicated: (_key, words, replicas) =>
      client.use((lease) => sendBoth((command) => lease.sendCommand(false, command, AS_TEXT), words, replicas)),
    nodes: async () => [sentinelNode(client, send)],
  };
}

/** Both in one turn, so that they leave by the same connection, one after the other. */
async function sendBoth(send: RedisNode['send'], words: readonly string[], replicas: Replicas): Promise<unknown> {
  const [reply, confirmed] = await Promise.all([send(words), send(waitFor(replicas))]);
  return replicated(reply, confirmed, replicas);
}

function isCluster(client: NodeRedisClient): client is Cluster {
  return 'nodeClient' in client && typeof client.nodeClient === 'function';
}

function isSentinel(client: NodeRedisClient): client is Sentinel {
  return 'getSentinelNode' in client && typeof client.getSentinelNode === 'function';
}

function clusterNodes(client: Cluster): Promise<RedisNode[]> {
  const known = [...client.masters, ...client.replicas];
  return Promise.all(known.map(async (node) => singleNode(await client.nodeClient(node))));
}

function singleNode(client: Single): RedisNode {
  return {
    send: (words) => client.sendCommand(words, AS_TEXT),
    listen(channels, listener) {
      // no queue and no second attempt: who listens must know at once that the connection broke
      const socket = { ...client.options?.socket, reconnectStrategy: false };
      const overrides = { socket, disableOfflineQueue: true, clientSideCache: undefined };
      return listen(client.duplicate(overrides), channels, listener);
    },
  };
}

/** Here the library chooses the server and reconnects by itself; it tells both, so the connection counts as broken. */
function sentinelNode(client: Sentinel, send: RedisNode['send']): RedisNode {
  return { send, listen: (channels, listener) => listen(client.duplicate(), channels, listener) };
}

async function listen(client: Subscriber, channels: readonly string[], listener: Listener): Promise<Listening> {
  const gate = gated(listener);
  let isClosed = false;
  const close = async () => {
    gate.shut();
    if (isClosed) return;
    isClosed = true;
    await client.destroy();
  };
  for (const event of ['error', 'end', 'terminated']) client.on(event, gate.broke);
  client.on('topology-change', (event: { readonly type?: string }) => {
    if (event.type === 'MASTER_CHANGE') gate.broke(new Error('another server became the primary'));
  });
  try {
    await client.connect();
    await client.subscribe([...channels], (message, channel) => gate.message(channel, message));
    gate.open();
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}
