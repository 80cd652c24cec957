import { Option } from 'commander';
import { plainText } from '../compliance/markdown.js';
import type { Comparison } from '../policy/compare/comparison.js';
import { type Commands, printJson } from './command.js';
import { comparisonLines, comparisonMarkdown } from './diff-text.js';
import { EXIT, failure } from './failure.js';
import { diffOfTwo, diffsSince, type PolicyDiff } from './policy-diffs.js';
import { type Paint, paintFor, type Terminal } from './terminal.js';

/** Options of `curfew diff`. */
interface DiffOptions {
  readonly failOn: 'never' | 'looser' | 'change';
  readonly base?: string;
  readonly format: 'text' | 'markdown';
  readonly json?: boolean;
}

/** Adds `curfew diff`. */
export function addDiff({ program, terminal, result }: Commands): void {
  program
    .command('diff')
    .summary('say what changes between two policies, and who is let in that was not')
    .description(
      'Compares two policies by what they decide, and shows for each loosening the shortest session that shows it.',
    )
    .argument(
      '[policies...]',
      'the policy before and the one after: files, - or git:ref:path; with --base: what to compare',
    )
    .option('--base <ref>', 'compare every policy that changed since this commit, those that are new and gone too')
    .addOption(
      new Option('--fail-on <what>', 'end with 1: for what is not surely as strict as before, or for any change')
        .choices(['never', 'looser', 'change'])
        .default('never'),
    )
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'markdown']).default('text'))
    .option('--json', 'print one JSON object')
    .action(async (paths: readonly string[], options: DiffOptions) => {
      result.exitCode = await diff(terminal, paths, options);
    });
}

async function diff(terminal: Terminal, paths: readonly string[], options: DiffOptions): Promise<number> {
  const { base, format, failOn, json } = options;
  if (json === true && format !== 'text')
    throw failure(EXIT.usage, `--json and --format ${format} are two formats: say one of them`);
  if (base !== undefined) {
    const diffs = await diffsSince(terminal, base, paths);
    if (json === true) printJson(terminal, diffs);
    else terminal.stdout.write(everyDiff(diffs, options, paintFor(terminal.stdout, terminal.env)));
    const isAny = ({ comparison }: PolicyDiff) =>
      comparison === null ? failOn === 'change' : isRefused(comparison, failOn);
    return diffs.some(isAny) ? EXIT.failed : EXIT.fine;
  }
  const [before, after, ...more] = paths;
  if (before === undefined || after === undefined || more.length > 0)
    throw failure(EXIT.usage, 'name two policies, before and after: curfew diff before.json after.json');
  const comparison = await diffOfTwo(terminal, before, after);
  if (json === true) printJson(terminal, comparison);
  else terminal.stdout.write(shown(comparison, options, paintFor(terminal.stdout, terminal.env)));
  return isRefused(comparison, failOn) ? EXIT.failed : EXIT.fine;
}

function shown(comparison: Comparison, { format }: DiffOptions, paint: Paint): string {
  return format === 'markdown' ? comparisonMarkdown(comparison) : comparisonLines(comparison, paint);
}

function everyDiff(diffs: readonly PolicyDiff[], options: DiffOptions, paint: Paint): string {
  if (diffs.length === 0) return 'no policy has changed\n';
  const isMarkdown = options.format === 'markdown';
  const parts = diffs.map(({ path, status, comparison }) => {
    const name = isMarkdown ? `### ${plainText(path)}` : `  ${paint.bold(path)}`;
    if (comparison !== null) return `${name}\n${isMarkdown ? '\n' : ''}${shown(comparison, options, paint)}`;
    return `${name}: ${status}, so that there is nothing to compare\n`;
  });
  return parts.join('\n');
}

function isRefused({ relation }: Comparison, failOn: DiffOptions['failOn']): boolean {
  if (failOn === 'never' || relation === 'equal') return false;
  return failOn === 'change' || relation !== 'tighter';
}
