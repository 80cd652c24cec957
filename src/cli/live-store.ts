import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { SessionStore } from '../engine/ports.js';
import { mysqlStore } from '../stores/mysql.js';
import { postgresStore } from '../stores/postgres.js';
import { identifier } from '../stores/sql/identifier.js';
import { type SqliteDatabase, sqliteStore } from '../stores/sqlite.js';
import { EXIT, failure, fileFailure } from './failure.js';
import { openRedis, type RedisModules } from './live-redis.js';

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

type Module = Readonly<Record<string, never>> & { readonly default: never };
type Open = (url: string, options: LiveStoreOptions) => Promise<LiveStore>;

const BACKENDS: readonly (readonly [RegExp, Open])[] = [
  [/^postgres(?:ql)?:\/\//, postgres],
  [/^(?:mysql|mariadb):\/\//, mysql],
  [/^rediss?:\/\//, async (url, options) => openRedis((await redisDriver()) as unknown as RedisModules, url, options)],
  [/^sqlite:|\.(?:db|sqlite3?)$/, sqlite],
];

/** Opens a store by its address, with the driver that the project has. */
export async function openLiveStore(url: string, options: LiveStoreOptions): Promise<LiveStore> {
  const open = BACKENDS.find(([pattern]) => pattern.test(url))?.[1];
  if (open !== undefined) return open(url, options);
  const known = 'sqlite:sessions.db, postgres://user@host/database, mysql://user@host/database or redis://host:6379';
  // the address may hold a password
  const fault = /^[a-z][a-z0-9+.-]*:\/\//i.test(url)
    ? 'is no address of a store that is known'
    : 'begins with no scheme';
  throw failure(EXIT.usage, `--store ${fault}: write ${known}`);
}

/** The first of these drivers that is installed where the command runs. */
export async function driver(names: readonly string[]): Promise<Module> {
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

function redisDriver(): Promise<Module> {
  return driver(['redis', 'ioredis']);
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
  const name = identifier('table', table);
  const pool = new Pool({ connectionString: url, max: 2 });
  // a query that fails says so itself; a connection that breaks in between would end the process with a stack
  pool.on('error', () => {});
  const order = 'WHERE id > $1 COLLATE "C" ORDER BY id COLLATE "C"';
  const text = `SELECT id FROM ${name} ${order} LIMIT ${PAGE}`;
  const page = async (after: string) => (await pool.query(text, [after])).rows.map(({ id }) => id);
  return { store: postgresStore(pool as never, { table }), ids: () => paged(page), close: () => pool.end() };
}

interface PgPool {
  on(event: 'error', listener: () => void): unknown;
  query(text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly { readonly id: string }[] }>;
  end(): Promise<void>;
}

async function mysql(url: string, { table }: LiveStoreOptions): Promise<LiveStore> {
  const { createPool } = (await driver(['mysql2/promise'])) as unknown as { createPool(options: object): MyPool };
  const name = identifier('table', table);
  const pool = createPool({ uri: url.replace(/^mariadb:/, 'mysql:'), connectionLimit: 2 });
  const text = `SELECT id FROM ${name} WHERE id > ? ORDER BY id LIMIT ${PAGE}`;
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
  await stat(path).catch((error: unknown) => {
    throw fileFailure(EXIT.failed, path, error);
  });
  const found = (await driver(['better-sqlite3', 'node:sqlite'])) as unknown as SqliteModules;
  const text = `SELECT id FROM ${identifier('table', table)} WHERE id > ? ORDER BY id LIMIT ${PAGE}`;
  const database = openSqlite(found, path, !(await isThere(`${path}-wal`)));
  const page = async (after: string) => {
    const rows = database.prepare(text).all(after) as { readonly id: string }[];
    return rows.map(({ id }) => id);
  };
  return { store: sqliteStore(database, { table }), ids: () => paged(page), close: () => database.close() };
}

/**
 * Opens it for reading. Who may only read leaves the files of a write-ahead log behind, and those keep the service out
 * if they belong to somebody else. Where there are none, we may remove what we made: SQLite does that at the end.
 */
function openSqlite({ DatabaseSync, default: Better }: SqliteModules, path: string, isOurs: boolean): Sqlite {
  const database =
    DatabaseSync === undefined
      ? new Better(path, { readonly: !isOurs, fileMustExist: true })
      : new DatabaseSync(path, { readOnly: !isOurs });
  if (isOurs) database.exec('PRAGMA query_only = ON');
  return database;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

type Sqlite = SqliteDatabase & { close(): void };
type NewSqlite = new (path: string, options: object) => Sqlite;

interface SqliteModules {
  readonly DatabaseSync?: NewSqlite;
  readonly default: NewSqlite;
}
