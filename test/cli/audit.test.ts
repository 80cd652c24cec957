import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { Redis } from 'ioredis';
import { createPool } from 'mysql2/promise';
import { Pool } from 'pg';
import { createClient, createCluster } from 'redis';
import { expect, it, vi } from 'vitest';
import { openRedis } from '../../src/cli/live-redis.js';
import { createEngine } from '../../src/engine/index.js';
import type { SessionStore } from '../../src/engine/ports.js';
import { definePolicy, type Policy } from '../../src/index.js';
import { migrateMysql, mysqlStore } from '../../src/stores/mysql.js';
import { migratePostgres, postgresStore } from '../../src/stores/postgres.js';
import { redisStore } from '../../src/stores/redis.js';
import { migrateSqlite, sqliteStore } from '../../src/stores/sqlite.js';
import { manualClock } from '../../src/testing/index.js';
import { describeWith as describeWithProgram, REDIS } from '../servers/available.js';
import { startCluster } from '../servers/redis-cluster.js';
import { startRedis } from '../servers/redis-server.js';
import { describeWith, findMysql, findPostgres } from '../servers/sql.js';
import { aFolder, curfewHere } from './support.js';

const HOUR = 3_600_000;
const folder = aFolder();
const document = { id: 'web', idleTimeout: '2h', absoluteTimeout: '8h' };
const file = folder.write('policy.json', JSON.stringify(document));
const web = definePolicy(document);
const loose = definePolicy({ id: 'loose', idleTimeout: '30d', absoluteTimeout: '90d' });
const fingerprint = web.fingerprint;

/** Sessions of every kind, as engines with two policies left them behind. */
async function fill(store: SessionStore): Promise<void> {
  const now = Date.now();
  const clock = manualClock(now - 10 * HOUR);
  const engine = (policy: Policy) =>
    createEngine({ policy, store: { ...store, now: async () => clock.now() }, clock, purgeEvery: 0, recordEvery: 0 });
  const start = async (policy: Policy) => {
    const login = await engine(policy).start({ subject: 'alice' });
    if (login.effect !== 'permit') throw new Error(login.reasons[0]?.code);
    return login;
  };
  const old = await start(loose); // active for longer than `web` lets anybody be
  await start(web); // lapsed
  clock.advance(9.5 * HOUR);
  await engine(loose).access(old.handle, { activity: 'user' });
  await start(loose); // under another policy
  await start(web);
  await start(web);
  const out = await start(web);
  await engine(web).end(out.handle);
}

const COUNTS = { live: 2, other_policy: 1, outlived: 1, lapsed: 1, ended: 1, damaged: 0 };

async function audited(address: string, ...more: string[]) {
  const { exitCode, stdout, stderr } = await curfewHere(['audit', '-p', file, '--store', address, '--json', ...more]);
  if (stdout === '') throw new Error(stderr);
  return { exitCode, ...JSON.parse(stdout) };
}

it('finds in SQLite what outlived the policy, what runs under another, and what is damaged', async () => {
  const path = `${folder.path}/sessions.db`;
  const database = new Database(path);
  await migrateSqlite(database);
  await fill(sqliteStore(database));
  expect(await audited(`sqlite:${path}`)).toMatchObject({ exitCode: 1, sessions: 6, counts: COUNTS, fingerprint });
  database.exec("UPDATE curfew_sessions SET record = '{' WHERE rowid = 3");
  const { counts, examples } = await audited(path);
  expect(counts.damaged).toBe(1);
  expect(examples.length).toBeGreaterThanOrEqual(2);
  const { stdout } = await curfewHere(['audit', '-p', file, '--store', path]);
  expect(stdout).toMatch(/outlived\s+1 {3}active after this policy would have ended it/);
  database.exec('DELETE FROM curfew_sessions');
  expect(await audited(path)).toMatchObject({ exitCode: 1, sessions: 0 });
  expect(await audited(path, '--allow-empty')).toMatchObject({ exitCode: 0, sessions: 0 });
  database.close();
});

