import { readdirSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { openRedis } from '../../src/cli/live-redis.js';
import { storeFailure } from '../../src/cli/store-failure.js';
import { createEngine } from '../../src/engine/index.js';
import { definePolicy } from '../../src/index.js';
import { migrateSqlite, sqliteStore } from '../../src/stores/sqlite.js';
import { describeWith, REDIS } from '../servers/available.js';
import { startRedis } from '../servers/redis-server.js';
import { aFolder, curfew, curfewHere } from './support.js';

const document = { id: 'web', idleTimeout: '2h', absoluteTimeout: '8h' };
const web = definePolicy(document);
const file = aFolder().write('policy.json', JSON.stringify(document));

const audit = (store: string, ...more: string[]) => curfewHere(['audit', '-p', file, '--store', store, ...more]);

async function aDatabase(path: string, mode: 'WAL' | 'DELETE') {
  const database = new Database(path);
  database.exec(`PRAGMA journal_mode = ${mode}`);
  await migrateSqlite(database);
  await createEngine({ policy: web, store: sqliteStore(database), purgeEvery: 0 }).start({ subject: 'alice' });
  return database;
}

it.each(['WAL', 'DELETE'] as const)('leaves the folder of a %s database as it was', async (mode) => {
  const folder = aFolder();
  const path = `${folder.path}/sessions.db`;
  const database = await aDatabase(path, mode);
  database.close();
  const before = readFileSync(path);
  expect(await audit(path)).toMatchObject({ exitCode: 0 });
  expect(readdirSync(folder.path)).toEqual(['sessions.db']);
  expect(readFileSync(path).equals(before)).toBe(true);
});

it('takes nothing away from a service that runs', async () => {
  const folder = aFolder();
  const database = await aDatabase(`${folder.path}/sessions.db`, 'WAL');
  const before = readdirSync(folder.path);
  expect(before).toHaveLength(3);
  expect(await audit(`${folder.path}/sessions.db`)).toMatchObject({ exitCode: 0 });
  expect(readdirSync(folder.path)).toEqual(before);
  database.close();
});

it('says that a table is missing, and that its name is none', async () => {
  const path = `${aFolder().path}/sessions.db`;
  (await aDatabase(path, 'DELETE')).close();
  const missing = await audit(path, '--table', 'foo');
  expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining('there is no table `foo`')]);
  const wrong = await audit(path, '--table', 'a b');
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('--table: a table is named by')]);
  for (const code of ['42P01', 'ER_NO_SUCH_TABLE'])
    expect(storeFailure({ code }, '', { table: 'foo', prefix: '' }).message).toContain('no table `foo`');
});

it('does not take an empty store for one where all is well', async () => {
  const path = `${aFolder().path}/sessions.db`;
  const database = await aDatabase(path, 'DELETE');
  database.exec('DELETE FROM curfew_sessions');
  database.close();
  const run = await audit(path);
  expect([run.exitCode, run.stderr]).toEqual([1, expect.stringContaining('not a session was read')]);
  expect(await audit(path, '--allow-empty')).toMatchObject({ exitCode: 0, stderr: '' });
});

describeWith(REDIS, 'in Redis', () => {
  it('ends with what is wrong with the prefix', async () => {
    const server = await startRedis();
    const words = ['audit', '-p', file, '--store', server.url, '--prefix', 'new5'];
    const { exitCode, stderr } = await curfew(words);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--prefix: must end in a character such as `:`')]);
    await server.stop();
  }, 30_000);

  it('repeats what the server says to a wrong password, and not the password', async () => {
    const server = await startRedis();
    await server.ask('CONFIG', 'SET', 'requirepass', 'right');
    const url = server.url.replace('redis://', 'redis://:geheim@');
    const { exitCode, stderr } = await audit(url);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${server.url}: WRONGPASS`);
    expect(stderr).not.toContain('geheim');
    const options = { table: '', prefix: 'curfew:' };
    const error = await openRedis({ default: Redis } as never, url, options).catch((thrown: unknown) => thrown);
    expect(storeFailure(error, url, options).message).toMatch(/^redis:\/\/127.0.0.1:\d+: (?:WRONGPASS|NOAUTH)/);
    await server.stop();
  }, 30_000);
});
