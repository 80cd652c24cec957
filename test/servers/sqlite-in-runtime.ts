// The contract on the SQLite that a runtime brings along; bundled by a test, and run by that runtime.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateSqlite, type SqliteDatabase, sqliteStore } from '../../src/stores/sqlite.js';
import { storeContract } from '../../src/testing/store-contract.js';

interface OwnDatabase extends SqliteDatabase {
  close(): void;
}

const isBun = 'bun' in process.versions;
// a name that no bundler looks into: each of them exists in one runtime only
const name = isBun ? 'bun:sqlite' : 'node:sqlite';
const own = await import(name);
const Database: new (path: string) => OwnDatabase = isBun ? own.Database : own.DatabaseSync;
const folder = mkdtempSync(join(tmpdir(), 'curfew-sqlite-'));
let count = 0;

function open(path: string): OwnDatabase {
  const database = new Database(path);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec('PRAGMA busy_timeout = 2000');
  return database;
}

async function makeStore() {
  count += 1;
  const path = join(folder, `${count}.db`);
  const [one, two, closed] = [open(path), open(path), open(join(folder, 'closed.db'))];
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

const without = { cut: 'no connection', now: 'the clock of the host', watch: 'a file tells nobody' };
const failures: string[] = [];
let passed = 0;
for (const { name: title, run } of storeContract({ makeStore, without, runs: 10 })) {
  try {
    await run();
    passed += 1;
  } catch (error) {
    failures.push(`${title}: ${error}`);
  }
}
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ passed, failures }));
