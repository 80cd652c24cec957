const COLUMNS = 'id, subject, record, revision, purge_at';
/** The largest BIGINT. */
const LARGEST = '9223372036854775807';

/** The statements of the store. */
export interface MysqlStatements {
  readonly create: string;
  readonly list: string;
  readonly purge: string;
  readonly replaceOne: string;
  load(count: number): string;
  revisions(count: number): string;
  replaceMany(count: number): string;
}

/** Independent of the session's time zone: an hour that comes twice in autumn is one hour here. */
export const NOW = "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000 AS now";

/** For a table with this name. */
export function mysqlStatements(table: string): MysqlStatements {
  const marks = (count: number) => Array(count).fill('?').join(', ');
  return {
    create: `INSERT INTO \`${table}\` (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`,
    list: `SELECT ${COLUMNS} FROM \`${table}\` WHERE subject = ?`,
    purge: `DELETE FROM \`${table}\` WHERE purge_at <= ? ORDER BY purge_at, id LIMIT ?`,
    replaceOne: `UPDATE \`${table}\` SET record = ?, revision = ?, purge_at = ? WHERE id = ? AND revision = ? - 1`,
    load: (count) => `SELECT ${COLUMNS} FROM \`${table}\` WHERE id IN (${marks(count)})`,
    revisions: (count) => `SELECT id, revision FROM \`${table}\` FORCE INDEX (PRIMARY) WHERE id IN (${marks(count)})`,
    // All of the rows that there are, or none: where a guard does not hold, the sum is more than a BIGINT holds, which
    // is an error in every sql_mode, and takes the statement back.
    // Values of a list go through no derived table: MariaDB 10.11 cuts texts in one down to their length modulo 65,536.
    replaceMany: (count) => {
      const byId = `CASE id${' WHEN ? THEN ?'.repeat(count)} END`;
      return `UPDATE \`${table}\` FORCE INDEX (PRIMARY) SET record = ${byId}, purge_at = ${byId},
      revision = IF(revision = ${byId}, revision + 1, ${LARGEST} + ABS(revision) + 1) WHERE id IN (${marks(count)})`;
    },
  };
}
