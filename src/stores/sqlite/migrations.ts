import { identifier } from '../sql/identifier.js';
import type { Migration } from '../sql/migration.js';

/** Makes the table of the sessions. `migrations/sqlite/` holds the same text for the default name. */
export function sqliteMigrations(table: string): readonly Migration[] {
  const name = identifier('table', table);
  return [
    {
      name: '0001-sessions',
      statements: [
        `-- revision: 1 at first, one more at each write; every write names the one it follows.
-- purge_at: milliseconds since 1970, from when on the row may be deleted. It ends no session.
CREATE TABLE IF NOT EXISTS "${name}" (
  id       TEXT    NOT NULL PRIMARY KEY,
  subject  TEXT    NOT NULL,
  record   TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  purge_at INTEGER NOT NULL
) STRICT`,
        `CREATE INDEX IF NOT EXISTS "${name}_subject" ON "${name}" (subject)`,
        `CREATE INDEX IF NOT EXISTS "${name}_purge_at" ON "${name}" (purge_at)`,
      ],
    },
  ];
}
