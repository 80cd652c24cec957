import { type CurfewError, curfewError } from '../../core/errors.js';

/** A database, as a message names it. */
export interface Backend {
  readonly name: 'SQLite' | 'PostgreSQL' | 'MySQL';
  /** Which function and which file make the table. */
  readonly migration: string;
  /** Whether the error says that there is no such table. */
  isMissingTable(error: unknown): boolean;
}

/**
 * What a store rejects with when its database did not do what it was asked. The driver's error is the cause; of its
 * message nothing is repeated, because a database likes to quote the values that it was given.
 */
export function storeFailure(backend: Backend, error: unknown): CurfewError {
  const code = backend.isMissingTable(error) ? 'store_not_migrated' : 'store_unavailable';
  const summary =
    code === 'store_not_migrated'
      ? `the table of the sessions is not in this ${backend.name} database yet: run ${backend.migration}`
      : `${backend.name} did not answer or refused the statement (${codeOf(error) ?? 'no code'})`;
  return Object.assign(curfewError(code, summary, []), { cause: withoutStatement(error) });
}

/** The code a driver puts on its errors, if it is one: `57P01`, `ECONNRESET`, `SQLITE_BUSY`. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' && /^\w{1,40}$/.test(error.code) ? error.code : null;
}

/** The number that mysql2 puts on its errors: 1146, 1213. */
export function numberOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return null;
  return typeof error.errno === 'number' ? error.errno : null;
}

/** mysql2 puts the whole statement on an error, values and all; whoever prints the cause must not print that. */
function withoutStatement(error: unknown): unknown {
  if (!(error instanceof Error) || !('sql' in error)) return error;
  return Object.defineProperty(error, 'sql', { value: undefined, enumerable: false });
}
