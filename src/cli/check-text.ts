import type { Finding, FindingStatus } from '../compliance/finding.js';
import type { Profile } from '../compliance/profile.js';
import type { Policy } from '../core/policy.js';
import type { Excess } from '../policy/tighten/within-ceiling.js';
import type { DocumentFile } from './document-file.js';
import { shownText } from './report-text.js';
import type { Paint } from './terminal.js';

/** Something looser than the ceiling, and why that is, where somebody answers for it. */
export type ExcusableExcess = Excess & { readonly exception: string | null };

/** A policy that was checked. */
export interface CheckedPolicy {
  readonly path: string;
  readonly policy: Policy;
  readonly file: DocumentFile;
  /** Id of the ceiling; `null` where there is none. */
  readonly ceiling: string | null;
  readonly excesses: readonly ExcusableExcess[];
  readonly findings: readonly Finding[];
}

const WORDS: Readonly<Record<FindingStatus, string>> = {
  fail: 'fail',
  warn: 'advised',
  pass: 'pass',
  no_figure: 'no figure',
  not_checkable: 'by hand',
};

/** What there is to say of one policy, as a person likes to read it. */
export function checkLines(checked: CheckedPolicy, isAll: boolean, paint: Paint): string {
  const { path, policy, ceiling, excesses, findings } = checked;
  const shown = findings.filter(({ status }) => isAll || status === 'fail' || status === 'warn');
  const lines = [
    `  ${paint.bold(policy.id)}  ${paint.dim(path)}`,
    ...excesses.map((excess) => excessLines(checked, excess, paint)),
    ...shown.map((finding) => findingLines(checked, finding, paint)),
    summary(checked, ceiling === policy.id ? `the ceiling ${ceiling}` : ceiling, paint),
  ];
  return `\n${lines.join('\n')}\n\n`;
}

function excessLines({ ceiling, file, path }: CheckedPolicy, excess: ExcusableExcess, paint: Paint): string {
  const { line, column } = file.placeOf(excess.path);
  const { exception, message } = excess;
  const mark = exception === null ? paint.red('ceiling'.padEnd(9)) : paint.dim('excused  ');
  const head = `${mark} ${ceiling}  ${paint.dim(`${path}:${line}:${column}`)}`;
  return [`\n  ${head}`, `            ${message}`, ...onRecord(exception, paint)].join('\n');
}

function findingLines({ file, path }: CheckedPolicy, finding: Finding, paint: Paint): string {
  const { status, profile, control, message, fix, words, isVerified, exception, source } = finding;
  const { line, column } = file.placeOf(finding.path ?? '');
  const place = finding.path === null ? path : `${path}:${line}:${column}`;
  const mark = exception === null ? colourOf(status, paint)(WORDS[status].padEnd(9)) : paint.dim('excused  ');
  const advice = fix === null ? '' : `; ${fix}`;
  return [
    `\n  ${mark} ${paint.bold(`${profile} ${control}`)} (${words})  ${paint.dim(place)}`,
    `            ${message}${advice}`,
    `            ${paint.dim(isVerified ? source : `${source}; this figure is from memory, unverified`)}`,
    ...onRecord(exception, paint),
  ].join('\n');
}

function onRecord(exception: string | null, paint: Paint): readonly string[] {
  return exception === null ? [] : [`            ${paint.dim(`on record: ${shownText(exception)}`)}`];
}

function summary({ findings, excesses }: CheckedPolicy, ceiling: string | null, paint: Paint): string {
  const isExcused = ({ exception }: { readonly exception: string | null }) => exception !== null;
  const looser = excesses.filter((excess) => !isExcused(excess)).length;
  const excused = [...excesses, ...findings].filter(isExcused).length;
  const counts = (Object.keys(WORDS) as FindingStatus[]).flatMap((status) => {
    const count = findings.filter((finding) => finding.status === status && !isExcused(finding)).length;
    return count === 0 ? [] : [`${count} ${WORDS[status]}`];
  });
  const within = ceiling === null ? [] : [looser === 0 ? `within ${ceiling}` : `${looser} looser than ${ceiling}`];
  const apart = excused === 0 ? [] : [`${excused} excused`];
  return `\n  ${paint.dim([...within, ...apart, ...counts].join(', '))}`;
}

function colourOf(status: FindingStatus, paint: Paint): (text: string) => string {
  if (status === 'fail') return paint.red;
  if (status === 'warn') return paint.yellow;
  return status === 'pass' ? paint.cyan : paint.dim;
}

/** The profiles, one a line. */
export function profileLines(profiles: readonly Profile[], paint: Paint): string {
  const width = Math.max(...profiles.map(({ id }) => id.length));
  const lines = profiles.map(({ id, standard, version, appliesTo }) => {
    const about = [standard, version, appliesTo].filter((text) => text !== '').join(', ');
    return `  ${paint.bold(id.padEnd(width))}  ${about}`;
  });
  return `\n${lines.join('\n')}\n\n`;
}
