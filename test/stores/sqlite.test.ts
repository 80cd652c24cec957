import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/engine/ports.js';
import { sqliteMigrations } from '../../src/stores/sqlite/migrations.js';
import { migrateSqlite, sqliteStore } from '../../src/stores/sqlite.js';
import { storeContract } from '../../src/testing/store-contract.js';
import { NEVER } from '../../src/time/instant.js';
import { systemTimers } from '../../src/time/timer.js';
import { envelope, next, sqlStoreCases } from '../servers/sql-cases.js';
import { migrationText } from '../servers/sql-migrations.js';

const folder = mkdtempSync(join(tmpdir(), 'curfew-sqlite-'));
const file = (name: string) => join(folder, name);
function open(name: string): Database.Database {
  const database = new Database(file(name));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000');
  return database;
}
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('the SQLite store on better-sqlite3 keeps the contract', () => {
  async function makeStore() {
    count += 1;
    const [one, two, closed] = [open(`${count}.db`), open(`${count}.db`), new Database(':memory:')];
    await migrateSqlite(one);
    await migrateSqlite(one, { table: 'others' });
    closed.close();
    const damage = (what: string) => async (id: string) => {
      one.prepare(`UPDATE curfew_sessions SET ${what} WHERE id = ?`).run(id);
    };
    return {
      store: sqliteStore(one),
      secondStore: sqliteStore(two),
      otherStore: sqliteStore(one, { table: 'others' }),
      unreachable: sqliteStore(closed),
      damages: ['revision = 0', 'revision = -7', 'purge_at = -1', `purge_at = ${2 ** 62}`].map(damage),
      async close() {
        one.close();
        two.close();
      },
    };
  }
  const without = {
    cut: 'there is no connection, the file is in the same process',
    now: 'the clock of the file is the one of the host',
    watch: 'a file tells no other process of a change',
  };
  for (const { name, run } of storeContract({ makeStore, without })) it(name, run);
});

describe('the SQLite store', () => {
  const [one, two] = [open('sessions.db'), open('sessions.db')];
  const store = sqliteStore(one);
  sqlStoreCases(() => ({
    store,
    other: sqliteStore(two),
    missing: sqliteStore(one, { table: 'nowhere' }),
    migrate: () => migrateSqlite(one),
    execute: async (statement) => one.exec(statement.replaceAll('TABLE', 'curfew_sessions')),
  }));

  it('keeps sessions over a restart', async () => {
    const before = open('restart.db');
    await migrateSqlite(before);
    const kept = envelope();
    await sqliteStore(before).create(kept);
    before.close();
    const after = open('restart.db');
    expect(await sqliteStore(after).load([kept.id])).toEqual([kept]);
    after.close();
  });

  it('finds by an index whatever it looks for', () => {
    const plan = (sql: string) =>
      one
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...[...sql.matchAll(/\?/g)].map(() => '0'))
        .map((step) => (step as { detail: string }).detail)
        .join('\n');
    const seen: string[] = [];
    const spy = sqliteStore({
      exec: (sql) => one.exec(sql),
      prepare(sql) {
        seen.push(sql);
        return one.prepare(sql) as never;
      },
    });
    void Promise.all([spy.load(['a']), spy.replace([next(envelope())]), spy.listBySubject('a'), spy.purge(0)]);
    expect(seen).toHaveLength(4);
    for (const sql of seen) expect(plan(sql)).not.toMatch(/SCAN (?:curfew_sessions|old)/);
  });

  it('reads what a database set to bigints hands over', async () => {
    const database = open('sessions.db');
    database.defaultSafeIntegers(true);
    const exact = sqliteStore(database);
    const kept = envelope();
    expect(await exact.create(kept)).toBe('written');
    expect(await exact.replace([next(kept)])).toEqual(['written']);
    expect(await exact.load([kept.id])).toEqual([next(kept)]);
    database.close();
  });

  it('says that a file is locked, and has then written nothing', async () => {
    const impatient = open('sessions.db');
    impatient.exec('PRAGMA busy_timeout = 0');
    const kept = envelope();
    await store.create(kept);
    one.exec('BEGIN IMMEDIATE');
    const locked = sqliteStore(impatient);
    const refused = { code: 'store_unavailable', cause: { code: 'SQLITE_BUSY' } };
    await expect(locked.replace([next(kept)])).rejects.toMatchObject(refused);
    await expect(locked.create(envelope())).rejects.toMatchObject(refused);
    expect(await locked.load([kept.id])).toEqual([kept]);
    one.exec('COMMIT');
    expect(await locked.replace([next(kept)])).toEqual(['written']);
    impatient.close();
  });

  it('lets others have a turn in the middle of a purge', async () => {
    await store.purge(NEVER, 1_000_000);
    for (let count = 0; count < 250; count++) await store.create(envelope({ purgeAt: 1 }));
    const purging = store.purge(1);
    const seen: number[] = [];
    for (let turn = 0; turn < 2; turn++) {
      seen.push(one.prepare('SELECT id FROM curfew_sessions').all().length);
      await new Promise<void>((resolve) => systemTimers.soon(resolve));
    }
    expect(await purging).toBe(250);
    expect(seen).toEqual([150, 50]);
  });

  it('counts every write of several processes on one file once', async () => {
    const all = Array.from({ length: 5 }, () => envelope());
    for (const each of all) await store.create(each);
    const child = fileURLToPath(new URL('../servers/sqlite-writer.ts', import.meta.url));
    const args = ['--import', 'tsx', child, file('sessions.db'), ...all.map(({ id }) => id)];
    const children = [1, 2, 3].map(() => promisify(execFile)(process.execPath, args));
    const counts = (await Promise.all(children)).map(({ stdout }) => Number(stdout));
    const loaded = (await store.load(all.map(({ id }) => id))) as readonly Envelope[];
    expect(counts.every((written) => written > 0)).toBe(true);
    expect(loaded.reduce((total, { revision }) => total + revision - 1, 0)).toBe(sum(counts));
  });

  it('refuses a name that would be more than a name', () => {
    for (const table of ['', 'a b', 'a"', '1a', 'a;b', 'é', 'a'.repeat(41)]) {
      expect(() => sqliteStore(one, { table })).toThrow(expect.objectContaining({ code: 'store_options_invalid' }));
    }
  });

  it('ships the migration that it runs', async () => {
    for (const migration of sqliteMigrations('curfew_sessions')) {
      await expect(migrationText(migration)).toMatchFileSnapshot(`../../migrations/sqlite/${migration.name}.sql`);
    }
  });
});
