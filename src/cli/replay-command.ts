import { createWriteStream, statSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Policy } from '../core/policy.js';
import type { LogFormat } from '../replay/reader.js';
import { createReplay, type ReplayOptions } from '../replay/replay.js';
import type { ReplayedSession, ReplaySummary } from '../replay/summary.js';
import { parseDuration } from '../time/duration.js';
import { EXIT, failure, fileFailure } from './failure.js';
import { bytesOf, type Input, openInput } from './input.js';
import { readPolicy } from './policy-file.js';
import { progressOf } from './progress.js';
import { reportText } from './report.js';
import { paintFor, type Terminal } from './terminal.js';

/** Options of `curfew replay`, as they were typed. */
export interface ReplayArguments {
  readonly policy: string;
  readonly by?: string;
  readonly background?: string;
  readonly reorder: string;
  readonly format: LogFormat;
  readonly json?: boolean;
  readonly events?: string;
}

/** Where the events go; waits where the other side is slower than the replay. */
interface EventLog {
  readonly onSession?: (session: ReplayedSession) => void;
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Replays a log against a policy, and prints what came out. Returns the exit code. */
export async function replayLog(terminal: Terminal, path: string | undefined, typed: ReplayArguments): Promise<number> {
  if (typed.json === true && typed.events === '-') {
    throw failure(EXIT.usage, '--json and --events - both write to standard output: name a file for --events');
  }
  if (path === undefined && terminal.stdin.isTTY) {
    throw failure(EXIT.usage, 'name a log file, or pipe one in: curfew replay --policy policy.json access.log');
  }
  const options = optionsOf(typed);
  const policy = await readPolicy(typed.policy, paintFor(terminal.stderr, terminal.env));
  const input = await openInput(terminal, path ?? '-');
  const events = openEvents(terminal, typed.events, [typed.policy, ...(path === undefined ? [] : [path])]);
  const { summary, problem } = await run(terminal, policy, input, options, events);
  await events.close();
  print(terminal, summary, input, typed);
  if (problem === 'interrupted') terminal.stderr.write('interrupted: this is what was found so far\n');
  else if (problem !== null) throw fileFailure(EXIT.failed, `${input.name}: read only in part`, problem);
  return problem === null ? EXIT.fine : EXIT.interrupted;
}

function optionsOf({ by, background, reorder, format }: ReplayArguments): ReplayOptions {
  const window = /^\d{1,9}$/.test(reorder) ? Number(reorder) * 1000 : parseDuration(reorder);
  if (window === null)
    throw failure(EXIT.usage, `--reorder \`${reorder}\` is not a duration: write 60s, 5m, or 0 to sort nothing`);
  if (by === '' || by?.split('+').includes('')) {
    throw failure(EXIT.usage, '--by needs names of fields: write host, host+agent, or a field of the JSON lines');
  }
  return {
    format,
    reorder: window,
    ...(by !== undefined && { by }),
    ...(background !== undefined && { background: patternOf(background) }),
  };
}

function patternOf(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    throw failure(EXIT.usage, `--background is not a regular expression: ${(error as Error).message}`);
  }
}

interface Outcome {
  readonly summary: ReplaySummary;
  /** Why the log was not read to its end. */
  readonly problem: unknown;
}

async function run(
  terminal: Terminal,
  policy: Policy,
  input: Input,
  options: ReplayOptions,
  events: EventLog,
): Promise<Outcome> {
  const { onSession } = events;
  const running = createReplay(policy, { ...options, ...(onSession !== undefined && { onSession }) });
  const progress = progressOf(terminal, input);
  let problem: unknown = null;
  const interrupt = () => {
    problem = 'interrupted';
    input.stream.destroy();
  };
  process.once('SIGINT', interrupt);
  try {
    for await (const chunk of bytesOf(input.stream, progress.add)) {
      running.write(chunk);
      await events.settle();
    }
  } catch (error) {
    problem ??= error;
  } finally {
    process.off('SIGINT', interrupt);
    progress.stop();
  }
  return { summary: running.finish(), problem };
}

/** Whether a file is one that is read here: to open it for the events would empty it. */
function isReadHere(target: string, files: readonly string[]): boolean {
  const written = statSync(target, { throwIfNoEntry: false });
  if (written === undefined) return false;
  return files.some((file) => {
    const read = statSync(file, { throwIfNoEntry: false });
    return read !== undefined && read.dev === written.dev && read.ino === written.ino;
  });
}

function openEvents({ stdout }: Terminal, target: string | undefined, read: readonly string[]): EventLog {
  if (target === undefined) return { settle: async () => {}, close: async () => {} };
  if (target !== '-' && isReadHere(target, read)) {
    throw failure(EXIT.usage, `--events \`${target}\` is a file that is read here: name another`);
  }
  const stream: Writable = target === '-' ? stdout : createWriteStream(target);
  let broken: unknown = null;
  if (target !== '-') stream.on('error', (error) => (broken = error));
  const check = () => {
    if (broken !== null) throw fileFailure(EXIT.failed, target, broken);
  };
  return {
    onSession: (session) => stream.write(eventLine(session)),
    async settle() {
      check();
      if (stream.writableNeedDrain && broken === null) await drained(stream);
      check();
    },
    async close() {
      if (target === '-') return;
      await new Promise<void>((resolve) => stream.end(() => resolve()).once('error', () => resolve()));
      check();
    },
  };
}

/** Waits until a stream takes more, or is gone; leaves no listener behind. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}

function eventLine({ visitor, start, end, reason, requests, lastRequestAt }: ReplayedSession): string {
  const line = {
    visitor,
    start: new Date(start).toISOString(),
    end: end === null ? null : new Date(end).toISOString(),
    reason,
    requests,
    lastRequest: new Date(lastRequestAt).toISOString(),
  };
  return `${JSON.stringify(line)}\n`;
}

function print(terminal: Terminal, summary: ReplaySummary, { name }: Input, { json, events }: ReplayArguments): void {
  if (json === true) terminal.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  else {
    // the events have standard output for themselves
    const stream = events === '-' ? terminal.stderr : terminal.stdout;
    stream.write(reportText(summary, name, paintFor(stream, terminal.env)));
  }
}
