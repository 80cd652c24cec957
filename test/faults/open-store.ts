import Database from 'better-sqlite3';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { createClient, createSentinel } from 'redis';
import type { SessionStore } from '../../src/engine/ports.js';
import { postgresStore } from '../../src/stores/postgres.js';
import { redisStore } from '../../src/stores/redis.js';
import { sqliteStore } from '../../src/stores/sqlite.js';

type Library = 'node-redis' | 'ioredis';

/** Which store a worker opens. */
export type StoreSettings =
  | { readonly kind: 'redis'; readonly port: number; readonly library: Library }
  | {
      readonly kind: 'sentinel';
      readonly name: string;
      readonly sentinels: readonly { readonly host: string; readonly port: number }[];
      readonly library: Library;
      readonly replicas: number;
    }
  | { readonly kind: 'postgres'; readonly url: string; readonly table: string }
  | { readonly kind: 'sqlite'; readonly file: string };

const ignore = () => {};

/** Opens it as somebody would who does not want requests to hang. */
export async function openStore(settings: StoreSettings): Promise<SessionStore> {
  switch (settings.kind) {
    case 'redis':
      return redisStore(settings.library === 'ioredis' ? await ioredis(settings.port) : await nodeRedis(settings.port));
    case 'sentinel':
      return sentinel(settings);
    case 'postgres':
      return postgres(settings.url, settings.table);
    case 'sqlite':
      return sqlite(settings.file);
  }
}

async function nodeRedis(port: number) {
  const socket = { host: '127.0.0.1', port, reconnectStrategy: 20 };
  const client = createClient({ socket, disableOfflineQueue: true });
  return client.on('error', ignore).connect();
}

async function ioredis(port: number) {
  const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: () => 20, lazyConnect: true };
  const client = new Redis({ host: '127.0.0.1', port, ...options });
  client.on('error', ignore);
  await client.connect();
  return client;
}

async function sentinel({ name, sentinels, library, replicas }: StoreSettings & { readonly kind: 'sentinel' }) {
  const options = { replicas, replicaTimeout: 200 };
  if (library === 'node-redis') {
    const client = createSentinel({ name, sentinelRootNodes: [...sentinels], scanInterval: 200 });
    client.on('error', ignore);
    await client.connect();
    return redisStore(client, options);
  }
  const settings = { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => 50 };
  const client = new Redis({ name, sentinels: [...sentinels], ...settings });
  client.on('error', ignore);
  await client.connect();
  return redisStore(client, options);
}

function postgres(connectionString: string, table: string): SessionStore {
  const pool = new Pool({ connectionString, max: 4, connectionTimeoutMillis: 500 });
  pool.on('error', ignore);
  return postgresStore(pool, { table });
}

function sqlite(file: string): SessionStore {
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 200');
  return sqliteStore(database);
}
