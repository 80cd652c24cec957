// `npm run test:runtimes`: the same suite in every runtime that is here, one line each.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const TOOLS = 'npm ci --prefix test/runtimes';

/** A Node of its own for each line that is supported, and one that is new enough for the worker's tools. */
const node = (major) => here(`node_modules/node-${major}/bin/node`);
const bun = here('node_modules/@oven/bun-linux-x64/bin/bun');
const deno = here('node_modules/@deno/linux-x64-glibc/deno');
const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

const RUNTIMES = [
  ...[20, 22, 24, 26].map((major) => ({
    name: 'node',
    line: ` ${major}`,
    program: node(major),
    args: [here('in-process.js')],
    get: TOOLS,
  })),
  { name: 'bun', program: bun, args: [here('in-process.js')], get: TOOLS },
  // Deno is given no permission: no clock to ask for, but no file, no variable and no network either.
  { name: 'deno', program: deno, args: ['run', '--no-prompt', '--quiet', here('in-process.js')], get: TOOLS },
  { name: 'workerd', program: node(24), args: [here('workerd.js')], get: TOOLS },
  {
    name: 'chromium',
    program: browser && process.execPath,
    args: [here('chromium.js'), browser],
    get: 'apt-get install chromium',
  },
];

function prepare() {
  if (!existsSync(here('../../dist/index.js'))) throw new Error('nothing is built yet: `npm run build` first');
  // The tools are large and their own: whoever installs Curfew, or works on it, gets them only here.
  if (existsSync(here('node_modules/.package-lock.json'))) return;
  execFileSync(npm, ['ci', '--prefix', here('.'), '--loglevel=error'], { stdio: 'inherit' });
}

function outcomeOf({ name, line = '', program, args, get }) {
  if (program === undefined || !existsSync(program))
    return { line: `${name}${line}: not run: ${get}`, ran: false, failures: [] };
  const { stdout, stderr, status, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 });
  try {
    const { version, passed, failures } = JSON.parse(stdout);
    return { line: `${name} ${version}: ${passed} passed, ${failures.length} failed`, ran: true, failures };
  } catch {
    const failures = [error?.message ?? `it ended with ${status} and said: ${stdout}${stderr}`];
    return { line: `${name}: could not run the suite`, ran: true, failures };
  }
}

prepare();
let failed = false;
for (const runtime of RUNTIMES) {
  const { line, ran, failures } = outcomeOf(runtime);
  console.log([line, ...failures.map((failure) => `  ${failure}`)].join('\n'));
  // At home a missing runtime is a note; where everything was installed on purpose it is a failure.
  failed ||= failures.length > 0 || (!ran && process.env.CI === 'true');
}
process.exitCode = failed ? 1 : 0;
