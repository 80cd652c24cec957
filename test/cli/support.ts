import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { runProgram } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The file that starts the command line. */
export const MAIN = join(ROOT, 'src/cli/index.ts');

/** What a run of the command line left behind. */
export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a process of its own, from its source. */
export function curfew(
  words: readonly string[],
  input: string | Uint8Array = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...words], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return chunks;
  }) as [Buffer[], Buffer[]];
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on('close', (exitCode) => {
      resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

/** Runs the command line in this process, which is quicker. */
export async function curfewHere(
  words: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const terminal = { stdin: Readable.from([Buffer.from(input)]), stdout, stderr, env } as unknown as Terminal;
  const exitCode = await runProgram(terminal, '1.2.3', words);
  return { exitCode, stdout: textOf(stdout), stderr: textOf(stderr) };
}

function textOf(stream: PassThrough): string {
  return (stream.read() as Buffer | null)?.toString() ?? '';
}

/** A folder for the files of a test; gone after it. */
export function aFolder(): { path: string; write(name: string, content: string | Uint8Array): string } {
  const path = mkdtempSync(join(tmpdir(), 'curfew-'));
  afterAll(() => rmSync(path, { recursive: true }));
  return {
    path,
    write(name, content) {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
  };
}

/** Applies a unified diff to a file, strictly: what it takes away, and what is around it, must be there. */
export function applyDiff(path: string, diff: string): void {
  const before = readFileSync(path, 'utf8').split('\n');
  const after: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2)) {
    const hunk = /^@@ -(\d+)/.exec(line);
    if (hunk !== null) while (at < Number(hunk[1]) - 1) after.push(before[at++] as string);
    else if (line.startsWith('+')) after.push(line.slice(1));
    else if (line.startsWith('-') || line.startsWith(' ')) {
      if (before[at] !== line.slice(1))
        throw new Error(`line ${at + 1} is \`${before[at]}\`, not \`${line.slice(1)}\``);
      if (line.startsWith(' ')) after.push(line.slice(1));
      at += 1;
    }
  }
  writeFileSync(path, [...after, ...before.slice(at)].join('\n'));
}
