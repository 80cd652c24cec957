import { isAbsolute, relative, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { policyDocument } from '../compliance/document.js';
import type { Finding } from '../compliance/finding.js';
import { markdownTable, plainText } from '../compliance/markdown.js';
import { type SarifLog, type SarifResult, toSarif } from '../compliance/sarif.js';
import { asWritten } from '../policy/tighten/words.js';
import type { BrokenPolicy, Checked } from './check-policies.js';
import type { CheckedPolicy, ExcusableExcess } from './check-text.js';
import type { FileProblem } from './failure.js';

/** A policy as a document for auditors, with what is looser than its ceiling. */
export function markdownOf({ policy, findings, ceiling, excesses }: CheckedPolicy): string {
  const document = policyDocument(policy, findings);
  if (ceiling === null) return document;
  const rows = excesses.map(({ path, value, allowed, message, exception }) => [
    ...[path, asWritten(path, value), asWritten(path, allowed), message].map(plainText),
    plainText(exception ?? '') || '(to be written)',
  ]);
  const head = ['set at', 'stated', 'allowed', 'finding', 'justification'];
  const found = rows.length === 0 ? 'Nothing is looser.' : markdownTable(head, rows);
  return `${document}\n## Against the ceiling \`${ceiling}\`\n\n${found}\n`;
}

function findingOf({ path, value, message, exception }: ExcusableExcess, ceiling: string): Finding {
  return {
    ...{ profile: 'ceiling', control: ceiling, aspect: null, status: 'fail', force: 'SHALL', words: 'SHALL', path },
    ...{ stated: asWritten(path, value), required: `nothing looser than ${ceiling}`, message, fix: null },
    ...{ source: `the ceiling ${ceiling}`, verified: 'source', isVerified: true, exception },
  };
}

function problemOf({ path, code, message }: FileProblem): Finding {
  return {
    ...{ profile: 'policy_invalid', control: code, aspect: null, status: 'fail', force: 'SHALL', words: 'SHALL', path },
    ...{ stated: '', required: 'a policy that can be read', message, fix: null },
    ...{ source: 'the policy document', verified: 'source', isVerified: true, exception: null },
  };
}

/**
 * Findings about several files as SARIF, all in one run: code hosts refuse a log with two runs of one tool.
 */
export function sarifOf({ policies, broken }: Checked, version: string | undefined): SarifLog {
  const tool = version === undefined ? {} : { version };
  const logs = [
    ...policies.map(({ path, file, findings, excesses, ceiling }) => {
      const looser = excesses.map((excess) => findingOf(excess, ceiling ?? ''));
      return toSarif([...looser, ...findings], { uri: uriOf(path), locate: file.placeOf, ...tool });
    }),
    ...broken.flatMap((one) => brokenLogs(one, tool)),
  ];
  const runs = logs.flatMap((log) => log.runs);
  const [log, run] = [logs[0] as SarifLog, runs[0] as SarifLog['runs'][number]];
  const every = runs.flatMap(
    ({ tool }) => (tool.driver as { readonly rules: readonly { readonly id: string }[] }).rules,
  );
  const rules = [...new Map(every.map((rule) => [rule.id, rule])).values()];
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const results = runs
    .flatMap((one) => one.results)
    .map((result): SarifResult => ({ ...result, ruleIndex: indexes.get(result.ruleId) as number }));
  const properties = summed(runs.map((one) => one.properties as Readonly<Record<string, number>>));
  return { ...log, runs: [{ ...run, tool: { driver: { ...run.tool.driver, rules } }, results, properties }] };
}

/** One log a problem: two of them may be about one pointer, each at a place of its own. */
function brokenLogs({ path, failure }: BrokenPolicy, tool: { readonly version?: string }): readonly SarifLog[] {
  return failure.problems.map((problem) => {
    return toSarif([problemOf(problem)], { uri: uriOf(path), locate: () => problem, ...tool });
  });
}

function summed(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const names = Object.keys(counts[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, counts.reduce((sum, one) => sum + (one[name] ?? 0), 0)]));
}

/** Relative to where the command runs, the root of the repository: a code host knows no other place. */
function uriOf(path: string): string {
  const here = relative(process.cwd(), resolve(path));
  return here.startsWith('..') || isAbsolute(here) ? pathToFileURL(path).href : here;
}
