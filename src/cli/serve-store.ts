import type { SessionStore } from '../engine/ports.js';
import { memoryStore } from '../stores/memory.js';
import { migrateMysql, mysqlStore } from '../stores/mysql.js';
import { migratePostgres, postgresStore } from '../stores/postgres.js';
import { redisStore } from '../stores/redis.js';
import { migrateSqlite, type SqliteDatabase, sqliteStore } from '../stores/sqlite.js';
import { systemClock } from '../time/clock.js';
import { systemTimers } from '../time/timer.js';
import { EXIT, failure } from './failure.js';
import { driver } from './live-store.js';
import type { ConfigProblem } from './parse-serve-config.js';

/** A store that sessions are kept in, for as long as the gateway runs. */
export interface ServeStore {
  readonly store: SessionStore;
  close(): Promise<unknown>;
}

/** How it is opened. */
export interface ServeStoreOptions {
  readonly table: string | undefined;
  readonly prefix: string | undefined;
  /** Make the table where there is none. SQLite's is made in any case. */
  readonly migrate: boolean;
  /** Is told that the connection broke; the driver's own words, which may hold the address, stay here. */
  readonly onError: (code: string) => void;
}

type Open = (url: string, options: ServeStoreOptions) => Promise<ServeStore>;

const BACKENDS: readonly (readonly [RegExp, Open])[] = [
  [/^memory:$/, memory],
  [/^postgres(?:ql)?:\/\//, postgres],
  [/^(?:mysql|mariadb):\/\//, mysql],
  [/^rediss?:\/\//, redis],
  [/^sqlite:|\.(?:db|sqlite3?)$/, sqlite],
];

/** How long a start waits for a server that does not answer. Then the gateway runs, and says that it is not ready. */
const PATIENCE = 3_000;
const CONNECT_TIMEOUT = 2_000;
const MOST_CONNECTIONS = 10;

const KNOWN = 'memory:, sqlite:sessions.db, postgres://, mysql:// or redis://';
/** These tell of changes, so that what is in memory can be trusted. */
const WATCHED = /^(?:redis|rediss|postgres|postgresql):/;

/** What is wrong with an address, which is not repeated: it may hold a password. */
export function storeProblem(url: string, hasCache: boolean): ConfigProblem | null {
  if (!BACKENDS.some(([pattern]) => pattern.test(url))) return { path: '/store', message: `must be ${KNOWN}` };
  if (!hasCache || WATCHED.test(url)) return null;
  return { path: '/cache', message: 'needs a store that tells of changes: Redis or PostgreSQL' };
}

/** Opens the store at an address, with the driver that is installed where the command runs. */
export async function openServeStore(url: string, options: ServeStoreOptions): Promise<ServeStore> {
  const open = BACKENDS.find(([pattern]) => pattern.test(url))?.[1];
  if (open !== undefined) return open(url, options);
  throw failure(EXIT.usage, `the store's address is of no kind that is known: write ${KNOWN}`);
}

async function memory(): Promise<ServeStore> {
  return { store: memoryStore({ clock: systemClock }), close: async () => undefined };
}

async function sqlite(url: string, options: ServeStoreOptions): Promise<ServeStore> {
  const path = url.replace(/^sqlite:(?:\/\/)?/, '');
  const found = (await driver(['better-sqlite3', 'node:sqlite'])) as unknown as SqliteModules;
  const database = found.DatabaseSync === undefined ? new found.default(path) : new found.DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 200');
  const named = tableOf(options);
  await migrateSqlite(database, named);
  return { store: sqliteStore(database, named), close: async () => database.close() };
}

async function postgres(url: string, options: ServeStoreOptions): Promise<ServeStore> {
  const { Pool } = (await driver(['pg'])).default as unknown as { Pool: new (options: object) => Pool };
  const pool = new Pool({ connectionString: url, max: MOST_CONNECTIONS, connectionTimeoutMillis: CONNECT_TIMEOUT });
  pool.on('error', (error) => options.onError(codeOf(error)));
  if (options.migrate) await migratePostgres(pool as never, tableOf(options));
  return { store: postgresStore(pool as never, tableOf(options)), close: () => pool.end() };
}

async function mysql(url: string, options: ServeStoreOptions): Promise<ServeStore> {
  const { createPool } = (await driver(['mysql2/promise'])) as unknown as { createPool(options: object): Pool };
  const uri = url.replace(/^mariadb:/, 'mysql:');
  const pool = createPool({ uri, connectionLimit: MOST_CONNECTIONS, connectTimeout: CONNECT_TIMEOUT });
  if (options.migrate) await migrateMysql(pool as never, tableOf(options));
  return { store: mysqlStore(pool as never, tableOf(options)), close: () => pool.end() };
}

async function redis(url: string, { prefix, onError }: ServeStoreOptions): Promise<ServeStore> {
  const { createClient, default: Ioredis } = (await driver(['redis', 'ioredis'])) as unknown as RedisModules;
  const named = prefix === undefined ? {} : { prefix };
  if (createClient === undefined) {
    const client = new Ioredis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    client.on('error', (error) => onError(codeOf(error)));
    await patiently(new Promise<void>((resolve) => client.on('ready', () => resolve())));
    return { store: redisStore(client as never, named), close: async () => client.disconnect() };
  }
  const client = createClient({ url, disableOfflineQueue: true });
  client.on('error', (error) => onError(codeOf(error)));
  await patiently(client.connect());
  return { store: redisStore(client as never, named), close: async () => client.destroy() };
}

/** It connects as soon as it can, also after the start; a gateway that cannot decide yet says so in `/readyz`. */
function patiently(connected: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = systemTimers.after(PATIENCE, resolve);
    connected.then(
      () => {
        cancel();
        resolve();
      },
      () => reject(failure(EXIT.failed, 'the store refuses the connection: are its address and password right?')),
    );
  });
}

function tableOf({ table }: ServeStoreOptions): { readonly table?: string } {
  return table === undefined ? {} : { table };
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : 'unknown';
}

interface Pool {
  on(event: 'error', told: (error: unknown) => void): unknown;
  end(): Promise<void>;
}

type Sqlite = SqliteDatabase & { close(): void };

interface SqliteModules {
  readonly DatabaseSync?: new (path: string) => Sqlite;
  readonly default: new (path: string) => Sqlite;
}

interface RedisClient {
  on(event: string, told: (error: unknown) => void): unknown;
}

interface RedisModules {
  readonly createClient?: (options: object) => RedisClient & { connect(): Promise<unknown>; destroy(): void };
  readonly default: new (url: string, options: object) => RedisClient & { disconnect(): unknown };
}
