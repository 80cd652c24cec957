import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { SessionStore, Watch } from '../../src/engine/ports.js';
import { migratePostgres, type PostgresOptions, postgresStore } from '../../src/stores/postgres.js';
import { systemTimers, type Timers } from '../../src/time/timer.js';
import { describeWith, findPostgres } from '../servers/sql.js';
import { envelope, next } from '../servers/sql-cases.js';
import { startProxy } from '../servers/tcp-proxy.js';
import { until } from '../servers/until.js';

const TABLE = `curfew_test_${process.pid}_watch`;
/** The host's timers, and an hour is a minute. */
const hasty: Timers = { ...systemTimers, after: (length, act) => systemTimers.after(length / 20, act) };
const DOWN = { code: 'store_unavailable' };

function poolOf(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 8, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => {});
  return pool;
}

describeWith(await findPostgres(), 'a watch of the PostgreSQL store', (url) => {
  const pool = poolOf(url);
  const writer = postgresStore(pool, { table: TABLE });
  beforeAll(() => migratePostgres(pool, { table: TABLE }));
  afterAll(async () => {
    await pool.query(`DROP TABLE ${TABLE}`);
    await pool.end();
  });

  /** A store that watches, with what it was told. */
  async function watched(options: PostgresOptions = {}, through: pg.Pool = poolOf(url)) {
    const told = { changed: [] as string[], lost: 0 };
    const store = postgresStore(through, { table: TABLE, ...options });
    const watch = (await store.watch?.({
      changed: (id) => void told.changed.push(id),
      lost() {
        told.lost += 1;
      },
    })) as Watch;
    onTestFinished(async () => {
      await watch.close();
      await through.end();
    });
    return { told, watch, store };
  }

  async function created(store: SessionStore, count: number) {
    const all = Array.from({ length: count }, () => envelope());
    for (const one of all) await store.create(one);
    return all;
  }

  it('has been told of whatever was committed before a check began', async () => {
    const { told, watch } = await watched();
    let [one] = (await created(writer, 1)) as [ReturnType<typeof envelope>];
    for (let round = 1; round <= 500; round++) {
      one = next(one, { record: '' });
      await writer.replace([one], { announce: true });
      await watch.check();
      expect(told.changed).toHaveLength(round);
    }
    expect(new Set(told.changed)).toEqual(new Set([one.id]));
    expect(told.lost).toBe(0);
  });

  it('holds that for many writers and checks at once', async () => {
    const { told, watch } = await watched();
    const all = await created(writer, 200);
    await Promise.all(
      all.map(async (one) => {
        await writer.replace([next(one)], { announce: true });
        await watch.check();
        expect(told.changed).toContain(one.id);
      }),
    );
    expect(told.changed).toHaveLength(200);
  });

  it('waits in a check for a writer that committed, not for one that has not', async () => {
    const { told, watch } = await watched();
    const client = await pool.connect();
    onTestFinished(() => client.release());
    await client.query('BEGIN');
    await client.query('SELECT pg_notify($1, $2)', [TABLE, 'of a transaction']);
    await watch.check();
    expect(told.changed).toEqual([]);
    await client.query('COMMIT');
    await watch.check();
    expect(told.changed).toEqual(['of a transaction']);
  });

  it('hears of a list what was written of it, and of a transaction that was rolled back nothing', async () => {
    const { told, watch } = await watched();
    const all = await created(writer, 3);
    const [first, second, third] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]];
    const list = [next(first), next(second, { revision: 9 }), next(third)];
    expect(await writer.replace(list, { announce: true })).toEqual(['written', 'conflict', 'written']);
    expect(await writer.replace([next(second)])).toEqual(['written']);
    await watch.check();
    expect(told.changed.sort()).toEqual([first.id, third.id].sort());
  });

  it('tells that it was cut, checks nothing while it is, and comes back by itself', async () => {
    const { told, watch } = await watched();
    const [one] = (await created(writer, 1)) as [ReturnType<typeof envelope>];
    const killed = await pool.query(KILL_LISTENERS, [`LISTEN "${TABLE}#%`]);
    expect(killed.rowCount).toBe(1);
    await until('the loss is told', () => told.lost > 0);
    await writer.replace([next(one)], { announce: true });
    await until('checks resolve again', () => resolves(watch));
    // once when it broke, and once when it was back: in between nothing was heard
    expect(told.lost).toBe(2);
    await writer.replace([next(next(one))], { announce: true });
    await watch.check();
    expect(told.changed.at(-1)).toBe(one.id);
  });

  it('stays down as long as the server does', async () => {
    const proxy = await startProxy(Number(new URL(url).port || 5432));
    onTestFinished(() => proxy.close());
    const proxied = new URL(url);
    proxied.port = String(proxy.port);
    const through = poolOf(proxied.href);
    let attempts = 0;
    const listen = () => {
      attempts += 1;
      return through.connect();
    };
    const { told, watch } = await watched({ listen, timers: hasty }, through);
    proxy.down();
    await until('the loss is told and several attempts have failed', () => told.lost > 0 && attempts > 5);
    await expect(watch.check()).rejects.toMatchObject(DOWN);
    expect(told.lost).toBe(1);
    proxy.restore();
    await until('checks resolve again', () => resolves(watch));
    expect(told.lost).toBe(2);
  });

  it('gives up a connection that is silent, whatever TCP thinks of it', async () => {
    const proxy = await startProxy(Number(new URL(url).port || 5432));
    onTestFinished(() => proxy.close());
    const proxied = new URL(url);
    proxied.port = String(proxy.port);
    const { told, watch } = await watched({ timers: hasty }, poolOf(proxied.href));
    proxy.blackHole();
    await expect(watch.check()).rejects.toMatchObject(DOWN);
    expect(told.lost).toBe(1);
    proxy.restore();
    await until('checks resolve again', () => resolves(watch));
    expect(told.lost).toBe(2);
  });

  it('listens on a client that it is given', async () => {
    let clients = 0;
    const lone = new pg.Client(url);
    await lone.connect();
    onTestFinished(() => lone.end());
    const listen = async () => {
      clients += 1;
      const client = new pg.Client(url);
      await client.connect();
      return client;
    };
    const store = postgresStore(lone, { table: TABLE, listen });
    const heard: string[] = [];
    const watch = await store.watch?.({ changed: (id) => void heard.push(id), lost() {} });
    const [one] = (await created(store, 1)) as [ReturnType<typeof envelope>];
    await store.replace([next(one)], { announce: true });
    await watch?.check();
    expect(heard).toEqual([one.id]);
    await watch?.close();
    expect(clients).toBe(1);
    const { rowCount } = await pool.query(LISTENERS, [`LISTEN "${TABLE}#%`]);
    await until('its connection is closed', async () => rowCount === 0 || (await listeners(pool)) === 0);
  });

  it('refuses a connection that does not keep what it listens to', async () => {
    // what a pooler does that shares connections by transaction: each statement may go to another one
    const shared = {
      query: (text: string, values?: unknown[]) => pool.query(text, values),
      on: () => shared,
      release() {},
    };
    const store = postgresStore(pool, { table: TABLE, listen: async () => shared });
    const watching = store.watch?.({ changed() {}, lost() {} });
    await expect(watching).rejects.toMatchObject({
      code: 'store_unavailable',
      cause: { message: expect.stringMatching(/pooler/) },
    });
  });

  it('rejects where there is nobody to listen to', async () => {
    const nowhere = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const watching = postgresStore(nowhere).watch?.({ changed() {}, lost() {} });
    await expect(watching).rejects.toMatchObject({ code: 'store_unavailable', cause: { code: 'ECONNREFUSED' } });
  });

  it('tells nothing after it was closed, and leaves no connection behind', async () => {
    const { told, watch } = await watched();
    await watch.close();
    await watch.close();
    await expect(watch.check()).rejects.toMatchObject(DOWN);
    const [one] = (await created(writer, 1)) as [ReturnType<typeof envelope>];
    await writer.replace([next(one)], { announce: true });
    await until('its connection is closed', async () => (await listeners(pool)) === 0);
    expect(told).toEqual({ changed: [], lost: 0 });
  });
});

/** The connections whose last statement was to listen or to check. */
const LISTENERS = `SELECT pid FROM pg_stat_activity WHERE query LIKE $1 OR query LIKE 'SELECT pg_notify($1, $2)'`;
const KILL_LISTENERS = `SELECT pg_terminate_backend(pid) FROM (${LISTENERS}) AS listener`;

async function listeners(pool: pg.Pool): Promise<number> {
  return (await pool.query(LISTENERS, [`LISTEN "${TABLE}#%`])).rowCount ?? 0;
}

async function resolves(watch: Watch): Promise<boolean> {
  return watch.check().then(
    () => true,
    () => false,
  );
}
