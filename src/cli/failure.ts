import { dirname } from 'node:path';

/** Exit codes: fine, the operation failed, it was called wrongly or with a bad policy, it was interrupted. */
export const EXIT = { fine: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** One thing that is wrong with a file, and where; line and column from 1. */
export interface FileProblem {
  /** JSON pointer into the document. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** An end of the program that the person can do something about: its message is all that they see. */
export interface Failure extends Error {
  readonly exitCode: number;
  /** The same for machines, where a file is at fault; empty for any other reason. */
  readonly problems: readonly FileProblem[];
}

/** Makes a failure. The message is a sentence that says what to do. */
export function failure(exitCode: number, message: string, problems: readonly FileProblem[] = []): Failure {
  return Object.assign(new Error(message), { exitCode, problems });
}

/** Whether an error is a failure. */
export function isFailure(error: unknown): error is Failure {
  return error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number';
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not open it',
  EPERM: 'you may not open it',
  EISDIR: 'it is a directory: name a file',
  ENOSPC: 'the disk is full',
  Z_DATA_ERROR: 'what follows is not gzip, or it is damaged: unpack the log first, and give each part for itself',
  Z_BUF_ERROR: 'the gzip data is cut off',
};

/** Says in words why a file could not be written. */
export function writeFailure(path: string, error: unknown): Failure {
  const isFolderMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  if (!isFolderMissing) return fileFailure(EXIT.failed, path, error);
  return failure(EXIT.failed, `${path}: there is no directory ${dirname(path)}`);
}

/** Says in words what the operating system, or whoever unpacked it, said about a file. */
export function fileFailure(exitCode: number, path: string, error: unknown): Failure {
  const { code = '', message: said } = error as NodeJS.ErrnoException;
  const message = FILE_ERRORS[code] ?? said;
  return failure(exitCode, `${path}: ${message}`, [{ path: '', code: 'file_unreadable', message, line: 1, column: 1 }]);
}
