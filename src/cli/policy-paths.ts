import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EXIT, failure } from './failure.js';

/** The files that are meant: a folder stands for every policy in it, at any depth, in the order of their names. */
export async function policyPaths(named: readonly string[], besides: readonly string[]): Promise<readonly string[]> {
  const others = new Set(besides.map((path) => resolve(path)));
  const lists = await Promise.all(named.map((path) => pathsIn(path, others)));
  return lists.flat();
}

async function pathsIn(path: string, others: ReadonlySet<string>): Promise<readonly string[]> {
  // what cannot be looked at is told when it is read
  const isFolder = await stat(path).then(
    (about) => about.isDirectory(),
    () => false,
  );
  if (!isFolder) return [path];
  const names = (await readdir(path, { recursive: true })).sort();
  const found = names.filter((name) => isPolicyName(name) && !others.has(resolve(path, name)));
  if (found.length === 0) {
    throw failure(EXIT.usage, `${path} has no policy in it: none ends in .json, .jsonc, .yaml or .yml`);
  }
  return found.map((name) => join(path, name));
}

/** Whether a file is called as policies are. */
export function isPolicyName(name: string): boolean {
  return /\.(?:jsonc?|ya?ml)$/i.test(name) && !/(?:^|[\\/])(?:\.|node_modules)/.test(name);
}
