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

/** The part of an ioredis client (`Redis`, also with Sentinels, or `Cluster`) that the store uses. */
export interface IoredisClient {
  call(command: string, args: string[]): Promise<unknown>;
  duplicate(...overrides: never[]): unknown;
}

interface Pipeline {
  call(command: string, args: string[]): unknown;
  exec(): Promise<[Error | null, unknown][] | null>;
}

interface Redis extends IoredisClient {
  duplicate(overrides: object): Redis;
  connect(): Promise<void>;
  disconnect(): void;
  pipeline(): Pipeline;
  subscribe(...channels: string[]): Promise<unknown>;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

interface Cluster extends IoredisClient {
  nodes(role: 'all'): Redis[];
}

/** No queue and no second attempt: who listens must know at once that the connection broke. */
const LISTENING = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResubscribe: false,
  retryStrategy: () => null,
  sentinelRetryStrategy: () => null,
};

export function isIoredis(client: object): client is IoredisClient {
  return 'call' in client && typeof client.call === 'function';
}

/** Whether the client may read from replicas, which do not know yet what their primary has confirmed. */
export function readsReplicas(client: IoredisClient): boolean {
  const { options = {} } = client as { options?: { scaleReads?: unknown; role?: unknown } };
  const { scaleReads = 'master', role = 'master' } = options;
  return (isCluster(client) && scaleReads !== 'master') || role !== 'master';
}

export function ioredisConnection(client: IoredisClient): RedisConnection {
  const sending: Pick<RedisConnection, 'send' | 'sendReplicated'> = {
    send: (_key, [command = '', ...args]) => client.call(command, args),
    sendReplicated: (_key, words, replicas) => sendReplicated(client as Redis, words, replicas),
  };
  if (isCluster(client)) return { ...sending, isCluster: true, nodes: async () => client.nodes('all').map(nodeOf) };
  return { ...sending, isCluster: false, nodes: async () => [nodeOf(client as Redis)] };
}

function isCluster(client: IoredisClient): client is Cluster {
  return 'nodes' in client && typeof client.nodes === 'function';
}

/** A pipeline stays on one connection, in a Cluster as well. */
async function sendReplicated(client: Redis, words: readonly string[], replicas: Replicas): Promise<unknown> {
  const pipeline = client.pipeline();
  for (const [command = '', ...args] of [words, waitFor(replicas)]) pipeline.call(command, args);
  const replies = await pipeline.exec();
  const [[failure, reply] = [], [otherFailure, confirmed] = []] = replies ?? [];
  if (failure ?? otherFailure) throw failure ?? otherFailure;
  return replicated(reply, confirmed, replicas);
}

function nodeOf(redis: Redis): RedisNode {
  return {
    send: ([command = '', ...args]) => redis.call(command, args),
    listen: (channels, listener) => listen(redis, channels, listener),
  };
}

async function listen(redis: Redis, channels: readonly string[], listener: Listener): Promise<Listening> {
  const gate = gated(listener);
  const connection = redis.duplicate(LISTENING);
  let cause: unknown = new Error('the connection was closed');
  connection.on('error', (error: unknown) => {
    cause = error;
  });
  connection.on('close', () => gate.broke(cause));
  connection.on('message', gate.message);
  const close = async () => {
    gate.shut();
    connection.disconnect();
  };
  try {
    await connection.connect();
    await connection.subscribe(...channels);
    gate.open();
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}
