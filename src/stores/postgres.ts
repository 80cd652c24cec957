import type { Envelope, SessionStore } from '../engine/ports.js';
import { systemTimers, type Timers } from '../time/timer.js';
import type { PostgresListener } from './postgres/guarded.js';
import { type PostgresTable, postgresMigrations, qualified } from './postgres/migrations.js';
import { announcing, type PostgresStatements, postgresStatements } from './postgres/statements.js';
import { openWatch } from './postgres/watch.js';
import { type Backend, codeOf, storeFailure } from './sql/failure.js';
import { TABLE } from './sql/migration.js';
import { retried } from './sql/retry.js';
import { replaceInRounds } from './sql/rounds.js';
import { inOrder, loadedFrom, type Row, wholeNumber } from './sql/row.js';

/** The part of a `pg` Pool or Client, or of a PGlite, that is used. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** A pool, which can also lend the connection that listens. */
export interface PostgresPool extends PostgresClient {
  connect(): Promise<PostgresListener>;
  readonly totalCount: number;
  readonly options?: { readonly max?: number };
}

/** Where the sessions are, and how they are watched. */
export interface PostgresOptions extends PostgresTable {
  /**
   * Gives a connected client that nobody else uses, to listen for announcements; called again after a connection broke.
   * Default: one client of the pool, for good; a pool of a single client has none to spare. Without either the store
   * cannot be watched.
   */
  readonly listen?: () => Promise<PostgresListener>;
  /** Default: the host's timers. */
  readonly timers?: Timers;
}

const POSTGRES: Backend = {
  name: 'PostgreSQL',
  migration: '`migratePostgres`, or migrations/postgres/0001-sessions.sql',
  isMissingTable: (error) => codeOf(error) === '42P01',
};

/** serialization_failure and deadlock_detected: the transaction was rolled back, whatever its isolation. */
const TAKEN_BACK = new Set(['40001', '40P01']);

/**
 * Keeps sessions in PostgreSQL (12 or newer). Every method is one statement and needs no transaction around it, so that
 * any isolation level and a pooler that shares connections by transaction will do.
 *
 * @param client a `pg` Pool, a Client that nobody else uses, or a PGlite
 * @throws CurfewError `store_options_invalid`; its methods reject with `store_unavailable`, or `store_not_migrated`
 * where the table is missing
 * @example
 * const pool = new Pool({ connectionString: 'postgres://localhost/app' });
 * await migratePostgres(pool);
 * const store = postgresStore(pool);
 */
export function postgresStore(client: PostgresClient | PostgresPool, options: PostgresOptions = {}): SessionStore {
  const { table = TABLE, schema, listen = lender(client), timers = systemTimers } = options;
  const sql = postgresStatements(qualified(table, schema));
  const channel = channelOf(table, schema);
  const database = 'totalCount' in client ? client : inTurn(client);
  const rowsOf: Query = (text, values) => asked(database, text, values);
  const store: SessionStore = {
    async create({ id, subject, record, revision, purgeAt }) {
      const rows = await rowsOf(sql.create, [id, subject, record, revision, purgeAt]);
      return rows.length === 1 ? 'written' : 'conflict';
    },
    async load(ids) {
      return ids.length === 0 ? [] : inOrder(ids, await rowsOf(sql.load, [ids]));
    },
    replace(envelopes, { announce = false } = {}) {
      const announceOn = announce ? channel : null;
      return replaceInRounds(envelopes, (round) => replaceDistinct(rowsOf, sql, round, announceOn));
    },
    async listBySubject(subject) {
      return (await rowsOf(sql.list, [subject])).map(loadedFrom);
    },
    async purge(now, limit = 1_000) {
      return wholeNumber((await rowsOf(sql.purge, [now, limit]))[0]?.count);
    },
    async now() {
      return wholeNumber((await rowsOf(sql.now, []))[0]?.now);
    },
  };
  if (listen === null) return store;
  const refuse = (error: unknown) => {
    throw storeFailure(POSTGRES, error);
  };
  return { ...store, watch: (watcher) => openWatch({ channel, timers, open: listen }, watcher).catch(refuse) };
}

/**
 * Makes the table and its indexes where they are missing. Safe to run at every start, by several processes at once: it
 * is one transaction behind a lock. It needs a role that owns the table, even where there is nothing left to do.
 *
 * @throws CurfewError `store_options_invalid`, `store_unavailable`
 *
 * @example
 * await migratePostgres(new Pool({ connectionString: 'postgres://localhost/app' }));
 */
export async function migratePostgres(client: PostgresClient, options: PostgresTable = {}): Promise<void> {
  const { table = TABLE, schema } = options;
  const steps = postgresMigrations(table, schema).flatMap(({ statements }) => statements);
  const body = steps.map((step) => `${step};\n`).join('');
  const lock = `PERFORM pg_advisory_xact_lock(hashtext('curfew migration of ${table}'));\n`;
  await asked(client, `DO $curfew$ BEGIN\n${lock}${body}END $curfew$`, []);
}

/** A row of any of the statements. */
type Answer = Row & { readonly count?: unknown; readonly now?: unknown };
type Query = (text: string, values: unknown[]) => Promise<readonly Answer[]>;

async function replaceDistinct(
  rowsOf: Query,
  sql: PostgresStatements,
  envelopes: readonly Envelope[],
  channel: string | null,
): Promise<ReadonlySet<string>> {
  const columns = (['id', 'record', 'revision', 'purgeAt'] as const).map((name) => envelopes.map((one) => one[name]));
  const isOne = envelopes.length === 1;
  const text = isOne ? sql.replaceOne : sql.replaceMany;
  const values: unknown[] = isOne ? columns.flat() : columns;
  const rows = await (channel === null ? rowsOf(text, values) : rowsOf(announcing(text), [...values, channel]));
  return new Set(rows.map(({ id }) => String(id)));
}

async function asked(client: PostgresClient, text: string, values: unknown[]): Promise<readonly Answer[]> {
  try {
    const { rows } = await retried(
      (error) => TAKEN_BACK.has(codeOf(error) ?? ''),
      () => client.query(text, values),
    );
    return rows as readonly Answer[];
  } catch (error) {
    throw storeFailure(POSTGRES, error);
  }
}

/** A client does one thing at a time; newer ones of `pg` no longer keep the rest waiting by themselves. */
function inTurn(client: PostgresClient): PostgresClient {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query(text, values) {
      const answer = last.then(() => client.query(text, values));
      last = answer.catch(() => {});
      return answer;
    },
  };
}

/** A pool has a count of its clients; a lone client, or the only one of a pool, cannot listen and answer at once. */
function lender(client: PostgresClient | PostgresPool): (() => Promise<PostgresListener>) | null {
  return 'totalCount' in client && client.options?.max !== 1 ? () => client.connect() : null;
}

/** At most 63 bytes, with room for the number of a session. Tables that share one hear of ids that they do not have. */
function channelOf(table: string, schema: string | undefined): string {
  return (schema === undefined ? table : `${schema}.${table}`).slice(0, 48);
}
