import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { EXIT, failure } from './failure.js';

/** A file that is not as it was. */
export interface GitChange {
  /** Relative to where the command runs. */
  readonly path: string;
  readonly status: 'changed' | 'new' | 'gone';
}

const MOST_BYTES = 16 * 1_048_576;

/** The text of a file as it was; the path is relative to where the command runs. */
export async function gitText(ref: string, path: string): Promise<string> {
  // a word that begins with a dash would be an option
  const text = ref.startsWith('-') ? null : await git(['show', `${ref}:./${path}`]);
  if (text !== null) return text;
  throw failure(EXIT.usage, `git:${ref}:${path}: git has no such file there, or no such commit (a shallow clone?)`);
}

/** The commit that the work began with: what others did to `ref` since then is no change of ours. */
export async function gitBase(ref: string): Promise<string> {
  if (!ref.startsWith('-')) {
    const base = (await git(['merge-base', ref, 'HEAD'])) ?? (await git(['rev-parse', '--verify', `${ref}^{commit}`]));
    if (base !== null) return base.trim();
  }
  throw failure(EXIT.usage, `--base ${ref}: git knows no such commit here (a shallow clone?)`);
}

/** What changed since a commit below these paths, with what git does not have yet. */
export async function gitChanges(base: string, paths: readonly string[]): Promise<readonly GitChange[]> {
  const known = await git(['diff', '--relative', '--name-status', '--no-renames', '-z', base, '--', ...paths]);
  const fresh = await git(['ls-files', '--others', '--exclude-standard', '-z', '--', ...paths]);
  if (known === null || fresh === null) throw failure(EXIT.usage, '--base: git cannot compare these paths');
  const words = known.split('\0');
  const changes = new Map<string, GitChange>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    const path = words[at + 1] as string;
    changes.set(path, { path, status: statusOf(words[at] as string) });
  }
  for (const path of fresh.split('\0').filter((one) => one !== '')) {
    // what was deleted there and is there again without git's knowing
    changes.set(path, { path, status: changes.has(path) ? 'changed' : 'new' });
  }
  return [...changes.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function statusOf(letter: string): GitChange['status'] {
  if (letter === 'A') return 'new';
  return letter === 'D' ? 'gone' : 'changed';
}

/** What git says, `null` where it refuses. */
async function git(words: readonly string[]): Promise<string | null> {
  try {
    const options = { cwd: process.cwd(), maxBuffer: MOST_BYTES };
    return (await promisify(execFile)('git', words, options)).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw failure(EXIT.usage, 'git is not installed here');
    return null;
  }
}
