// `tsx bench/sql-purge.ts [--rows 1000000] [--limit 1000]`: removes so many sessions that are due from among as many
// that are not, in batches, on every SQL database that is here; and tells what a session takes up.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { createPool, type RowDataPacket } from 'mysql2/promise';
import { Pool } from 'pg';
import type { SessionStore } from '../src/engine/ports.js';
import { migrateMysql, mysqlStore } from '../src/stores/mysql.js';
import { migratePostgres, postgresStore } from '../src/stores/postgres.js';
import { migrateSqlite, sqliteStore } from '../src/stores/sqlite.js';
import { findMysql, findPostgres, type Server } from '../test/servers/sql.js';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, limit: { type: 'string', default: '1000' } },
});
const rows = Number(values.rows);
const limit = Number(values.limit);

const TABLE = `curfew_bench_${process.pid}`;
const DUE = 1_000_000;
const RECORD = 'x'.repeat(200);

/** A database with sessions in it: `rows` that are due, as many that are not. */
interface Filled {
  readonly store: SessionStore;
  bytes(): Promise<number>;
  close(): Promise<void>;
}

async function onPostgres({ url }: Server): Promise<Filled> {
  const pool = new Pool({ connectionString: url as string });
  await migratePostgres(pool, { table: TABLE });
  await pool.query(
    `INSERT INTO ${TABLE} SELECT left(translate(encode(sha256(n::text::bytea), 'base64'), '+/=', '-_'), 22),
      'user-' || n / 2, $1, 1, CASE n % 2 WHEN 0 THEN ${DUE} + n ELSE 9e14 + n END FROM generate_series(1, $2::int) AS n`,
    [RECORD, 2 * rows],
  );
  await pool.query(`VACUUM ANALYZE ${TABLE}`);
  return {
    store: postgresStore(pool, { table: TABLE }),
    async bytes() {
      return Number((await pool.query(`SELECT pg_total_relation_size('${TABLE}') AS bytes`)).rows[0].bytes);
    },
    async close() {
      await pool.query(`DROP TABLE ${TABLE}`);
      await pool.end();
    },
  };
}

async function onMysql({ url }: Server): Promise<Filled> {
  const pool = createPool(url as string);
  await migrateMysql(pool, { table: TABLE });
  const store = mysqlStore(pool, { table: TABLE });
  await store.create({ id: 'first', subject: 'user-0', record: RECORD, revision: 1, purgeAt: DUE });
  // each step doubles what is there; an id is random, and so is whether it is due
  const more = `INSERT INTO ${TABLE} SELECT LEFT(TO_BASE64(CONCAT(UNHEX(SHA2(UUID(), 256)))), 22),
    CONCAT('user-', FLOOR(RAND() * ?)), record, 1, IF(RAND() < 0.5, ${DUE}, 900000000000000) + FLOOR(RAND() * ?)
    FROM ${TABLE} LIMIT ?`;
  for (let count = 1; count < 2 * rows; count *= 2)
    await pool.query(more, [rows, rows, Math.min(count, 2 * rows - count)]);
  await pool.query(`ANALYZE TABLE ${TABLE}`);
  return {
    store,
    async bytes() {
      const [found] = await pool.query<RowDataPacket[]>(
        'SELECT data_length + index_length AS bytes FROM information_schema.tables WHERE table_name = ?',
        [TABLE],
      );
      return Number(found[0]?.['bytes']);
    },
    async close() {
      await pool.query(`DROP TABLE ${TABLE}`);
      await pool.end();
    },
  };
}

async function onSqlite(): Promise<Filled> {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-purge-'));
  const file = join(folder, 'sessions.db');
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  await migrateSqlite(database, { table: TABLE });
  database
    .prepare(
      `INSERT INTO ${TABLE} WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ?)
        SELECT hex(randomblob(11)), 'user-' || n / 2, ?, 1, iif(n % 2, ${DUE}, 900000000000000) + n FROM counted`,
    )
    .run(2 * rows, RECORD);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE); ANALYZE');
  return {
    store: sqliteStore(database, { table: TABLE }),
    bytes: async () => statSync(file).size,
    async close() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function measure(name: string, fill: () => Promise<Filled>): Promise<void> {
  const { store, bytes, close } = await fill();
  const perSession = (await bytes()) / (2 * rows);
  const batches: number[] = [];
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const start = performance.now();
  let purged = 0;
  for (;;) {
    const before = performance.now();
    const count = await store.purge(DUE + 3 * rows, limit);
    batches.push(performance.now() - before);
    purged += count;
    if (count < limit) break;
  }
  const seconds = (performance.now() - start) / 1_000;
  delays.disable();
  const pause = (share: number) => `${(delays.percentile(share) / 1e6).toFixed(1)} ms`;
  const idle = performance.now();
  await store.purge(DUE + 3 * rows, limit);
  const none = performance.now() - idle;
  batches.sort((a, b) => a - b);
  const at = (share: number) => `${(batches[Math.ceil(batches.length * share) - 1] ?? 0).toFixed(1)} ms`;
  console.log(
    [
      `${name}: ${purged} of ${2 * rows} purged in ${seconds.toFixed(1)} s, ${batches.length} batches of ${limit}`,
      `  a batch: median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}; with nothing left ${none.toFixed(1)} ms`,
      `  the event loop meanwhile: median ${pause(50)}, p99 ${pause(99)}, longest ${pause(100)} late`,
      `  a session takes up ${perSession.toFixed(0)} bytes with its indexes, ${RECORD.length} of them its record`,
    ].join('\n'),
  );
  await close();
}

const [postgres, mysql] = [await findPostgres(), await findMysql()];
await measure('SQLite', onSqlite);
for (const [server, fill] of [
  [postgres, onPostgres],
  [mysql, onMysql],
] as const) {
  if (server.url === null) console.log(`${server.name}: not run: ${server.get}`);
  else await measure(server.name, () => fill(server));
}
