import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Policy } from '../core/policy.js';
import { compareReplays } from '../replay/compare/compare.js';
import { createReplay, type ReplayOptions } from '../replay/replay.js';
import { createReportWatcher, type ReportInput, type ReportWatcher } from '../replay/report/input.js';
import { htmlReport } from '../replay/report/page.js';
import { comparisonText } from './comparison-text.js';
import { type EventLog, openEvents } from './event-log.js';
import { EXIT, failure, writeFailure } from './failure.js';
import { type Input, openInput } from './input.js';
import { checkLogNamed, checkNotRead, type LogArguments, logOptions, nothingRead } from './log-options.js';
import { readPolicy } from './policy-file.js';
import { exitCodeOf, readLog } from './read-log.js';
import { reportText } from './report.js';
import { paintFor, type Terminal } from './terminal.js';

/** Options of `curfew replay`, as they were typed. */
export interface ReplayArguments extends LogArguments {
  readonly policy: string;
  readonly against?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly events?: string;
}

/** What a replay found: under one policy, or two. */
type Found = Pick<ReportInput, 'summary' | 'comparison'>;

/** Replays a log against a policy, or two, and prints what came out. Returns the exit code. */
export async function replayLog(terminal: Terminal, path: string | undefined, typed: ReplayArguments): Promise<number> {
  if (typed.json === true && typed.events === '-') {
    throw failure(EXIT.usage, '--json and --events - both write to standard output: name a file for --events');
  }
  checkLogNamed(terminal, path, 'replay');
  const options = logOptions(typed);
  const paint = paintFor(terminal.stderr, terminal.env);
  const policy = await readPolicy(typed.policy, paint);
  const against = typed.against === undefined ? null : await readPolicy(typed.against, paint);
  const input = await openInput(terminal, path ?? '-');
  const read = [typed.policy, typed.against, path].filter((file) => file !== undefined);
  if (typed.html !== undefined) checkNotRead('--html', typed.html, read);
  const events = openEvents(terminal, typed.events, read);
  const watcher = typed.html === undefined ? null : createReportWatcher();
  const running = start(policy, against, { ...options, ...watching(events, watcher) });
  const problem = await readLog(terminal, input, { write: running.write, settle: events.settle });
  const found = running.finish();
  await events.close();
  if (watcher !== null && typed.html !== undefined) {
    const page = htmlReport(
      watcher.input({
        source: basename(input.name),
        names: namesOf(typed, policy, against),
        policy,
        against,
        ...found,
      }),
    );
    await writeReport(terminal, typed.html, page);
  }
  print(terminal, found, namesOf(typed, policy, against), input, typed);
  const exitCode = exitCodeOf(terminal, input, problem);
  const nothing = problem === null ? nothingRead(input, found.summary, typed) : null;
  if (nothing !== null) throw nothing;
  return exitCode;
}

/** Tells whoever wants to know of sessions and records; nobody, if nobody does. */
function watching({ onSession }: EventLog, watcher: ReportWatcher | null): ReplayOptions {
  if (watcher === null) return onSession === undefined ? {} : { onSession };
  return {
    onRecord: watcher.onRecord,
    onSession: (session) => {
      watcher.onSession(session);
      onSession?.(session);
    },
  };
}

async function writeReport({ stderr }: Terminal, path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page);
  } catch (error) {
    throw writeFailure(path, error);
  }
  stderr.write(`wrote ${path}\n`);
}

function start(policy: Policy, against: Policy | null, options: ReplayOptions) {
  if (against === null) {
    const { write, finish } = createReplay(policy, options);
    return { write, finish: (): Found => ({ summary: finish(), comparison: null }) };
  }
  const { write, finish } = compareReplays(policy, against, options);
  return {
    write,
    finish(): Found {
      const comparison = finish();
      return { summary: comparison.policy, comparison };
    },
  };
}

/** What to call the two: their ids, or their files where they are two versions of one policy. */
function namesOf({ policy: file, against: otherFile = '' }: ReplayArguments, policy: Policy, against: Policy | null) {
  const ids: [string, string] = [policy.id, against?.id ?? ''];
  if (ids[0] !== ids[1]) return ids;
  const files: [string, string] = [basename(file), basename(otherFile)];
  return files[0] === files[1] ? ([file, otherFile] satisfies [string, string]) : files;
}

function print(
  terminal: Terminal,
  found: Found,
  names: readonly [string, string],
  { name }: Input,
  { json, events }: ReplayArguments,
): void {
  const { summary, comparison } = found;
  if (json === true) terminal.stdout.write(`${JSON.stringify(comparison ?? summary, null, 2)}\n`);
  else {
    // the events have standard output for themselves
    const stream = events === '-' ? terminal.stderr : terminal.stdout;
    const paint = paintFor(stream, terminal.env);
    stream.write(
      comparison === null ? reportText(summary, name, paint) : comparisonText(comparison, names, name, paint),
    );
  }
}
