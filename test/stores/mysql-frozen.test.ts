import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/engine/ports.js';
import { migrateMysql, mysqlStore } from '../../src/stores/mysql.js';
import { describeWith, findMysql } from '../servers/sql.js';
import { envelope, next } from '../servers/sql-cases.js';
import { until } from '../servers/until.js';

const TABLE = `curfew_frozen_${process.pid}`;
const server = await findMysql();
const COUNT = 5;

/** A process that is stopped for good once it has had so many answers: what it holds then, it goes on holding. */
function frozenAfter(pool: mysql.Pool, answers: number) {
  let had = 0;
  const freezing = <Client extends { query: mysql.Pool['query'] }>(client: Client): Client => {
    const query = async (options: mysql.QueryOptions) => {
      const answer = await client.query(options);
      had += 1;
      return had >= answers ? new Promise(() => {}) : answer;
    };
    return new Proxy(client, {
      get: (target, name) => {
        if (name === 'query') return query;
        if (name === 'getConnection') return async () => freezing(await pool.getConnection());
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  return { client: freezing(pool), isFrozen: () => had >= answers };
}

describeWith(server, 'the MySQL store, beside a process that is frozen in the middle of a list', (uri) => {
  const pool = mysql.createPool({ uri, connectionLimit: 8 });
  // a lock that is waited for shows as a failure within a second, not within the server's default of 50
  pool.pool.on('connection', (connection) => void connection.query('SET SESSION innodb_lock_wait_timeout = 1'));
  const frozen = mysql.createPool({ uri, connectionLimit: 8 });
  const store = mysqlStore(pool, { table: TABLE });
  beforeAll(() => migrateMysql(pool, { table: TABLE }));
  afterAll(async () => {
    for (const connection of [frozen, pool]) {
      // what is frozen is not ended in good order
      if (connection === pool) await pool.query(`DROP TABLE ${TABLE}`);
      await connection.end();
    }
  });

  describe.each([1, 2, 3, 4])('after answer %i', (answers) => {
    it('writes the same sessions, in a list and one by one, at once', async () => {
      const all = Array.from({ length: COUNT }, () => envelope());
      for (const one of all) await store.create(one);
      const { client, isFrozen } = frozenAfter(frozen, answers);
      let isDone = false;
      void mysqlStore(client, { table: TABLE })
        .replace(all.map((one) => next(one)))
        .then(() => {
          isDone = true;
        });
      await until('it is frozen, or through', () => isFrozen() || isDone);
      const now = (await store.load(all.map(({ id }) => id))) as Envelope[];
      expect(await store.replace(now.slice(1).map((one) => next(one)))).toEqual(now.slice(1).map(() => 'written'));
      expect(await store.replace(now.slice(0, 1).map((one) => next(one)))).toEqual(['written']);
    });
  });
});
