import type { SessionStore } from '../engine/ports.js';
import { bytesFor, bytesOf, readable } from './mysql/bytes.js';
import { ask, type Done, type MysqlClient, wasTakenBack } from './mysql/client.js';
import { mysqlMigrations } from './mysql/migrations.js';
import { replaceTogether, writesOf } from './mysql/replace-together.js';
import { mysqlStatements, NOW } from './mysql/statements.js';
import { type Backend, numberOf, storeFailure } from './sql/failure.js';
import { identifier } from './sql/identifier.js';
import { TABLE } from './sql/migration.js';
import { retried } from './sql/retry.js';
import { replaceInRounds } from './sql/rounds.js';
import { inOrder, loadedFrom, type Row, wholeNumber } from './sql/row.js';

/** Where in the database the sessions are. */
export interface MysqlOptions {
  /** Default: `curfew_sessions`. */
  readonly table?: string;
}

const MYSQL: Backend = {
  name: 'MySQL',
  migration: '`migrateMysql`, or migrations/mysql/0001-sessions.sql',
  isMissingTable: (error) => numberOf(error) === 1146,
};
const DUPLICATE = 1062;

/**
 * Keeps sessions in MySQL 8 or MariaDB 10.6 and newer, at any isolation level. Every method is one statement after
 * another, none of which needs a transaction around it.
 *
 * @param client a Pool or a Connection of `mysql2/promise`, with autocommit on, as it is unless somebody turned it off
 * @throws CurfewError `store_options_invalid`; its methods reject with `store_unavailable`, `store_value_invalid`, or
 * `store_not_migrated` where the table is missing
 * @example
 * const pool = createPool({ uri });
 * await migrateMysql(pool);
 * const store = mysqlStore(pool);
 */
export function mysqlStore(client: MysqlClient, options: MysqlOptions = {}): SessionStore {
  const sql = mysqlStatements(identifier('table', options.table ?? TABLE));
  const steady: MysqlClient = { query: (query) => retried(wasTakenBack, () => client.query(query)) };

  async function rowsOf(text: string, keys: readonly string[]): Promise<readonly Row[]> {
    const rows = await asked(() => ask<readonly Row[]>(steady, text, keys.map(bytesOf)));
    return rows.map(readable);
  }

  return {
    async create({ id, subject, record, revision, purgeAt }) {
      const values = [bytesFor('id', id), bytesFor('subject', subject), bytesFor('record', record), revision, purgeAt];
      const rows = await asked(() => ask<Done>(steady, sql.create, values).catch(noneIfDuplicate));
      return rows === null ? 'conflict' : 'written';
    },
    async load(ids) {
      return ids.length === 0 ? [] : inOrder(ids, await rowsOf(sql.load(ids.length), ids));
    },
    replace: (envelopes) =>
      replaceInRounds(envelopes, async (round) => {
        const writes = writesOf(round);
        return asked(() => replaceTogether(steady, sql, writes));
      }),
    async listBySubject(subject) {
      return (await rowsOf(sql.list, [subject])).map(loadedFrom);
    },
    async purge(now, limit = 1_000) {
      return (await asked(() => ask<Done>(steady, sql.purge, [now, limit]))).affectedRows;
    },
    async now() {
      const [row] = await asked(() => ask<readonly { readonly now: unknown }[]>(steady, NOW));
      return wholeNumber(row?.now);
    },
  };
}

/**
 * Makes the table where it is missing. Safe to run at every start, by several processes at once: it is one statement.
 *
 * @throws CurfewError `store_options_invalid`, `store_unavailable`
 *
 * @example
 * await migrateMysql(createPool({ uri: 'mysql://localhost/app' }));
 */
export async function migrateMysql(client: MysqlClient, options: MysqlOptions = {}): Promise<void> {
  const steps = mysqlMigrations(options.table ?? TABLE).flatMap(({ statements }) => statements);
  for (const step of steps) await asked(() => retried(wasTakenBack, () => ask(client, step)));
}

async function asked<Value>(act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    throw storeFailure(MYSQL, error);
  }
}

function noneIfDuplicate(error: unknown): null {
  if (numberOf(error) === DUPLICATE) return null;
  throw error;
}
