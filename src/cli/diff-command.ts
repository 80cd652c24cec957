import { Option } from 'commander';
import { comparePolicies } from '../policy/compare/compare-policies.js';
import type { Comparison, LooseningExample, PolicyChange, Relation } from '../policy/compare/comparison.js';
import { formatDuration } from '../time/duration.js';
import { type Commands, orUsage, printJson } from './command.js';
import { EXIT } from './failure.js';
import { readPolicy } from './policy-file.js';
import { type Paint, paintFor, type Terminal } from './terminal.js';

/** Options of `curfew diff`. */
interface DiffOptions {
  readonly failOn: 'never' | 'looser' | 'change';
  readonly json?: boolean;
}

const HEADLINES: Readonly<Record<Relation, string>> = {
  equal: 'the same: every session is answered as before',
  tighter: 'tighter: nobody is let in who was not before',
  looser: 'looser: somebody is let in who was not before',
  incomparable: 'neither tighter nor looser: milder here and stricter there, or not to be told',
};

/** Adds `curfew diff`. */
export function addDiff({ program, terminal, result }: Commands): void {
  program
    .command('diff')
    .summary('say what changes between two policies, and who is let in that was not')
    .description(
      'Compares two policies by what they decide, and shows for each loosening the shortest session that shows it.',
    )
    .argument('<before>', 'the policy before: JSON, JSONC or YAML')
    .argument('<after>', 'the policy after')
    .addOption(
      new Option('--fail-on <what>', 'end with 1: for what is not surely as strict as before, or for any change')
        .choices(['never', 'looser', 'change'])
        .default('never'),
    )
    .option('--json', 'print one JSON object')
    .action(async (before: string, after: string, options: DiffOptions) => {
      result.exitCode = await diff(terminal, before, after, options);
    });
}

async function diff(terminal: Terminal, before: string, after: string, options: DiffOptions): Promise<number> {
  const { stdout, stderr, env } = terminal;
  const paint = paintFor(stderr, env);
  const [one, other] = [await readPolicy(before, paint), await readPolicy(after, paint)];
  const comparison = orUsage(() => comparePolicies(one, other));
  if (options.json === true) printJson(terminal, comparison);
  else stdout.write(comparisonLines(comparison, paintFor(stdout, env)));
  return isRefused(comparison, options.failOn) ? EXIT.failed : EXIT.fine;
}

function isRefused({ relation }: Comparison, failOn: DiffOptions['failOn']): boolean {
  if (failOn === 'never' || relation === 'equal') return false;
  return failOn === 'change' || relation !== 'tighter';
}

function comparisonLines({ relation, changes }: Comparison, paint: Paint): string {
  const headline = markOf(relation, paint)(HEADLINES[relation]);
  const lines = changes.map((change) => `${changeLines(change, paint)}\n`);
  return `\n  ${headline}\n\n${lines.join('')}`;
}

function changeLines({ path, relation, sentence, example }: PolicyChange, paint: Paint): string {
  const mark = markOf(relation, paint)(relation.padEnd(12));
  const shown = example === null ? '' : exampleLines(example, paint);
  return `  ${mark} ${sentence}\n  ${' '.repeat(12)} ${paint.dim(path)}\n${shown}`;
}

function exampleLines({ login, events, attributes, before, after }: LooseningExample, paint: Paint): string {
  const who = Object.keys(attributes).length === 0 ? '' : ` with ${JSON.stringify(attributes)}`;
  const level = login.assuranceLevel === undefined ? '' : ` at ${login.assuranceLevel}`;
  const lines = events.map((event, index) => {
    const { type, at, ...rest } = event;
    const stated = Object.entries(rest).map(
      ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    const outcome = index === events.length - 1 ? `  ${paint.bold(`${before.effect} → ${after.effect}`)}` : '';
    return `${formatDuration(at).padStart(9)}  ${type === 'access' ? 'request' : type} ${stated.join(', ')}${outcome}`;
  });
  const refusal = before.reasons.length === 0 ? '' : ` (before: ${before.reasons.join(', ')})`;
  return ['for example:', `       0s  login${level}${who}`, ...lines]
    .map((line, index) => `               ${paint.dim(index === 0 ? `${line}${refusal}` : line)}\n`)
    .join('');
}

function markOf(relation: Relation, paint: Paint): (text: string) => string {
  if (relation === 'looser') return paint.red;
  if (relation === 'incomparable') return paint.yellow;
  return relation === 'tighter' ? paint.cyan : paint.dim;
}
