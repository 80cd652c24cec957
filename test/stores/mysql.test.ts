import { inspect } from 'node:util';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { mysqlMigrations } from '../../src/stores/mysql/migrations.js';
import { mysqlStatements } from '../../src/stores/mysql/statements.js';
import { migrateMysql, mysqlStore } from '../../src/stores/mysql.js';
import { storeContract } from '../../src/testing/store-contract.js';
import { describeWith, findMysql } from '../servers/sql.js';
import { envelope, next, sqlStoreCases } from '../servers/sql-cases.js';
import { migrationText } from '../servers/sql-migrations.js';
import { startProxy } from '../servers/tcp-proxy.js';

const TABLE = `curfew_test_${process.pid}`;
const server = await findMysql();

describeWith(server, 'the MySQL store keeps the contract', (uri) => {
  const pool = mysql.createPool({ uri, connectionLimit: 8 });
  const unreachable = mysql.createPool({ uri: 'mysql://nobody@127.0.0.1:1/none' });
  let count = 0;

  async function makeStore() {
    count += 1;
    const [table, others] = [`${TABLE}_${count}`, `${TABLE}_${count}_o`];
    const proxy = await startProxy(Number(new URL(uri).port || 3306));
    const proxied = mysql.createPool({ uri, host: '127.0.0.1', port: proxy.port, connectionLimit: 8 });
    await migrateMysql(pool, { table });
    await migrateMysql(pool, { table: others });
    const damage = (what: string) => async (id: string) => {
      await pool.query(`UPDATE ${table} SET ${what} WHERE id = ?`, [Buffer.from(id)]);
    };
    return {
      store: mysqlStore(proxied, { table }),
      secondStore: mysqlStore(pool, { table }),
      otherStore: mysqlStore(pool, { table: others }),
      unreachable: mysqlStore(unreachable, { table }),
      damages: ['revision = 0', 'revision = -7', 'purge_at = -1', "record = X'FF'", "subject = X'C080'"].map(damage),
      cut: async () => proxy.cut(),
      async close() {
        proxy.cut();
        await proxied.end();
        await proxy.close();
        await pool.query(`DROP TABLE ${table}, ${others}`);
      },
    };
  }
  const without = { watch: 'MySQL has nothing that tells of a change' };
  for (const { name, run } of storeContract({ makeStore, without })) it(name, run);

  afterAll(async () => {
    await pool.end();
    await unreachable.end();
  });
});

