import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What the routes of the app call: they run in the process that serves them. */
export const HANDLERS = Symbol.for('curfew.test.next');

/** Beside the tests, so that it finds the packages; it ignores itself. */
export const APP = fileURLToPath(new URL('../.next-app/', import.meta.url));

const ROUTE = `
const answer = (request, context) => globalThis[Symbol.for('curfew.test.next')].route(request, context);
export { answer as GET, answer as HEAD, answer as POST, answer as PUT, answer as PATCH, answer as DELETE };
export const dynamic = 'force-dynamic';
`;
const PROXY = `
import { NextResponse } from 'next/server';
export const proxy = (request) => globalThis[Symbol.for('curfew.test.next')].proxy(request, () => NextResponse.next());
`;
const PAGE = `
import { headers } from 'next/headers';
export const dynamic = 'force-dynamic';
export default async () => (await globalThis[Symbol.for('curfew.test.next')].load(await headers()))?.subject ?? 'nobody';
`;
const REDIRECTING = `
import { redirect } from 'next/navigation';
export const POST = (request) => globalThis[Symbol.for('curfew.test.next')].redirecting(request, redirect);
`;
const LAYOUT = `export default ({ children }) => <html><body>{children}</body></html>;`;
const CONFIG = `export default { turbopack: { root: process.cwd() }, skipTrailingSlashRedirect: true };`;

const FILES = {
  '.gitignore': '*',
  'app/[...path]/route.js': ROUTE,
  'app/redirecting/route.js': REDIRECTING,
  'app/page.jsx': PAGE,
  'app/layout.jsx': LAYOUT,
  'proxy.js': PROXY,
  'next.config.mjs': CONFIG,
};

/** Writes the app and builds it, for production. */
export async function buildNextApp(): Promise<void> {
  await removeNextApp();
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(new URL(`file://${APP}${name}`.replace(/[^/]+$/, '')), { recursive: true });
    await writeFile(`${APP}${name}`, text);
  }
  const bin = fileURLToPath(new URL('../../../node_modules/next/dist/bin/next', import.meta.url));
  await run([bin, 'build', APP]);
}

export async function removeNextApp(): Promise<void> {
  await rm(APP, { recursive: true, force: true });
}

/** Runs Node to its end; what it wrote. */
export async function run(words: readonly string[]): Promise<string> {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' as const };
  const child = spawn(process.execPath, words, { env });
  let [out, complaints] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${complaints}${out}`);
  return out;
}
