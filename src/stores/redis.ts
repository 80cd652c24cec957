import { curfewError } from '../core/errors.js';
import type { SessionStore, Watch, Watcher } from '../engine/ports.js';
import { systemTimers, type Timers } from '../time/timer.js';
import type { RedisConnection, Replicas } from './redis/connection.js';
import { type IoredisClient, ioredisConnection, isIoredis, readsReplicas } from './redis/ioredis.js';
import { isNodeRedis, type NodeRedisClient, nodeRedisConnection } from './redis/node-redis.js';
import { sessionRecords } from './redis/records.js';
import { concernsOf, type RedisConcern } from './redis/server-check.js';
import { subjectIndex } from './redis/subject-index.js';
import { type Announcing, watchChannel } from './redis/watch.js';

export type { IoredisClient, NodeRedisClient, RedisConcern };

/** How sessions are kept in Redis. */
export interface RedisStoreOptions {
  /**
   * What every key begins with, ending in a character other than a letter, a digit, `_`, `-` and `~`. More than 8
   * characters cost 16 bytes a session. Default `curfew:`.
   */
  readonly prefix?: string;
  /**
   * Over how many keys the index of subjects is spread. Default 4,096, good for 50,000 to 1,500,000 sessions; else
   * about a 200th of the sessions, so that a key holds fewer than the 512 that Redis packs tightly.
   *
   * To change it while there are sessions, give the new number first and the old ones after it, `[16_384, 4_096]`,
   * until the sessions of before are gone.
   */
  readonly buckets?: number | readonly [number, ...number[]];
  /**
   * How many replicas must have an announced write (an end, a rotation) before it is confirmed, so that a failover does
   * not undo it. Default 0: none. If too few answer in time, the write is reported as failed although it happened.
   */
  readonly replicas?: number;
  /** How long to wait for them, in milliseconds; the connection does nothing else meanwhile. Default 200. */
  readonly replicaTimeout?: number;
  /** Default: the host's timers. */
  readonly timers?: Timers;
}

/** Sessions in Redis or Valkey. */
export interface RedisStore extends SessionStore {
  /** Tells what in the settings of the server would lose sessions or bring ended ones back; empty if nothing. */
  checkServer(): Promise<readonly RedisConcern[]>;
}

const DEFAULT_BUCKETS = 4_096;
const MOST_BUCKETS = 16_777_216;

/**
 * Keeps sessions in Redis 6.2 or later, or Valkey: one key each, which Redis removes by itself.
 *
 * Takes a client of `redis` (`createClient`, `createCluster`, `createSentinel`) or of `ioredis` (`Redis`, `Cluster`),
 * and never closes it. A client that sends a command again after a reconnection can report a `conflict` for a write of
 * its own; an engine loads again then. Every failure of the client rejects with `store_unavailable`.
 *
 * @throws `store_options_invalid`
 * @example
 * import { createClient } from 'redis';
 *
 * const client = await createClient({ url, disableOfflineQueue: true }).on('error', log).connect();
 * const store = redisStore(client);
 */
export function redisStore(client: IoredisClient | NodeRedisClient, options: RedisStoreOptions = {}): RedisStore {
  const { prefix, buckets, replicas } = checked(options);
  const connection = connectionOf(client);
  const records = sessionRecords(connection, prefix);
  let isPrimary = true;
  const load = async (ids: readonly string[]) => {
    if (!isPrimary) throw new Error('the server refuses writes as a replica does: what it has may be old');
    return records.load(ids);
  };
  const index = subjectIndex(connection, { prefix, buckets, load });
  const channel = `${prefix}changed`;
  const takesWrites = (does: boolean) => {
    isPrimary = does;
  };
  return {
    create: (envelope) =>
      reaching(async () => {
        await index.add(envelope);
        return records.create(envelope);
      }),
    load: (ids) => reaching(() => load(ids)),
    replace: (envelopes, { announce = false } = {}) =>
      reaching(() =>
        records.replace(envelopes, { channel: announce ? channel : '', replicas: announce ? replicas : null }),
      ),
    listBySubject: (subject) =>
      reaching(async () => {
        const found = await load(await index.idsOf(subject));
        return found.filter((record) => record !== null && ('damage' in record || record.subject === subject));
      }),
    purge: async () => 0,
    now: () => reaching(() => timeOf(connection)),
    checkServer: () => reaching(() => concernsOf(connection)),
    ...watched(connection, { channel, takesWrites, timers: options.timers ?? systemTimers }),
  };
}

/** How a store is watched, whose client can be listened to. */
function watched(connection: RedisConnection, announcing: Omit<Announcing, 'watcher'>): Pick<SessionStore, 'watch'> {
  const { nodes } = connection;
  if (nodes === null) return {};
  const open = async (watcher: Watcher) => guarded(await watchChannel(connection, nodes, { ...announcing, watcher }));
  return { watch: (watcher) => reaching(() => open(watcher)) };
}

function guarded(watch: Watch): Watch {
  return { check: () => reaching(watch.check), close: () => reaching(watch.close) };
}

async function timeOf(connection: RedisConnection): Promise<number> {
  const [seconds, microseconds] = (await connection.send(null, ['TIME'])) as readonly unknown[];
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
}

/** Whatever a client throws becomes one error with one code. */
async function reaching<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    // it says already what to do
    if (cause instanceof Error && 'code' in cause && cause.code === 'store_unavailable') throw cause;
    // ioredis hangs the command on its errors, and with it what we wrote
    if (cause instanceof Error && 'command' in cause) delete (cause as { command?: unknown }).command;
    const error = curfewError('store_unavailable', 'the Redis server could not be reached, or refused', []);
    throw Object.assign(error, { cause });
  }
}

function connectionOf(client: IoredisClient | NodeRedisClient): RedisConnection {
  if (isIoredis(client)) {
    if (readsReplicas(client))
      misused('/client', 'must read from primaries: a replica may not know yet what has ended');
    return ioredisConnection(client);
  }
  if (!isNodeRedis(client)) misused('/client', 'must be a client of `redis` or `ioredis`');
  return nodeRedisConnection(client);
}

interface Checked {
  readonly prefix: string;
  readonly buckets: readonly [number, ...number[]];
  readonly replicas: Replicas | null;
}

function checked(options: RedisStoreOptions): Checked {
  const { prefix = 'curfew:', buckets = DEFAULT_BUCKETS, replicas = 0, replicaTimeout = 200 } = options;
  if (!/[^A-Za-z0-9_~-]$/.test(prefix)) misused('/prefix', 'must end in a character such as `:`');
  const list: readonly [number, ...number[]] = typeof buckets === 'number' ? [buckets] : buckets;
  if (list.length === 0 || !list.every((count) => isWhole(count, 1) && count <= MOST_BUCKETS))
    misused('/buckets', 'must be a whole number from 1 to 16,777,216, or a list of them');
  if (!isWhole(replicas, 0)) misused('/replicas', 'must be a whole number, 0 or more');
  // a WAIT of 0 milliseconds has no end
  if (!isWhole(replicaTimeout, 1)) misused('/replicaTimeout', 'must be a whole number of milliseconds, 1 or more');
  return { prefix, buckets: list, replicas: replicas === 0 ? null : { count: replicas, timeout: replicaTimeout } };
}

function isWhole(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

function misused(path: string, message: string): never {
  throw curfewError('store_options_invalid', 'a Redis store cannot be made of this:', [
    { path, code: 'invalid', message },
  ]);
}