describeWith(server, 'the MySQL store', (uri) => {
  const settings: readonly (readonly [string, mysql.PoolOptions, string])[] = [
    ['READ COMMITTED', {}, 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'],
    ['REPEATABLE READ', {}, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ'],
    ['SERIALIZABLE', {}, 'SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE'],
    ['latin1', { charset: 'latin1' }, 'SET SESSION time_zone = "+13:00"'],
    ['utf8mb3', { charset: 'utf8' }, 'SET SESSION sql_mode = ""'],
    ['NO_BACKSLASH_ESCAPES', {}, 'SET SESSION sql_mode = "NO_BACKSLASH_ESCAPES,ANSI_QUOTES"'],
    ['big numbers', { supportBigNumbers: true, bigNumberStrings: true, namedPlaceholders: true }, 'DO 0'],
    ['odd answers', { rowsAsArray: true, typeCast: () => 'nonsense', flags: ['-FOUND_ROWS'] }, 'DO 0'],
  ];

  describe.each(settings)('where %s is set', (name, options, statement) => {
    const table = `${TABLE}_${name.toLowerCase().replace(' ', '_')}`;
    const pools = [1, 2].map(() => mysql.createPool({ uri, connectionLimit: 8, ...options }));
    // a pool sends what it is told on a new connection before anything else
    for (const pool of pools) pool.pool.on('connection', (connection) => void connection.query(statement));
    const [one, two] = pools as [mysql.Pool, mysql.Pool];
    sqlStoreCases(() => ({
      store: mysqlStore(one, { table }),
      other: mysqlStore(two, { table }),
      missing: mysqlStore(one, { table: 'nowhere' }),
      migrate: () => migrateMysql(one, { table }),
      execute: (text) => one.query(text.replaceAll('TABLE', table)),
    }));

    it('asks the clock of the server, whatever the time zone', async () => {
      const [before, after] = [await mysqlStore(one).now?.(), await mysqlStore(two).now?.()];
      const [rows] = await one.query({ sql: 'SELECT UNIX_TIMESTAMP() AS now', rowsAsArray: false, typeCast: true });
      const seconds = Number((rows as { now: unknown }[])[0]?.now);
      expect(after).toBeGreaterThanOrEqual(before as number);
      expect(Math.abs((before as number) / 1_000 - seconds)).toBeLessThan(2);
    });

    afterAll(async () => {
      await one.query(`DROP TABLE ${table}`);
      for (const pool of pools) await pool.end();
    });
  });

  describe('by itself', () => {
    const table = `${TABLE}_alone`;
    const pool = mysql.createPool({ uri, connectionLimit: 8 });
    const store = mysqlStore(pool, { table });
    beforeAll(() => migrateMysql(pool, { table }));
    afterAll(async () => {
      await pool.query(`DROP TABLE ${table}`);
      await pool.end();
    });

    it('runs on a lone connection, with nothing in between taken back', async () => {
      const connection = await mysql.createConnection(uri);
      onTestFinished(() => connection.end());
      const lone = mysqlStore(connection, { table });
      const all = Array.from({ length: 5 }, () => envelope());
      const created = await Promise.all(all.map((one) => lone.create(one)));
      expect(created).toEqual(all.map(() => 'written'));
      expect(await lone.replace([...all.map((one) => next(one)), next(envelope())])).toEqual([
        ...all.map(() => 'written'),
        'conflict',
      ]);
      expect(await lone.load(all.map(({ id }) => id))).toEqual(all.map((one) => next(one)));
    });

    it('refuses what a server that is not strict would cut off', async () => {
      const refused = { code: 'store_value_invalid' };
      await expect(store.create(envelope({ id: 'x'.repeat(256) }))).rejects.toMatchObject(refused);
      await expect(store.create(envelope({ subject: '😀'.repeat(64) }))).rejects.toMatchObject(refused);
      expect(await store.load(['x'.repeat(256), 'x'.repeat(255)])).toEqual([null, null]);
      expect(await store.listBySubject('😀'.repeat(64))).toEqual([]);
    });

    it.each([1, 3])(
      'tells of a connection that is killed in the middle of %i, and comes back by itself',
      async (count) => {
        const all = Array.from({ length: count }, () => envelope());
        for (const one of all) await store.create(one);
        const holder = await pool.getConnection();
        onTestFinished(() => holder.release());
        await holder.query('START TRANSACTION');
        const last = all
          .map(({ id }) => id)
          .sort()
          .at(-1);
        await holder.query(`SELECT 1 FROM ${table} WHERE id = ? FOR UPDATE`, [last]);
        const answer = store.replace(all.map((one) => next(one))).catch((error: unknown) => error);
        await expect.poll(() => killWaiting(pool, table), { timeout: 10_000, interval: 200 }).toBe(1);
        expect(await answer).toMatchObject({ code: 'store_unavailable' });
        await holder.query('COMMIT');
        expect(await store.load(all.map(({ id }) => id))).toEqual(all);
        expect(await store.replace(all.map((one) => next(one)))).toEqual(all.map(() => 'written'));
      },
    );

    it('puts no record where an error is printed', async () => {
      const one = envelope({ record: 'confidential' });
      const error = await mysqlStore(pool, { table: 'nowhere' })
        .create(one)
        .catch((reason: unknown) => reason);
      const hex = Buffer.from(one.record).toString('hex');
      expect(inspect(error, { depth: 9 })).not.toMatch(new RegExp(`confidential|${hex}`, 'i'));
      expect((error as { cause: object }).cause).toBeInstanceOf(Error);
    });

    it('finds by an index whatever it looks for', async () => {
      const seen: [string, unknown[]][] = [];
      const spy = mysqlStore(
        {
          async query({ sql, values }) {
            seen.push([sql, values]);
            return [{ affectedRows: /WHERE id IN/.test(sql) ? 2 : 0 }, []];
          },
        },
        { table },
      );
      await spy.replace([next(envelope())]);
      await spy.replace([next(envelope()), next(envelope())]);
      await spy.purge(0);
      const { revisions, list, load } = mysqlStatements(table);
      const bytes = ['a', 'b', 'c'].map((id) => Buffer.from(id));
      const asked = [...seen, [revisions(3), bytes], [load(3), bytes], [list, bytes.slice(0, 1)]] as [
        string,
        unknown[],
      ][];
      for (const [sql, values] of asked) {
        const [rows] = await pool.query(`EXPLAIN ${sql}`, values);
        for (const { key } of rows as { key: string | null }[])
          expect(key ?? sql).toMatch(/^(?:PRIMARY|\w+_subject|\w+_purge_at)$/);
      }
    });

    it('refuses a name that would be more than a name', () => {
      for (const name of ['', 'a b', 'a`', '1a', 'a;b', 'é', 'a'.repeat(41)]) {
        const refusal = expect.objectContaining({ code: 'store_options_invalid' });
        expect(() => mysqlStore(pool, { table: name })).toThrow(refusal);
      }
    });
  });
});

/** Ends the connections that wait for a lock of this table; answers how many. The view is a copy that is kept for 0.1 s. */
async function killWaiting(pool: mysql.Pool, table: string): Promise<number> {
  const waiting = `SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx
    WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE ?`;
  const [rows] = await pool.query(waiting, [`%${table}%`]);
  const kills = (rows as { id: number }[]).map(({ id }) => pool.query(`KILL ${id}`));
  return (await Promise.allSettled(kills)).filter(({ status }) => status === 'fulfilled').length;
}

describe('the migration for MySQL', () => {
  it('is shipped as it is run', async () => {
    for (const migration of mysqlMigrations('curfew_sessions')) {
      await expect(migrationText(migration)).toMatchFileSnapshot(`../../migrations/mysql/${migration.name}.sql`);
    }
  });
});