it('takes the address from the environment, where no list of processes shows it', async () => {
  vi.stubEnv('CURFEW_STORE', 'sqlite:/nowhere/at/all.db');
  const { exitCode, stderr } = await curfewHere(['audit', '-p', file]);
  vi.unstubAllEnvs();
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('/nowhere/at/all.db: there is no such file')]);
});

it('reads more than a page, each session once', async () => {
  const path = `${folder.path}/many.db`;
  const database = new Database(path);
  await migrateSqlite(database);
  const engine = createEngine({ policy: web, store: sqliteStore(database), purgeEvery: 0 });
  for (let count = 0; count < 1_203; count++) await engine.start({ subject: `s-${count}` });
  expect(await audited(path)).toMatchObject({ exitCode: 0, sessions: 1_203, counts: { live: 1_203 } });
  database.close();
});

describeWith(await findPostgres(), 'in PostgreSQL', (url) => {
  it('as well', async () => {
    const table = `audit_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    const pool = new Pool({ connectionString: url });
    await migratePostgres(pool, { table });
    await fill(postgresStore(pool, { table }));
    expect(await audited(url, '--table', table)).toMatchObject({ exitCode: 1, counts: COUNTS });
    await pool.query(`DROP TABLE ${table}`);
    await pool.end();
  });
});

describeWith(await findMysql(), 'in MySQL or MariaDB', (url) => {
  it('as well', async () => {
    const table = `audit_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    const pool = createPool(url);
    await migrateMysql(pool, { table });
    await fill(mysqlStore(pool, { table }));
    expect(await audited(url, '--table', table)).toMatchObject({ exitCode: 1, counts: COUNTS });
    await pool.query(`DROP TABLE ${table}`);
    await pool.end();
  });
});

describeWithProgram(REDIS, 'in Redis', () => {
  it('as well, and nothing that is not a session', async () => {
    const server = await startRedis();
    const url = `redis://127.0.0.1:${server.port}`;
    const client = createClient({ url });
    await client.connect();
    await fill(redisStore(client));
    await client.set('curfew:other', 'x');
    await client.set('app:AAAAAAAAAAAAAAAAAAAAAA', 'x');
    // a lapsed session has gone by itself
    expect(await audited(url)).toMatchObject({ exitCode: 1, sessions: 5, counts: { ...COUNTS, lapsed: 0 } });
    client.destroy();
    await server.stop();
  });

  it('on every primary of a Cluster, whichever node is named', async () => {
    const cluster = await startCluster();
    const [first, , last] = cluster.primaries.map(({ port }) => `redis://127.0.0.1:${port}`) as [
      string,
      string,
      string,
    ];
    const client = createCluster({ rootNodes: [{ url: first }] });
    await client.connect();
    const engine = createEngine({ policy: web, store: redisStore(client as never), purgeEvery: 0 });
    for (let count = 0; count < 40; count++) await engine.start({ subject: `s-${count}` });
    for (const url of [first, last]) expect(await audited(url)).toMatchObject({ exitCode: 0, sessions: 40 });
    const servers = await openRedis({ default: Redis } as never, last, { prefix: 'curfew:', table: '' });
    const found: string[] = [];
    for await (const ids of servers.ids()) found.push(...ids);
    expect((await servers.store.load(found)).filter((one) => one !== null)).toHaveLength(40);
    await servers.close();
    client.destroy();
    await cluster.stop();
  }, 60_000);
});

it.each([
  ['mongodb://u:geheim@host/db', 2, 'no address of a store'],
  ['postgres://u:geheim@127.0.0.1:1/test', 1, 'could not be read: ECONNREFUSED'],
  [`${'/nowhere/at/all'}.db`, 1, '/nowhere/at/all.db: there is no such file'],
  ['sqlite:', 1, 'there is no such file'],
  ['127.0.0.1:6379/geheim', 2, 'begins with no scheme: write sqlite:sessions.db, postgres://user@host/database'],
])('says what is wrong with %s, and no password', async (address, exitCode, message) => {
  const run = await curfewHere(['audit', '-p', file, '--store', address]);
  expect([run.exitCode, run.stderr]).toEqual([exitCode, expect.stringContaining(message)]);
  expect(run.stderr).not.toContain('geheim');
});
