import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const runtime = (name: string) => path(`runtimes/node_modules/${name}`);
const folder = mkdtempSync(join(tmpdir(), 'curfew-sqlite-'));
const bundle = join(folder, 'contract.mjs');

beforeAll(async () => {
  const entryPoints = [path('servers/sqlite-in-runtime.ts')];
  await build({ entryPoints, outfile: bundle, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
});
afterAll(() => rmSync(folder, { recursive: true }));

// Node 22 and 24 call it experimental, which is theirs to tell and not a failure.
for (const [title, program] of [
  ['node:sqlite of Node 22', runtime('node-22/bin/node')],
  ['node:sqlite of Node 24', runtime('node-24/bin/node')],
  ['node:sqlite of Node 26', runtime('node-26/bin/node')],
  ['bun:sqlite', runtime('@oven/bun-linux-x64/bin/bun')],
] as const) {
  const sentence = `the SQLite store on ${title} keeps the contract`;
  if (existsSync(program) || process.env['CI'] === 'true') it(sentence, () => keepsContract(program));
  else it.skip(`${sentence}: not run: npm ci --prefix test/runtimes`);
}

async function keepsContract(program: string): Promise<void> {
  const { stdout } = await promisify(execFile)(program, [bundle]);
  const { passed, failures } = JSON.parse(stdout);
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(60);
}
