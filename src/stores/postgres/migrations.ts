import { identifier } from '../sql/identifier.js';
import type { Migration } from '../sql/migration.js';

/** Where in the database the sessions are. */
export interface PostgresTable {
  /** Default: `curfew_sessions`. */
  readonly table?: string;
  /** Default: what the `search_path` says. */
  readonly schema?: string;
}

/** Makes the table of the sessions. `migrations/postgres/` holds the same text for the default name. */
export function postgresMigrations(table: string, schema?: string): readonly Migration[] {
  const name = qualified(table, schema);
  return [
    {
      name: '0001-sessions',
      statements: [
        `-- revision: 1 at first, one more at each write; every write names the one it follows.
-- purge_at: milliseconds since 1970, from when on the row may be deleted. It ends no session.
-- The space left in each page lets a write that does not move purge_at stay in it, without touching an index.
CREATE TABLE IF NOT EXISTS ${name} (
  id       text   COLLATE "C" NOT NULL PRIMARY KEY,
  subject  text   COLLATE "C" NOT NULL,
  record   text   NOT NULL,
  revision bigint NOT NULL,
  purge_at bigint NOT NULL
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
        `CREATE INDEX IF NOT EXISTS "${table}_subject" ON ${name} (subject)`,
        `CREATE INDEX IF NOT EXISTS "${table}_purge_at" ON ${name} (purge_at)`,
      ],
    },
  ];
}

/** The table's name as SQL has it. */
export function qualified(table: string, schema?: string): string {
  const name = `"${identifier('table', table)}"`;
  return schema === undefined ? name : `"${identifier('schema', schema)}".${name}`;
}
