/** `npm start`: makes up eight days of traffic, and replays it against the policy in `examples/`. */
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
process.stdout.write(`\n  made-up traffic (seed ${SEED}) | curfew ${COMMAND.join(' ')} -\n`);

const curfew = spawn(process.execPath, ['--import', 'tsx', 'src/cli/index.ts', ...COMMAND, '-'], {
  cwd: root,
  stdio: ['pipe', 'inherit', 'inherit'],
});
const [[exitCode]] = await Promise.all([once(curfew, 'exit'), pipeline(generateChunks({ seed: SEED }), curfew.stdin)]);
process.exitCode = exitCode;
process.stdout.write(
  '  Now on a log of your own, gzip or not:\n' +
    `    npx curfew replay --policy ${POLICY} access.log\n` +
    '  and with `--background REGEX` for the paths that your pages poll: the sessions that they kept alive end.\n\n',
);
