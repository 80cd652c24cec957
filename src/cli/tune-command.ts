import { readFile } from 'node:fs/promises';
import type { PolicyDocument } from '../policy/document.js';
import type { Target } from '../replay/tune/recommend.js';
import { createTuning, type TuneResult } from '../replay/tune/tune.js';
import { type Duration, parseDuration } from '../time/duration.js';
import type { DocumentFile } from './document-file.js';
import { EXIT, failure } from './failure.js';
import { openInput } from './input.js';
import { checkLogNamed, type LogArguments, logOptions, nothingRead } from './log-options.js';
import { readPolicy, readPolicyFile } from './policy-file.js';
import { unifiedDiff, withIdleTimeout } from './proposal.js';
import { exitCodeOf, readLog } from './read-log.js';
import { paintFor, type Terminal } from './terminal.js';
import { tuneText } from './tune-text.js';

/** Options of `curfew tune`, as they were typed. */
export interface TuneArguments extends LogArguments {
  readonly policy: string;
  readonly target: string;
  readonly ceiling?: string;
  readonly json?: boolean;
}

/** What `--json` prints: the result, and the document that it comes to. */
export interface TuneOutput extends TuneResult {
  /** A unified diff of the policy's file, `''` where it says so already; `null` where nothing is recommended. */
  readonly diff: string | null;
}

/** Finds the idle limit that a log speaks for, and prints what it would mean. Nothing is changed. */
export async function tuneLog(terminal: Terminal, path: string | undefined, typed: TuneArguments): Promise<number> {
  const target = targetOf(typed.target);
  checkLogNamed(terminal, path, 'tune --target drop-offs=1%');
  const options = logOptions(typed);
  const paint = paintFor(terminal.stderr, terminal.env);
  const { policy, file } = await readPolicyFile(typed.policy, paint);
  const ceiling = typed.ceiling === undefined ? {} : { ceiling: await readPolicy(typed.ceiling, paint) };
  const input = await openInput(terminal, path ?? '-');
  const tuning = createTuning(policy, target, { ...options, ...ceiling, requestableIdle: requestableIn(file) });
  const problem = await readLog(terminal, input, tuning);
  const result = finish(tuning.finish);
  const output = { ...result, diff: await diffOf(result, file) };
  if (typed.json === true) terminal.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
  else terminal.stdout.write(tuneText(output, input.name, paintFor(terminal.stdout, terminal.env)));
  const exitCode = exitCodeOf(terminal, input, problem);
  const nothing = problem === null ? nothingRead(input, result, typed) : null;
  if (nothing !== null) throw nothing;
  return exitCode === EXIT.fine && result.advice.outcome === 'too_little_data' ? EXIT.failed : exitCode;
}

/** As the document says it; 0 where it does not. */
function requestableIn({ document }: DocumentFile): Duration {
  const { requestable = {} } = document as PolicyDocument;
  return parseDuration(requestable.idleTimeout ?? 0) ?? 0;
}

function targetOf(text: string): Target {
  const [, name, value = ''] = /^([a-z-]+)=(.+)$/.exec(text) ?? [];
  const percent = /^(\d{1,2}(?:\.\d{1,3})?)%$/.exec(value)?.[1];
  const mean = parseDuration(value);
  if (name === 'drop-offs' && percent !== undefined && Number(percent) > 0)
    return { name, rate: Number(percent) / 100 };
  if (name === 'unattended' && mean !== null && mean > 0) return { name, mean };
  const example = 'write drop-offs=1% (of sessions) or unattended=10m (on average)';
  throw failure(EXIT.usage, `--target \`${text}\` is not a target: ${example}`);
}

function finish(tell: () => TuneResult): TuneResult {
  try {
    return tell();
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    if (code !== 'no_limit_possible') throw error;
    throw failure(EXIT.usage, message);
  }
}

async function diffOf({ advice }: TuneResult, file: DocumentFile): Promise<string | null> {
  if (advice.outcome !== 'recommended') return null;
  const text = (await readFile(file.path, 'utf8')).replace(/^\ufeff/, '');
  return unifiedDiff(text, withIdleTimeout(text, file, advice.recommendation.idleTimeout), file.path);
}
