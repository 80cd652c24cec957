import type { Envelope, SessionStore } from '../engine/ports.js';
import { systemTimers, type Timers } from '../time/timer.js';
import { type Backend, storeFailure } from './sql/failure.js';
import { identifier } from './sql/identifier.js';
import { TABLE } from './sql/migration.js';
import { replaceInRounds } from './sql/rounds.js';
import { inOrder, loadedFrom, type Row } from './sql/row.js';
import { sqliteMigrations } from './sqlite/migrations.js';

/** The part of a prepared statement that is used. */
export interface SqliteStatement {
  all(...values: (string | number)[]): unknown[];
  run(...values: (string | number)[]): { readonly changes: number | bigint };
}

/** The part of `better-sqlite3`, `node:sqlite` and `bun:sqlite` that is used. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
}

/** Where in the database the sessions are. */
export interface SqliteOptions {
  /** Default: `curfew_sessions`. */
  readonly table?: string;
  /** Default: the host's timers. */
  readonly timers?: Timers;
}

/** How many records a purge removes before it lets others have a turn. */
const PURGED_AT_ONCE = 100;

const SQLITE: Backend = {
  name: 'SQLite',
  migration: '`migrateSqlite`, or migrations/sqlite/0001-sessions.sql',
  isMissingTable: (error) => error instanceof Error && /^no such table/.test(error.message),
};

/**
 * Keeps sessions in an SQLite file (3.38 or newer). SQLite works while its caller waits: a statement takes
 * microseconds, but a file that another process has locked holds the event loop, for up to the `busy_timeout`.
 *
 * @param database a `Database` of better-sqlite3 or bun:sqlite, or a `DatabaseSync` of node:sqlite
 * @throws CurfewError `store_options_invalid`; its methods reject with `store_unavailable`, or `store_not_migrated`
 * where the table is missing
 * @example
 * const database = new Database('sessions.db');
 * database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 200');
 * await migrateSqlite(database);
 * const store = sqliteStore(database);
 */
export function sqliteStore(database: SqliteDatabase, options: SqliteOptions = {}): SessionStore {
  const { table = TABLE, timers = systemTimers } = options;
  const sql = statements(identifier('table', table));
  const ask = asking(database);
  const rowsOf = (text: string, ...values: (string | number)[]) =>
    ask(text, (statement) => statement.all(...values) as Row[]);

  return {
    async create({ id, subject, record, revision, purgeAt }) {
      return rowsOf(sql.create, id, subject, record, revision, purgeAt).length === 1 ? 'written' : 'conflict';
    },
    async load(ids) {
      return inOrder(ids, rowsOf(sql.load, JSON.stringify(ids)));
    },
    replace(envelopes) {
      return replaceInRounds(envelopes, async (round) => {
        const rows = rowsOf(sql.replace, JSON.stringify(round.map(columnsOf)));
        return new Set(rows.map(({ id }) => String(id)));
      });
    },
    async listBySubject(subject) {
      return rowsOf(sql.list, subject).map(loadedFrom);
    },
    async purge(now, limit = 1_000) {
      let purged = 0;
      while (purged < limit) {
        const most = Math.min(limit - purged, PURGED_AT_ONCE);
        const count = Number(ask(sql.purge, (statement) => statement.run(now, most)).changes);
        purged += count;
        if (count < most) break;
        await new Promise<void>((resolve) => timers.soon(resolve));
      }
      return purged;
    },
  };
}

type Ask = <Value>(text: string, act: (statement: SqliteStatement) => Value) => Value;

/** Statements are prepared when they are first wanted, so that a store may be made before its table is. */
function asking(database: SqliteDatabase): Ask {
  const prepared = new Map<string, SqliteStatement>();
  return (text, act) => {
    try {
      const statement = prepared.get(text) ?? database.prepare(text);
      prepared.set(text, statement);
      return act(statement);
    } catch (error) {
      throw storeFailure(SQLITE, error);
    }
  };
}

/**
 * Makes the table and its indexes where they are missing. Safe to run at every start, by several processes at once.
 *
 * @throws CurfewError `store_options_invalid`, `store_unavailable`
 *
 * @example
 * const database = new Database('sessions.db');
 * await migrateSqlite(database);
 */
export async function migrateSqlite(
  database: SqliteDatabase,
  options: Pick<SqliteOptions, 'table'> = {},
): Promise<void> {
  const steps = sqliteMigrations(options.table ?? TABLE).flatMap(({ statements }) => statements);
  try {
    for (const step of steps) database.exec(step);
  } catch (error) {
    throw storeFailure(SQLITE, error);
  }
}

function columnsOf({ id, record, revision, purgeAt }: Envelope): readonly (string | number)[] {
  return [id, record, revision, purgeAt];
}

/** A list travels as one JSON text: the statement is the same for every length, and takes the file's lock once. */
function statements(table: string) {
  const columns = 'id, subject, record, revision, purge_at';
  // As text, because node:sqlite refuses a whole answer for one number in it that is not exact.
  const found = 'id, subject, record, CAST(revision AS TEXT) AS revision, CAST(purge_at AS TEXT) AS purge_at';
  return {
    create: `INSERT INTO "${table}" (${columns}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING id`,
    load: `SELECT ${found} FROM "${table}" WHERE id IN (SELECT value FROM json_each(?))`,
    replace: `UPDATE "${table}" AS old SET record = new.record, revision = new.revision, purge_at = new.purge_at
      FROM (SELECT value ->> 0 AS id, value ->> 1 AS record, value ->> 2 AS revision, value ->> 3 AS purge_at
            FROM json_each(?)) AS new
      WHERE old.id = new.id AND old.revision = new.revision - 1 RETURNING id`,
    list: `SELECT ${found} FROM "${table}" WHERE subject = ?`,
    purge: `DELETE FROM "${table}" WHERE id IN (
      SELECT id FROM "${table}" WHERE purge_at <= ? ORDER BY purge_at LIMIT ?)`,
  };
}
