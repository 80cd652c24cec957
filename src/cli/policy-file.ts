import type { CurfewError, Problem } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import { parsePolicy } from '../policy/define.js';
import { type DocumentFile, type Place, readDocument } from './document-file.js';
import { EXIT, failure } from './failure.js';
import type { Paint } from './terminal.js';

/** A policy, and where in which file its parts are written. */
export interface PolicyFile {
  readonly policy: Policy;
  readonly file: DocumentFile;
}

/** Reads a policy file. What is wrong with it is told with file, line and column. */
export async function readPolicy(path: string, paint: Paint, text?: string): Promise<Policy> {
  return (await readPolicyFile(path, paint, text)).policy;
}

/** Reads a policy file, or the text that was under that name, and remembers where it says what. */
export async function readPolicyFile(path: string, paint: Paint, text?: string): Promise<PolicyFile> {
  const file = await readDocument(path, text);
  const twice = file.duplicates.map(({ pointer, place }) => ({
    path: pointer,
    code: 'key_duplicate',
    message: 'is written twice: only the last would count, so take one out',
    place,
  }));
  if (twice.length > 0) throw policyFailure(path, twice, paint);
  try {
    return { policy: parsePolicy(file.document), file };
  } catch (error) {
    const { code, problems } = error as Partial<CurfewError>;
    if (code !== 'policy_invalid' || problems === undefined) throw error;
    const placed = problems.map((problem) => ({ ...problem, place: file.placeOf(problem.path) }));
    throw policyFailure(path, placed, paint);
  }
}

function policyFailure(path: string, problems: readonly (Problem & { readonly place: Place })[], paint: Paint) {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const lines = problems.map(({ place, path: pointer, message }) => {
    const field = pointer === '' ? '' : `${paint.bold(pointer)}\n    `;
    return `\n  ${paint.dim(`${path}:${place.line}:${place.column}:`)} ${field}${message}`;
  });
  const told = problems.map(({ path: pointer, code, message, place }) => ({ path: pointer, code, message, ...place }));
  return failure(EXIT.usage, `${path} cannot be used: ${count}\n${lines.join('\n')}\n`, told);
}
