import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { postgresMigrations } from '../../src/stores/postgres/migrations.js';
import { migratePostgres, postgresStore } from '../../src/stores/postgres.js';
import { storeContract } from '../../src/testing/store-contract.js';
import { describeWith, findPostgres } from '../servers/sql.js';
import { envelope, next, sqlStoreCases } from '../servers/sql-cases.js';
import { migrationText } from '../servers/sql-migrations.js';
import { startProxy } from '../servers/tcp-proxy.js';

const TABLE = `curfew_test_${process.pid}`;

/** A pool whose clients may be killed: `pg` tells of it on the pool, and that is no failure of the test. */
function poolOf(connectionString: string, options: string = ''): pg.Pool {
  const pool = new pg.Pool({ connectionString, options, max: 8, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => {});
  return pool;
}

function through(url: string, port: number): string {
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(port);
  return proxied.href;
}

const server = await findPostgres();

describeWith(server, 'the PostgreSQL store keeps the contract', (url) => {
  const pool = poolOf(url);
  const unreachable = poolOf('postgres://nobody@127.0.0.1:1/none');
  let count = 0;

  async function makeStore() {
    count += 1;
    const [table, others] = [`${TABLE}_${count}`, `${TABLE}_${count}_o`];
    const proxy = await startProxy(Number(new URL(url).port || 5432));
    const proxied = poolOf(through(url, proxy.port));
    await migratePostgres(pool, { table });
    await migratePostgres(pool, { table: others });
    const damage = (what: string) => async (id: string) => {
      await pool.query(`UPDATE ${table} SET ${what} WHERE id = $1`, [id]);
    };
    return {
      store: postgresStore(proxied, { table }),
      secondStore: postgresStore(pool, { table }),
      otherStore: postgresStore(pool, { table: others }),
      unreachable: postgresStore(unreachable, { table }),
      damages: ['revision = 0', 'revision = -7', 'purge_at = -1', 'purge_at = 4611686018427387904'].map(damage),
      cut: async () => proxy.cut(),
      async close() {
        proxy.cut();
        await proxied.end();
        await proxy.close();
        await pool.query(`DROP TABLE ${table}, ${others}`);
      },
    };
  }
  for (const { name, run } of storeContract({ makeStore })) it(name, run);

  afterAll(async () => {
    await pool.end();
    await unreachable.end();
  });
});

describeWith(server, 'the PostgreSQL store', (url) => {
  describe.each(['read committed', 'repeatable read', 'serializable'])('where %s is the default', (isolation) => {
    const table = `${TABLE}_${isolation.replace(' ', '_')}`;
    const options = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`;
    const [one, two] = [poolOf(url, options), poolOf(url, options)];
    sqlStoreCases(() => ({
      store: postgresStore(one, { table }),
      other: postgresStore(two, { table }),
      missing: postgresStore(one, { table: 'nowhere' }),
      migrate: () => migratePostgres(one, { table }),
      execute: (statement) => one.query(statement.replaceAll('TABLE', table)),
    }));

    it('is', async () => {
      const { rows } = await one.query('SHOW transaction_isolation');
      expect(rows).toEqual([{ transaction_isolation: isolation }]);
    });

    afterAll(async () => {
      await one.query(`DROP TABLE ${table}`);
      await one.end();
      await two.end();
    });
  });

  describe('by itself', () => {
    const table = `${TABLE}_alone`;
    const pool = poolOf(url);
    const store = postgresStore(pool, { table });
    beforeAll(() => migratePostgres(pool, { table }));
    afterAll(async () => {
      await pool.query(`DROP TABLE ${table}`);
      await pool.end();
    });

    it('lives in the schema that it is told', async () => {
      const schema = `${TABLE}_schema`;
      await pool.query(`CREATE SCHEMA ${schema}`);
      onTestFinished(async () => void (await pool.query(`DROP SCHEMA ${schema} CASCADE`)));
      await migratePostgres(pool, { table, schema });
      const elsewhere = postgresStore(pool, { table, schema });
      const one = envelope();
      expect(await elsewhere.create(one)).toBe('written');
      expect(await elsewhere.load([one.id])).toEqual([one]);
      expect(await store.load([one.id])).toEqual([null]);
    });

    it('runs on a lone client, which nobody can watch', async () => {
      const client = new pg.Client(url);
      await client.connect();
      onTestFinished(() => client.end());
      const lone = postgresStore(client, { table });
      const one = envelope();
      expect(await lone.create(one)).toBe('written');
      expect(await lone.replace([next(one)], { announce: true })).toEqual(['written']);
      // pg says so as a warning of the process when a client is asked for more than one thing at a time
      const warnings: Error[] = [];
      const warned = (warning: Error) => void warnings.push(warning);
      process.on('warning', warned);
      onTestFinished(() => void process.off('warning', warned));
      const many = Array.from({ length: 20 }, () => envelope());
      expect(await Promise.all(many.map((each) => lone.create(each)))).toEqual(many.map(() => 'written'));
      await expect(postgresStore(client, { table: 'nowhere' }).load(['a'])).rejects.toThrow();
      expect(await lone.load([one.id])).toEqual([next(one)]);
      expect(warnings).toEqual([]);
      expect(lone.watch).toBeUndefined();
    });

    it('finds by an index whatever it looks for', async () => {
      const seen: [string, unknown[]][] = [];
      const spy = postgresStore(
        {
          async query(text, values = []) {
            seen.push([text, values]);
            return { rows: [] };
          },
        },
        { table },
      );
      const two = [envelope(), envelope()].map((one) => next(one));
      await spy.load(two.map(({ id }) => id));
      await spy.replace(two.slice(1));
      await spy.replace(two, { announce: true });
      await spy.listBySubject('a');
      await spy.purge(0);
      expect(seen).toHaveLength(5);
      const client = await pool.connect();
      onTestFinished(() => client.release());
      // a table this small would be read as a whole; the question is whether an index could serve
      await client.query('SET enable_seqscan = off');
      for (const [text, values] of seen) {
        const { rows } = await client.query(`EXPLAIN ${text}`, values);
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).toMatch(/Index/);
        expect(plan).not.toMatch(/Seq Scan/);
      }
    });

    it('tells of a connection that is killed in the middle, and comes back by itself', async () => {
      const one = envelope();
      await store.create(one);
      const holder = await pool.connect();
      onTestFinished(() => holder.release());
      await holder.query('BEGIN');
      await holder.query(`SELECT 1 FROM ${table} WHERE id = $1 FOR UPDATE`, [one.id]);
      const { rows: held } = await holder.query('SELECT pg_backend_pid() AS pid');
      const waiting = store.replace([next(one)]);
      const killed = expect(waiting).rejects.toMatchObject({ code: 'store_unavailable', cause: { code: '57P01' } });
      await expect
        .poll(async () => (await pool.query(KILL_WAITING, [held[0].pid])).rowCount, { timeout: 10_000 })
        .toBe(1);
      await killed;
      await holder.query('COMMIT');
      expect(await store.load([one.id])).toEqual([one]);
      expect(await store.replace([next(one)])).toEqual(['written']);
    });

    it('tries again what was taken back, ten times and no more', async () => {
      let attempts = 0;
      const takenBack = Object.assign(new Error('could not serialize access'), { code: '40001' });
      const client = {
        async query() {
          attempts += 1;
          throw takenBack;
        },
      };
      const refused = { code: 'store_unavailable', cause: takenBack };
      await expect(postgresStore(client).load(['a'])).rejects.toMatchObject(refused);
      expect(attempts).toBe(10);
    });

    it('reads what a parser of big integers hands over', async () => {
      const parsed = new pg.Pool({
        connectionString: url,
        types: { getTypeParser: (oid: number) => (oid === 20 ? BigInt : String) } as never,
      });
      onTestFinished(() => parsed.end());
      const exact = postgresStore(parsed, { table });
      const one = envelope();
      expect(await exact.create(one)).toBe('written');
      expect(await exact.load([one.id])).toEqual([one]);
      expect(await exact.now?.()).toBeGreaterThan(1_000_000_000_000);
      expect(await exact.purge(0)).toBe(0);
    });

    it('asks the clock of the server, whatever the time zone', async () => {
      const zoned = poolOf(url, '-c TimeZone=Pacific/Apia');
      onTestFinished(() => zoned.end());
      const [before, there, after] = [await store.now?.(), await postgresStore(zoned).now?.(), await store.now?.()];
      expect(there).toBeGreaterThanOrEqual(before as number);
      expect(after).toBeGreaterThanOrEqual(there as number);
    });

    it('lends nobody the only client of a pool, which would be left with none', async () => {
      const single = new pg.Pool({ connectionString: url, max: 1 });
      onTestFinished(() => single.end());
      expect(postgresStore(single).watch).toBeUndefined();
      const listen = async () => {
        const client = new pg.Client(url);
        await client.connect();
        return client;
      };
      const watch = await postgresStore(single, { listen }).watch?.({ changed: () => {}, lost: () => {} });
      await watch?.check();
      expect(await postgresStore(single).now?.()).toBeGreaterThan(0);
      await watch?.close();
    });

    it('refuses a name that would be more than a name', () => {
      for (const name of ['', 'a b', 'a"', '1a', 'a;b', 'é', 'a'.repeat(64)]) {
        const refusal = expect.objectContaining({ code: 'store_options_invalid' });
        expect(() => postgresStore(pool, { table: name })).toThrow(refusal);
        expect(() => postgresStore(pool, { schema: name })).toThrow(refusal);
      }
    });
  });
});

/** Ends the sessions that wait for a lock of this one. */
const KILL_WAITING = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $1::int = ANY(pg_blocking_pids(pid))`;

describe('the migration for PostgreSQL', () => {
  it('is shipped as it is run', async () => {
    for (const migration of postgresMigrations('curfew_sessions')) {
      await expect(migrationText(migration)).toMatchFileSnapshot(`../../migrations/postgres/${migration.name}.sql`);
    }
  });
});
