import { curfewError } from '../core/errors.js';
import type { DurationText } from '../policy/document.js';
import { type Duration, parseDuration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import type { Abort, JobReason, Pause } from './checks.js';
import type { Grant } from './grant.js';
import { type Guard, guarded } from './guard.js';
import { FINISHED, finish, inspect } from './inspect.js';
import type { Parts } from './options.js';

/** What a job at work has in hand. */
export interface JobContext<Progress = unknown> {
  /**
   * Aborted within milliseconds of a revocation, and at the ceiling: hand it on to whatever takes long. Its `reason`
   * has the code `job_aborted`, or `job_paused`.
   */
  readonly signal: AbortSignal;
  /** The ceiling. */
  readonly until: Instant;
  /** How far an earlier run came: what it last handed to `checkpoint`; `null` if none did. */
  readonly progress: Progress | null;
  /**
   * To be called wherever the job could stop, with what would have to be cleaned up or gone on with from here.
   *
   * @throws an error with the code `job_aborted` or `job_paused` if the job has to stop. Let it pass.
   */
  checkpoint(progress?: Progress): Promise<void>;
}

/** How a job is run. */
export interface RunOptions<Progress = unknown> {
  /** How rarely a checkpoint asks the store; those between go by the last answer. Default 5 s. */
  readonly checkpointEvery?: DurationText;
  /** How far an earlier run came. */
  readonly progress?: Progress | null;
  /** Keeps the progress, where a crash would not lose it: at checkpoints that ask, and when the job stops. */
  readonly keep?: (progress: Progress) => unknown;
  /** Cleans up after an abort: with the last progress, `null` if there was none. What it throws is passed on. */
  readonly onAbort?: (progress: Progress | null, reasons: readonly JobReason[]) => unknown;
  /** Another reason to stop: the queue's own. */
  readonly signal?: AbortSignal;
}

/** How a run ended. */
export type RunOutcome<Result, Progress = unknown> =
  | { readonly outcome: 'done'; readonly result: Result }
  /** The grant was finished by an earlier run, of which the queue did not hear. */
  | { readonly outcome: 'done_before' }
  | ({ readonly outcome: 'paused' } & Omit<Pause, 'verdict'> & Stopped<Progress>)
  | ({ readonly outcome: 'aborted' } & Omit<Abort, 'verdict'> & Stopped<Progress>);

interface Stopped<Progress> {
  readonly progress: Progress | null;
  /** What the work threw when it was stopped; `null` if nothing. */
  readonly error: unknown;
}

const CHECKPOINT_EVERY = 5_000;

/**
 * Runs a job for as long as its grant lets it.
 *
 * @throws what the work, `keep` or `onAbort` throws; and an error with code `run_options_invalid`.
 */
export async function run<Result, Progress>(
  parts: Parts,
  grant: Grant,
  work: (context: JobContext<Progress>) => Result | Promise<Result>,
  options: RunOptions<Progress> = {},
): Promise<RunOutcome<Result, Progress>> {
  const every = readEvery(options.checkpointEvery);
  const first = await inspect(parts, grant, 'user');
  const { progress = null } = options;
  if (first.check.verdict !== 'continue') return stopped(first.check, { progress, isKept: true, error: null }, options);
  const guard = guarded(parts, grant, first, every, options.signal);
  const { context, state } = contextOf(grant, guard, options);
  const settled = await settle(work, context);
  guard.close();
  const stop = guard.stop();
  // what was completed although it was to wait is complete; what was completed although it was to end is not allowed
  if ('result' in settled && stop?.verdict !== 'abort') {
    await finish(parts, grant);
    return { outcome: 'done', result: settled.result };
  }
  const error = 'error' in settled ? settled.error : null;
  if (stop === null) throw error;
  return stopped(stop, { ...state(), error: error === guard.signal.reason ? null : error }, options);
}

function readEvery(text: DurationText = CHECKPOINT_EVERY): Duration {
  const every = parseDuration(text);
  if (every !== null) return every;
  const message = 'must be a duration such as "5s", or milliseconds';
  const problem = { path: '/checkpointEvery', code: 'invalid', message };
  throw curfewError('run_options_invalid', 'these options run no job:', [problem]);
}

interface State<Progress> {
  readonly progress: Progress | null;
  /** Whether it was handed to `keep`. */
  readonly isKept: boolean;
}

function contextOf<Progress>(grant: Grant, guard: Guard, { progress: earlier = null, keep }: RunOptions<Progress>) {
  let progress = earlier;
  // the work may hand over the same object again, with other contents
  let isKept = true;
  let isFirst = earlier === null;
  const context: JobContext<Progress> = {
    signal: guard.signal,
    until: grant.until,
    progress: earlier,
    async checkpoint(reached) {
      if (reached !== undefined) {
        progress = reached;
        isKept = false;
      }
      guard.check();
      const isDue = guard.isDue();
      // the first one is kept at once: from here on there is something to clean up
      if (progress !== null && !isKept && (isDue || isFirst)) {
        isKept = true;
        isFirst = false;
        await keep?.(progress);
      }
      if (isDue) await guard.ask();
    },
  };
  return { context, state: (): State<Progress> => ({ progress, isKept }) };
}

async function settle<Result, Progress>(
  work: (context: JobContext<Progress>) => Result | Promise<Result>,
  context: JobContext<Progress>,
): Promise<{ readonly result: Result } | { readonly error: unknown }> {
  try {
    return { result: await work(context) };
  } catch (error) {
    return { error };
  }
}

/** The job was stopped, or did not begin: keeps how far it came, or cleans up. */
async function stopped<Progress>(
  stop: Pause | Abort,
  { progress, isKept, error }: State<Progress> & { readonly error: unknown },
  { keep, onAbort }: RunOptions<Progress>,
): Promise<RunOutcome<never, Progress>> {
  if (stop.verdict === 'pause') {
    if (progress !== null && !isKept) await keep?.(progress);
    const { reasons, until, retryAfter } = stop;
    return { outcome: 'paused', reasons, until, retryAfter, progress, error };
  }
  const { reasons } = stop;
  if (reasons.some(({ code, of }) => code === FINISHED && of === 'grant')) return { outcome: 'done_before' };
  await onAbort?.(progress, reasons);
  return { outcome: 'aborted', reasons, progress, error };
}
