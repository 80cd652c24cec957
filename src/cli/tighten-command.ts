import type { Policy } from '../core/policy.js';
import type { LimitOrigin } from '../policy/tighten/origins.js';
import { type Tightened, tighten } from '../policy/tighten/tighten.js';
import { asWritten } from '../policy/tighten/words.js';
import { type Commands, orUsage, printJson } from './command.js';
import { EXIT } from './failure.js';
import { readPolicy } from './policy-file.js';
import { table } from './report-table.js';
import { type Paint, paintFor, type Terminal } from './terminal.js';

/** Adds `curfew tighten`. */
export function addTighten({ program, terminal, result }: Commands): void {
  program
    .command('tighten')
    .summary('show what is in force where policies lie on top of each other, and who set it')
    .description(
      'Puts a ceiling over a policy, and that over a route or a tenant, the widest first; the strictest of all wins. ' +
        'Prints every limit in force with who set it, and what the others say.',
    )
    .argument('<ceiling>', "the organisation's policy: JSON, JSONC or YAML")
    .argument('<policies...>', 'the policy below it, and what is below that')
    .option('--json', 'print one JSON object')
    .action(async (ceiling: string, paths: readonly [string, ...string[]], options: { readonly json?: boolean }) => {
      result.exitCode = await showTightened(terminal, ceiling, paths, options.json === true);
    });
}

async function showTightened(
  terminal: Terminal,
  ceiling: string,
  [path, ...paths]: readonly [string, ...string[]],
  isJson: boolean,
): Promise<number> {
  const { stdout, stderr, env } = terminal;
  const paint = paintFor(stderr, env);
  const [outer, inner] = [await readPolicy(ceiling, paint), await readPolicy(path, paint)];
  const more: Policy[] = [];
  for (const other of paths) more.push(await readPolicy(other, paint));
  const tightened = orUsage(() => tighten(outer, inner, ...more));
  const { policy, origins } = tightened;
  if (isJson) printJson(terminal, { policy: policy.id, fingerprint: policy.fingerprint, origins });
  else stdout.write(tightenedLines(tightened, [outer, inner, ...more], paintFor(stdout, env)));
  return EXIT.fine;
}

function tightenedLines({ policy, origins }: Tightened, layers: readonly Policy[], paint: Paint): string {
  const order = layers.map(({ id }) => id).join(' over ');
  const head = `  ${paint.bold(policy.id)}  ${paint.dim(`${policy.fingerprint}  ${order}`)}`;
  const rows = origins.map((origin) => [
    origin.path,
    asWritten(origin.path, origin.value),
    paint.cyan(origin.bindingIs.join(', ') || 'cut to fit'),
    paint.dim(othersOf(origin)),
  ]);
  const names = ['limit', 'in force', 'set by', 'besides'];
  const grid = table(names, rows, ['left', 'left', 'left', 'left'], paint);
  return `\n${head}\n\n${grid}\n\n`;
}

/** What those say whose word is not in force; who says nothing is left out. */
function othersOf({ path, stated, bindingIs }: LimitOrigin): string {
  const others = stated.filter(({ by, value }) => value !== null && !bindingIs.includes(by));
  return others.map(({ by, value }) => `${by}: ${asWritten(path, value)}`).join(', ');
}
