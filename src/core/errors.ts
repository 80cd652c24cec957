/** One thing that is wrong with an input. */
export interface Problem {
  /** JSON pointer (RFC 6901) to the place, `''` for the whole. */
  readonly path: string;
  /** snake_case and append-only. */
  readonly code: string;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** An error of this package. Tell them apart by `code`, never by `instanceof`: two copies of a package are normal. */
export interface CurfewError extends Error {
  readonly code: string;
  readonly problems: readonly Problem[];
}

/** Makes an error with a stable code and every problem in its message. */
export function curfewError(code: string, summary: string, problems: readonly Problem[]): CurfewError {
  const lines = problems.map(({ path, message }) => `  ${path === '' ? '(whole)' : path}: ${message}`);
  const error = new Error([summary, ...lines].join('\n'));
  return Object.assign(error, { name: 'CurfewError', code, problems });
}
