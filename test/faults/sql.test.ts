import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { migratePostgres } from '../../src/stores/postgres.js';
import { migrateSqlite } from '../../src/stores/sqlite.js';
import { describeWith, findPostgres } from '../servers/sql.js';
import { startProxy, type TcpProxy } from '../servers/tcp-proxy.js';
import { play, type Stage } from './scenario.js';
import { isSound, PATIENCE } from './sound.js';

const TABLE = `curfew_faults_${process.pid}`;
const OTHERS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND query LIKE $1`;

describeWith(await findPostgres(), 'three processes on one PostgreSQL', (url) => {
  let pool: Pool;
  let proxy: TcpProxy;
  beforeAll(async () => {
    pool = new Pool({ connectionString: url });
    await migratePostgres(pool, { table: TABLE });
    proxy = await startProxy(Number(new URL(url).port || 5_432));
  });
  afterAll(async () => {
    await proxy.close();
    await pool.query(`DROP TABLE ${TABLE}`);
    await pool.end();
  });

  const through = (port: number) => {
    const proxied = new URL(url);
    proxied.host = `127.0.0.1:${port}`;
    return () => ({ kind: 'postgres', url: proxied.href, table: TABLE }) as const;
  };

  it(
    'survive backends that are terminated, lines that are cut and silent, and a worker that is killed',
    async () => {
      const fault = async ({ letRun, workers, replace }: Stage) => {
        await letRun(300);
        await pool.query(OTHERS, [`%${TABLE}%`]);
        await letRun(300);
        proxy.blackHole();
        await letRun(600);
        proxy.restore();
        proxy.cut();
        await workers[2]?.kill();
        await replace(2);
      };
      const name = 'PostgreSQL, backends terminated, lines cut';
      isSound(await play({ name, store: through(proxy.port), fault }));
    },
    PATIENCE,
  );

  it(
    'see an end elsewhere within the bound of the cache, though the listener is terminated',
    async () => {
      const fault = async ({ letRun }: Stage) => {
        await letRun(400);
        await pool.query(OTHERS, [`LISTEN "${TABLE}%`]);
        await letRun(400);
        proxy.cut();
        await letRun(300);
      };
      const name = 'PostgreSQL, cache, the listener is terminated';
      isSound(await play({ name, store: through(proxy.port), cache: true, fault }));
    },
    PATIENCE,
  );
});

describe('three processes on one SQLite file', () => {
  it(
    'lose nothing with a writer that is killed',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'curfew-faults-'));
      const file = join(folder, 'sessions.db');
      const database = new Database(file);
      database.exec('PRAGMA journal_mode = WAL');
      await migrateSqlite(database);
      const fault = async ({ letRun, workers, replace }: Stage) => {
        await letRun(400);
        await workers[0]?.kill();
        await replace(0);
      };
      try {
        isSound(await play({ name: 'SQLite, a writer is killed', store: () => ({ kind: 'sqlite', file }), fault }));
      } finally {
        database.close();
        rmSync(folder, { recursive: true });
      }
    },
    PATIENCE,
  );
});
