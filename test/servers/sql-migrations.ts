import type { Migration } from '../../src/stores/sql/migration.js';

/** What a file in `migrations/` says: the statements as they are run. */
export function migrationText({ statements }: Migration): string {
  return statements.map((statement) => `${statement};\n`).join('\n');
}
