/** `npm run start:replay`: makes up eight days of traffic, and replays it against the policy in `examples/`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { generateChunks } from './generate-traffic.js';

const SEED = 7;
const POLICY = 'examples/customer-web.json';
const COMMAND = ['replay', '--policy', POLICY, '--background', '^/api/notifications'];

const root = fileURLToPath(new URL('..', import.meta.url));
process.stdout.write(`\n  eight days of made-up traffic (seed ${SEED}), piped into\n  curfew ${COMMAND.join(' ')}\n`);

const curfew = spawn(process.execPath, ['dist/cli/index.js', ...COMMAND, '-'], {
  cwd: root,
  stdio: ['pipe', 'inherit', 'inherit'],
});
const [[exitCode]] = await Promise.all([once(curfew, 'exit'), pipeline(generateChunks({ seed: SEED }), curfew.stdin)]);
process.exitCode = exitCode;
process.stdout.write(
  '  Next, a log of your own, gzip or not; name the paths that your pages poll:\n' +
    `    npx curfew replay -p ${POLICY} --background REGEX access.log\n\n`,
);
