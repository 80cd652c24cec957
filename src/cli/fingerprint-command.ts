import { type Commands, printJson } from './command.js';
import { EXIT } from './failure.js';
import { readPolicy } from './policy-file.js';
import { paintFor, type Terminal } from './terminal.js';

/** Options of `curfew fingerprint`. */
interface FingerprintOptions {
  readonly expect?: string;
  readonly json?: boolean;
}

/** Adds `curfew fingerprint`. */
export function addFingerprint({ program, terminal, result }: Commands): void {
  program
    .command('fingerprint')
    .summary('print the hash of what a policy means')
    .description(
      'Prints the fingerprint of each policy: equal for documents that mean the same, as every decision record has it.',
    )
    .argument('<policies...>', 'policies: JSON, JSONC or YAML')
    .option('--expect <fingerprint>', 'end with 1 if one has another')
    .option('--json', 'print one JSON object')
    .action(async (paths: readonly string[], options: FingerprintOptions) => {
      result.exitCode = await fingerprint(terminal, paths, options);
    });
}

async function fingerprint(terminal: Terminal, paths: readonly string[], options: FingerprintOptions): Promise<number> {
  const { expect, json } = options;
  const found: { path: string; id: string; fingerprint: string }[] = [];
  for (const path of paths) {
    const { id, fingerprint } = await readPolicy(path, paintFor(terminal.stderr, terminal.env));
    found.push({ path, id, fingerprint });
  }
  if (json === true) printJson(terminal, found);
  else for (const one of found) terminal.stdout.write(`${one.fingerprint}  ${one.path}\n`);
  const others = expect === undefined ? [] : found.filter((one) => one.fingerprint !== expect);
  for (const { path } of others) terminal.stderr.write(`${path} is not ${expect}\n`);
  return others.length > 0 ? EXIT.failed : EXIT.fine;
}
