import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SessionStore } from 'curfew/engine';
import { memoryStore } from 'curfew/stores/memory';
import { migrateSqlite, type SqliteDatabase, sqliteStore } from 'curfew/stores/sqlite';

/** The store that there is, and what to call it. */
export interface OpenStore {
  readonly store: SessionStore;
  readonly name: string;
  close(): void;
}

type Database = SqliteDatabase & { close(): unknown };
type Opener = (path: string) => Promise<Database>;

/** SQLite as it comes: better-sqlite3 where its binary was built, else Node's own (22.13 or newer). */
const OPENERS: readonly (readonly [name: string, open: Opener])[] = [
  [
    'better-sqlite3',
    async (path) => {
      const { default: Sqlite } = await import('better-sqlite3');
      return new Sqlite(path) as unknown as Database;
    },
  ],
  [
    'node:sqlite',
    async (path) => {
      // a name that the compiler does not look up: Node 20 has no such module
      const name: string = 'node:sqlite';
      const { DatabaseSync } = (await import(name)) as { DatabaseSync: new (path: string) => Database };
      return new DatabaseSync(path);
    },
  ],
];

/**
 * Opens SQLite at a path, `:memory:` for none. Where this machine has no SQLite, or the file cannot be written, it says
 * so in the name and goes on with less: a demo that does not start shows nothing.
 */
export async function openStore(path: string, openers = OPENERS): Promise<OpenStore> {
  for (const place of path === ':memory:' ? [path] : [path, ':memory:']) {
    for (const [name, open] of openers) {
      const database = await opened(open, place);
      if (database === null) continue;
      const where = place === ':memory:' ? 'in memory, gone when the demo stops' : 'in a file, outlives a restart';
      return { store: sqliteStore(database), name: `SQLite (${name}, ${where})`, close: () => database.close() };
    }
  }
  return { store: memoryStore(), name: 'memory (no SQLite on this machine)', close: () => undefined };
}

async function opened(open: Opener, path: string): Promise<Database | null> {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const database = await open(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 200');
    await migrateSqlite(database);
    return database;
  } catch {
    return null;
  }
}
