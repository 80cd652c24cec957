import { Option } from 'commander';
import { type ComplianceException, checkCompliance } from '../compliance/check.js';
import { policyDocument } from '../compliance/document.js';
import type { Finding } from '../compliance/finding.js';
import type { ProfileId } from '../compliance/profile.js';
import { PROFILES } from '../compliance/profiles.js';
import { toSarif } from '../compliance/sarif.js';
import { type Excess, withinCeiling } from '../policy/tighten/within-ceiling.js';
import { type CheckedPolicy, checkLines, profileLines } from './check-text.js';
import { type Commands, collected, orUsage, printJson } from './command.js';
import { readDocument } from './document-file.js';
import { EXIT, failure } from './failure.js';
import { readPolicyFile } from './policy-file.js';
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
export function addCheck({ program, terminal, result }: Commands): void {
  program
    .command('check')
    .summary('hold policies against a ceiling and against published standards')
    .description(
      'Checks policies: what is wrong with the documents, what is looser than a ceiling, what standards have to say.',
    )
    .argument('[policies...]', 'policies: JSON, JSONC or YAML')
    .option('--ceiling <file>', "the organisation's policy: nothing may be looser")
    .option('--profile <ids>', 'standards to check against, such as nist-63b-4-aal2; may be repeated', collected)
    .option('--list-profiles', 'list the profiles')
    .option('--exceptions <file>', 'deviations on record: a list of {profile, control, reason}')
    .option('--strict', 'end with 1 for what a standard only recommends, too')
    .option('--all', 'show what passes, too')
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['text', 'sarif', 'markdown']).default('text'),
    )
    .option('--json', 'print one JSON object')
    .action(async (paths: readonly string[], options: CheckOptions) => {
      result.exitCode = await check(terminal, paths, options);
    });
}

async function check(terminal: Terminal, paths: readonly string[], options: CheckOptions): Promise<number> {
  const paint = paintFor(terminal.stdout, terminal.env);
  if (options.listProfiles === true) {
    if (options.json === true) printJson(terminal, Object.values(PROFILES));
    else terminal.stdout.write(profileLines(Object.values(PROFILES), paint));
    return EXIT.fine;
  }
  if (paths.length === 0) throw failure(EXIT.usage, 'name a policy: curfew check policy.json');
  const checked: CheckedPolicy[] = [];
  for (const path of paths) checked.push(await checkedPolicy(terminal, path, options));
  if (options.json === true) printJson(terminal, checked.map(withoutFile));
  else print(terminal, checked, options);
  return checked.some((one) => isRefused(one, options.strict === true)) ? EXIT.failed : EXIT.fine;
}

async function checkedPolicy(terminal: Terminal, path: string, options: CheckOptions): Promise<CheckedPolicy> {
  const paint = paintFor(terminal.stderr, terminal.env);
  const { policy, file } = await readPolicyFile(path, paint);
  const ceiling = options.ceiling === undefined ? null : (await readPolicyFile(options.ceiling, paint)).policy;
  const exceptions = await exceptionsIn(options.exceptions);
  const profiles = [...new Set([...(options.profile ?? []), 'self-consistency'])] as ProfileId[];
  const excesses: readonly Excess[] = ceiling === null ? [] : orUsage(() => withinCeiling(ceiling, policy));
  const findings: readonly Finding[] = orUsage(() => checkCompliance(policy, profiles, { exceptions }));
  return { path, policy, file, ceiling: ceiling?.id ?? null, excesses, findings };
}

async function exceptionsIn(path: string | undefined): Promise<readonly ComplianceException[]> {
  if (path === undefined) return [];
  const { document } = await readDocument(path);
  const isOne = (one: unknown) =>
    ['profile', 'control', 'reason'].every((key) => typeof (one as Record<string, unknown> | null)?.[key] === 'string');
  if (Array.isArray(document) && document.every(isOne)) return document as ComplianceException[];
  throw failure(EXIT.usage, `${path} holds no exceptions: write a list of {"profile", "control", "reason"}`);
}

function print(terminal: Terminal, checked: readonly CheckedPolicy[], { format, all = false }: CheckOptions): void {
  const { stdout, env } = terminal;
  if (format === 'sarif') {
    const logs = checked.map(({ path, file, findings }) => toSarif(findings, { uri: path, locate: file.placeOf }));
    const [first] = logs;
    printJson(terminal, { ...first, runs: logs.flatMap(({ runs }) => runs) });
  } else if (format === 'markdown') {
    stdout.write(checked.map(({ policy, findings }) => policyDocument(policy, findings)).join('\n'));
  } else stdout.write(checked.map((one) => checkLines(one, all, paintFor(stdout, env))).join(''));
}

function isRefused({ excesses, findings }: CheckedPolicy, isStrict: boolean): boolean {
  const isMissed = ({ status, exception }: Finding) =>
    exception === null && (status === 'fail' || (isStrict && status === 'warn'));
  return excesses.length > 0 || findings.some(isMissed);
}

function withoutFile({ path, policy, ceiling, excesses, findings }: CheckedPolicy) {
  return { path, policy: policy.id, fingerprint: policy.fingerprint, ceiling, excesses, findings };
}
