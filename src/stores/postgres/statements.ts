const COLUMNS = 'id, subject, record, revision, purge_at';

/** The statements of the store; each is a transaction of its own. */
export interface PostgresStatements {
  readonly create: string;
  readonly load: string;
  readonly replaceOne: string;
  readonly replaceMany: string;
  readonly list: string;
  readonly purge: string;
  readonly now: string;
}

/** For a table, its name being SQL already. */
export function postgresStatements(table: string): PostgresStatements {
  return {
    create: `INSERT INTO ${table} (${COLUMNS}) VALUES ($1, $2, $3, $4::bigint, $5::bigint)
      ON CONFLICT (id) DO NOTHING RETURNING id`,
    load: `SELECT ${COLUMNS} FROM ${table} WHERE id = ANY($1::text[])`,
    replaceOne: `UPDATE ${table} SET record = $2, revision = $3::bigint, purge_at = $4::bigint
      WHERE id = $1 AND revision = $3::bigint - 1 RETURNING id`,
    // Two of these that meet take their locks in one order, or each could hold what the other waits for.
    replaceMany: `WITH held AS (
        SELECT id FROM ${table} WHERE id = ANY($1::text[]) ORDER BY id FOR NO KEY UPDATE
      )
      UPDATE ${table} AS old SET record = new.record, revision = new.revision, purge_at = new.purge_at
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS new (id, record, revision, purge_at)
      JOIN held ON held.id = new.id
      WHERE old.id = new.id AND old.revision = new.revision - 1 RETURNING old.id`,
    list: `SELECT ${COLUMNS} FROM ${table} WHERE subject = $1`,
    // What somebody else is writing, or purging, at this moment is left to the next time.
    purge: `WITH due AS MATERIALIZED (
        SELECT id FROM ${table} WHERE purge_at <= $1::bigint ORDER BY purge_at LIMIT $2::bigint FOR UPDATE SKIP LOCKED
      ), gone AS (
        DELETE FROM ${table} AS old USING due WHERE old.id = due.id AND old.purge_at <= $1::bigint RETURNING 1
      )
      SELECT count(*) AS count FROM gone`,
    now: 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
  };
}

/** Tells of each row that a replacement wrote, when it is committed and only then. The channel is its last value. */
export function announcing(replace: string): string {
  return `WITH written AS (${replace}) SELECT id, pg_notify($5, id) FROM written`;
}
