import { numberOf } from '../sql/failure.js';

/** What a statement is asked with: as text, so that lists of any length need no statements kept by the server. */
export interface MysqlQuery {
  readonly sql: string;
  values: unknown[];
  /** Answers look the same whatever the pool was set to. */
  readonly rowsAsArray: false;
  readonly typeCast: true;
}

/** The part of a pool or a connection of `mysql2/promise` that is used. */
export interface MysqlClient {
  query(options: MysqlQuery): Promise<[unknown, unknown]>;
}

/** What a write answers with. CLIENT_FOUND_ROWS makes no difference to `affectedRows`: every match is a change. */
export interface Done {
  readonly affectedRows: number;
}

/**
 * Deadlock, and MariaDB's "record has changed since last read": all of the statement was rolled back. A lock that was
 * waited for too long is not among them: who has waited for 50 seconds has waited enough.
 */
const TAKEN_BACK = new Set([1213, 1020]);

/** Whether the database took the statement back by itself, so that it may be tried again. */
export function wasTakenBack(error: unknown): boolean {
  return TAKEN_BACK.has(numberOf(error) ?? 0);
}

/** What a statement answers with: the rows, or what it has done. */
export async function ask<Answer>(client: MysqlClient, sql: string, values: unknown[] = []): Promise<Answer> {
  const [answer] = await client.query({ sql, values, rowsAsArray: false, typeCast: true });
  return answer as Answer;
}
