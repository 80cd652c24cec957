/** `npm start`: the demo, an application with real sessions and a console that shows every decision. See docs/demo.md. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ACCOUNTS } from '../demo/server/accounts.js';
import { startDemo } from '../demo/server.js';

const values = optionsOf();
const port = Number(values?.port ?? (process.env['PORT'] || 3000));
if (values === null || values.port === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(
    'Only --open and --port are known, and a port is a whole number from 0 to 65535: PORT=8080 npm start\n',
  );
  process.exit(2);
}

const database = fileURLToPath(new URL('../demo/.data/sessions.db', import.meta.url));
// the wall clock alone: a laptop that sleeps is what the demo is to show, not a clock to be wary of
const demo = await startDemo({ port, database, clock: { now: () => Date.now() } });

const accounts = ACCOUNTS.map(
  ({ username, password, code, note }) => `    ${username.padEnd(6)} ${password.padEnd(11)} code ${code}   ${note}\n`,
);
process.stdout.write(
  `\n  The Curfew demo runs at ${demo.url}\n\n  Sign in as\n${accounts.join('')}\n` +
    `  Sessions are kept in ${demo.store}.\n  What to try: docs/demo.md. Ctrl-C stops it.\n\n`,
);
if (values.open) openBrowser(demo.url);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    demo.close().then(() => process.exit(0));
  });
}

function optionsOf() {
  try {
    return parseArgs({ options: { open: { type: 'boolean' }, port: { type: 'string' } } }).values;
  } catch {
    return null;
  }
}

function openBrowser(url: string): void {
  const [command = '', ...options] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[
    process.platform as string
  ] ?? ['xdg-open'];
  // where nothing opens one, the address above is enough
  spawn(command, [...options, url], { stdio: 'ignore', detached: true })
    .once('error', () => undefined)
    .unref();
}
