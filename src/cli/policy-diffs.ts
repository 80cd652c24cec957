import { resolve } from 'node:path';
import type { Policy } from '../core/policy.js';
import { comparePolicies } from '../policy/compare/compare-policies.js';
import type { Comparison } from '../policy/compare/comparison.js';
import { orUsage } from './command.js';
import { EXIT, failure } from './failure.js';
import { type GitChange, gitBase, gitChanges, gitText } from './git.js';
import { readPolicy, readPolicyFile } from './policy-file.js';
import { isPolicyName } from './policy-paths.js';
import { paintFor, type Terminal } from './terminal.js';

/** What became of one policy. */
export interface PolicyDiff extends GitChange {
  /** `null` where there is only one of the two. */
  readonly comparison: Comparison | null;
}

/** Compares two policies: files, `-` for standard input, or `git:ref:path`. */
export async function diffOfTwo(terminal: Terminal, before: string, after: string): Promise<Comparison> {
  if (before === '-' && after === '-') throw failure(EXIT.usage, 'only one of the two can come from standard input');
  const [one, other] = [await named(terminal, before), await named(terminal, after)];
  return orUsage(() => comparePolicies(one, other));
}

async function named(terminal: Terminal, name: string): Promise<Policy> {
  const paint = paintFor(terminal.stderr, terminal.env);
  const [, ref, path] = /^git:([^:]+):(.+)$/.exec(name) ?? [];
  if (ref !== undefined && path !== undefined) return readPolicy(name, paint, await gitText(ref, path));
  return readPolicy(name, paint, name === '-' ? await allOf(terminal.stdin) : undefined);
}

async function allOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** Compares every policy below these paths that is not as it was in a commit. */
export async function diffsSince(
  terminal: Terminal,
  ref: string,
  paths: readonly string[],
): Promise<readonly PolicyDiff[]> {
  if (paths.length === 0) throw failure(EXIT.usage, 'name the policies: curfew diff --base main policies/');
  const paint = paintFor(terminal.stderr, terminal.env);
  const base = await gitBase(ref);
  const changes = (await gitChanges(base, paths)).filter(({ path }) => isPolicyName(path));
  const diffs: PolicyDiff[] = [];
  for (const change of changes) {
    const { path, status } = change;
    const after = status === 'gone' ? null : (await readPolicyFile(resolve(path), paint)).policy;
    const before = status === 'new' ? null : await readPolicy(path, paint, await gitText(base, path));
    const comparison = before === null || after === null ? null : orUsage(() => comparePolicies(before, after));
    diffs.push({ ...change, comparison });
  }
  return diffs;
}
