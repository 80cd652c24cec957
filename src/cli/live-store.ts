import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { SessionStore } from '../engine/ports.js';
import { mysqlStore } from '../stores/mysql.js';
import { postgresStore } from '../stores/postgres.js';
import { idOf } from '../stores/redis/encoding.js';
import { redisStore } from '../stores/redis.js';
import { identifier } from '../stores/sql/identifier.js';
import { type SqliteDatabase, sqliteStore } from '../stores/sqlite.js';
import { EXIT, failure } from './failure.js';

/** A store that is in use, and every id in it. */
export interface LiveStore {
  readonly store: Pick<SessionStore, 'load'>;
  /** Pages of ids. A session that starts or goes meanwhile may be among them or not. */
  ids(): AsyncGenerator<readonly string[]>;
  close(): Promise<void> | void;
}

/** Where in the store the sessions are. */
export interface LiveStoreOptions {
  readonly table: string;
  readonly prefix: string;
}

const PAGE = 500;
const NAME = /^(?:[A-Za-z0-9_-]{22}|~[0-9a-f]+)$/;

type Module = Readonly<Record<string, never>> & { readonly default: never };
type Open = (url: string, options: LiveStoreOptions) => Promise<LiveStore>;

const BACKENDS: readonly (readonly [RegExp, Open])[] = [
  [/^postgres(?:ql)?:\/\//, postgres],
  [/^(?:mysql|mariadb):\/\//, mysql],
  [/^rediss?:\/\//, redis],
  [/^sqlite:|\.(?:db|sqlite3?)$/, sqlite],
];

/** Opens a store by its address, with the driver that the project has. */
export async function openLiveStore(url: string, options: LiveStoreOptions): Promise<LiveStore> {
  const open = BACKENDS.find(([pattern]) => pattern.test(url))?.[1];
  if (open !== undefined) return open(url, options);
  const known = 'sqlite:sessions.db, postgres://, mysql:// or redis://';
  // the address may hold a password
  throw failure(EXIT.usage, `--store is no address of a store that is known: write ${known}`);
}

/** The first of these drivers that is installed where the command runs. */
async function driver(names: readonly string[]): Promise<Module> {
  const { resolve } = createRequire(join(process.cwd(), 'curfew.js'));
  for (const name of names) {
    try {
      const path = resolve(name);
      return (await import(path.startsWith('node:') ? path : pathToFileURL(path).href)) as Module;
    } catch (error) {
      if (!/^(?:MODULE_NOT_FOUND|ERR_UNKNOWN_BUILTIN_MODULE)$/.test((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }
  throw failure(
    EXIT.usage,
    `the driver is missing here: npm install ${names.find((name) => !name.startsWith('node:'))}`,
  );
}

/** Pages through a table by its primary key. */
async function* paged(page: (after: string) => Promise<readonly string[]>): AsyncGenerator<readonly string[]> {
  for (let after = ''; ; ) {
    const ids = await page(after);
    if (ids.length > 0) yield ids;
    if (ids.length < PAGE) return;
    after = ids.at(-1) as string;
  }
}

async function postgres(url: string, { table }: LiveStoreOptions): Promise<LiveStore> {
  const { Pool } = (await driver(['pg'])).default as unknown as { Pool: new (options: object) => PgPool };
  const pool = new Pool({ connectionString: url, max: 2 });
  const order = 'WHERE id > $1 COLLATE "C" ORDER BY id COLLATE "C"';
  const text = `SELECT id FROM ${identifier('table', table)} ${order} LIMIT ${PAGE}`;
  const page = async (after: string) => (await pool.query(text, [after])).rows.map(({ id }) => id);
  return { store: postgresStore(pool as never, { table }), ids: () => paged(page), close: () => pool.end() };
}

interface PgPool {
  query(text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly { readonly id: string }[] }>;
  end(): Promise<void>;
}

async function mysql(url: string, { table }: LiveStoreOptions): Promise<LiveStore> {
  const { createPool } = (await driver(['mysql2/promise'])) as unknown as { createPool(options: object): MyPool };
  const pool = createPool({ uri: url.replace(/^mariadb:/, 'mysql:'), connectionLimit: 2 });
  const text = `SELECT id FROM ${identifier('table', table)} WHERE id > ? ORDER BY id LIMIT ${PAGE}`;
  const page = async (after: string) => {
    const [rows] = await pool.query(text, [Buffer.from(after)]);
    return rows.map(({ id }) => id.toString());
  };
  return { store: mysqlStore(pool as never, { table }), ids: () => paged(page), close: () => pool.end() };
}

interface MyPool {
  query(text: string, values: readonly unknown[]): Promise<readonly [readonly { readonly id: Buffer }[]]>;
  end(): Promise<void>;
}

async function sqlite(url: string, { table }: LiveStoreOptions): Promise<LiveStore> {
  const path = url.replace(/^sqlite:(?:\/\/)?/, '');
  const found = (await driver(['better-sqlite3', 'node:sqlite'])) as unknown as SqliteModules;
  // for reading alone, and only if it is there
  const database =
    found.DatabaseSync === undefined
      ? new found.default(path, { readonly: true, fileMustExist: true })
      : new found.DatabaseSync(path, { readOnly: true });
  const text = `SELECT id FROM ${identifier('table', table)} WHERE id > ? ORDER BY id LIMIT ${PAGE}`;
  const page = async (after: string) => {
    const rows = database.prepare(text).all(after) as { readonly id: string }[];
    return rows.map(({ id }) => id);
  };
  return { store: sqliteStore(database, { table }), ids: () => paged(page), close: () => database.close() };
}

type Sqlite = SqliteDatabase & { close(): void };
type NewSqlite = new (path: string, options: object) => Sqlite;

interface SqliteModules {
  readonly DatabaseSync?: NewSqlite;
  readonly default: NewSqlite;
}

async function redis(url: string, { prefix }: LiveStoreOptions): Promise<LiveStore> {
  const { createClient, default: Ioredis } = (await driver(['redis', 'ioredis'])) as unknown as RedisModules;
  const client = createClient === undefined ? new Ioredis(url) : createClient({ url });
  // of the two, only node-redis has to be told to connect
  if (createClient !== undefined) await (client as NodeRedis).connect();
  const send = (words: string[]) =>
    createClient === undefined ? (client as Ioredis).call(...words) : (client as NodeRedis).sendCommand(words);
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  async function* ids() {
    for (let cursor = ''; cursor !== '0'; ) {
      const words = ['SCAN', cursor === '' ? '0' : cursor, 'MATCH', pattern, 'COUNT', String(PAGE)];
      const [next, keys] = (await send(words)) as [string, string[]];
      const names = keys.map((key) => key.slice(prefix.length)).filter((name) => NAME.test(name));
      if (names.length > 0) yield names.map(idOf);
      cursor = next;
    }
  }
  return { store: redisStore(client as never, { prefix }), ids, close: () => void client.disconnect() };
}

interface NodeRedis {
  connect(): Promise<unknown>;
  disconnect(): unknown;
  sendCommand(words: readonly string[]): Promise<unknown>;
}

interface Ioredis {
  disconnect(): unknown;
  call(...words: string[]): Promise<unknown>;
}

interface RedisModules {
  readonly createClient?: (options: { readonly url: string }) => NodeRedis;
  readonly default: new (url: string) => Ioredis;
}
