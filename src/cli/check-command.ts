import { Option } from 'commander';
import type { Finding } from '../compliance/finding.js';
import { PROFILES } from '../compliance/profiles.js';
import { systemClock } from '../time/clock.js';
import { markdownOf, sarifOf } from './check-output.js';
import { type BrokenPolicy, type Checked, checkPolicies } from './check-policies.js';
import { type CheckedPolicy, checkLines, profileLines } from './check-text.js';
import { type Commands, collected, printJson } from './command.js';
import { readExceptions } from './exceptions-file.js';
import { EXIT, failure } from './failure.js';
import { policyPaths } from './policy-paths.js';
import { profileIds } from './profile-ids.js';
import { paintFor, type Terminal } from './terminal.js';

/** Options of `curfew check`, as they were typed. */
interface CheckOptions {
  readonly ceiling?: string;
  readonly profile?: readonly string[];
  readonly exceptions?: string;
  readonly strict?: boolean;
  readonly all?: boolean;
  readonly format: 'text' | 'sarif' | 'markdown';
  readonly json?: boolean;
  readonly listProfiles?: boolean;
}

/** Adds `curfew check`. */
export function addCheck(commands: Commands): void {
  const { program, result } = commands;
  program
    .command('check')
    .summary('hold policies against a ceiling and against published standards')
    .description(
      'Checks policies: what is wrong with the documents, what is looser than a ceiling, what standards have to say.',
    )
    .argument('[policies...]', 'policies: JSON, JSONC or YAML; a folder stands for all in it')
    .option('--ceiling <file>', "the organisation's policy: nothing may be looser")
    .option('--profile <ids>', 'standards to check against, such as nist-63b-4-aal2; may be repeated', collected)
    .option('--list-profiles', 'list the profiles')
    .option(
      '--exceptions <file>',
      'deviations on record: a list of {profile, control, reason} or {ceiling, path, reason}',
    )
    .option('--strict', 'end with 1 for what a standard only recommends, too')
    .option('--all', 'show what passes, too')
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['text', 'sarif', 'markdown']).default('text'),
    )
    .option('--json', 'print one JSON object')
    .action(async (paths: readonly string[], options: CheckOptions) => {
      result.exitCode = await check(commands, paths, options);
    });
}

async function check(commands: Commands, paths: readonly string[], options: CheckOptions): Promise<number> {
  const { terminal } = commands;
  const paint = paintFor(terminal.stdout, terminal.env);
  if (options.listProfiles === true) {
    if (options.json === true) printJson(terminal, Object.values(PROFILES));
    else terminal.stdout.write(profileLines(Object.values(PROFILES), paint));
    return EXIT.fine;
  }
  if (paths.length === 0) throw failure(EXIT.usage, 'name a policy: curfew check policy.json');
  if (options.json === true && options.format !== 'text')
    throw failure(EXIT.usage, `--json and --format ${options.format} are two formats: say one of them`);
  const checked = await checkAll(terminal, paths, options);
  if (options.json === true) printJson(terminal, [...checked.policies.map(withoutFile), ...checked.broken.map(shown)]);
  else print(commands, checked, options);
  for (const { failure: told } of checked.broken)
    terminal.stderr.write(`${paintFor(terminal.stderr, terminal.env).red('error:')} ${told.message}\n`);
  if (checked.broken.length > 0) return EXIT.usage;
  return checked.policies.some((one) => isRefused(one, options.strict === true)) ? EXIT.failed : EXIT.fine;
}

async function checkAll(terminal: Terminal, named: readonly string[], options: CheckOptions): Promise<Checked> {
  const { ceiling, exceptions: file, profile = [] } = options;
  const profiles = profileIds([...new Set([...profile, 'self-consistency'])]);
  const exceptions = await readExceptions(file, systemClock.now());
  for (const sentence of exceptions.ended) terminal.stderr.write(`${sentence}\n`);
  const paths = await policyPaths(
    named,
    [ceiling, file].filter((path) => path !== undefined),
  );
  const plan = { ...(ceiling !== undefined && { ceiling }), profiles, exceptions };
  return checkPolicies(paths, plan, paintFor(terminal.stderr, terminal.env));
}

function print({ terminal, program }: Commands, checked: Checked, options: CheckOptions): void {
  const { stdout, env } = terminal;
  const { format, all = false } = options;
  if (format === 'sarif') {
    printJson(terminal, sarifOf(checked, program.version()));
  } else if (format === 'markdown') {
    stdout.write(checked.policies.map(markdownOf).join('\n'));
  } else stdout.write(checked.policies.map((one) => checkLines(one, all, paintFor(stdout, env))).join(''));
}

function isRefused({ excesses, findings }: CheckedPolicy, isStrict: boolean): boolean {
  const isMissed = ({ status, exception }: Finding) =>
    exception === null && (status === 'fail' || (isStrict && status === 'warn'));
  return excesses.some(({ exception }) => exception === null) || findings.some(isMissed);
}

function withoutFile({ path, policy, ceiling, excesses, findings }: CheckedPolicy) {
  return { path, policy: policy.id, fingerprint: policy.fingerprint, ceiling, excesses, findings, problems: [] };
}

function shown({ path, failure: { problems } }: BrokenPolicy) {
  return { path, policy: null, fingerprint: null, ceiling: null, excesses: [], findings: [], problems };
}
