import type { JobContext, JobReason, Jobs, RunOutcome } from '../jobs/index.js';
import type { DurationText } from '../policy/document.js';
import { type Clock, systemClock } from '../time/clock.js';

/** What BullMQ keeps as a job's progress. */
export type BullmqProgress = string | boolean | number | object;

/** What of a job of BullMQ's is used. */
export interface BullmqJob {
  readonly name: string;
  readonly data: unknown;
  readonly progress: BullmqProgress;
  updateProgress(progress: BullmqProgress): Promise<void>;
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
}

/** What does the work: BullMQ's job, and what it has in hand. */
export type GrantedProcessor<Job extends BullmqJob, Result, Progress extends BullmqProgress> = (
  job: Job,
  context: JobContext<Progress>,
) => Result | Promise<Result>;

/** How jobs with a grant are processed. */
export interface WithGrantOptions<Job extends BullmqJob, Progress extends BullmqProgress = BullmqProgress> {
  /** Where a job has its grant. Default: `job.data.grant`. */
  readonly grantOf?: (job: Job) => unknown;
  /** How rarely a checkpoint asks the store, and keeps the progress. Default 5 s. */
  readonly checkpointEvery?: DurationText;
  /**
   * Cleans up after an abort: with the last progress, of an earlier attempt too; `null` if there was none. If it
   * throws, that is how the attempt failed, and the next one cleans up again. Not called where there was no grant to
   * begin with.
   */
  readonly onAbort?: (job: Job, progress: Progress | null, reasons: readonly JobReason[]) => unknown;
  /** BullMQ counts a delay from the host's wall clock. Default: that. */
  readonly clock?: Clock;
}

/** A processor, as BullMQ's `Worker` takes it. */
export type BullmqProcessor<Job, Result> = (job: Job, token?: string, signal?: AbortSignal) => Promise<Result | null>;

/**
 * Makes a processor for BullMQ's `Worker` that runs a job for as long as its grant lets it. An abort throws what BullMQ
 * does not retry (`UnrecoverableError`); a pause delays the job, which uses up no attempt (`DelayedError`). What is
 * handed to `checkpoint` becomes the job's progress, and is there when it is tried again.
 *
 * A job is bound to its grant by its name: `queue.add(grant.job, { grant })`. One without a grant is refused. A job
 * that was done before, of which BullMQ did not hear, is answered with `null`.
 *
 * @example
 * const processor = withGrant(jobs, async (job, { checkpoint, signal }) => {
 *   for (const page of job.data.pages) {
 *     await checkpoint({ page });
 *     await send(page, { signal });
 *   }
 * });
 * const worker = new Worker('reports', processor, { connection });
 */
export function withGrant<Job extends BullmqJob, Result, Progress extends BullmqProgress = BullmqProgress>(
  jobs: Pick<Jobs, 'run'>,
  work: GrantedProcessor<Job, Result, Progress>,
  options: WithGrantOptions<Job, Progress> = {},
): BullmqProcessor<Job, Result> {
  const { grantOf = ownGrant, checkpointEvery, onAbort, clock = systemClock } = options;
  // BullMQ hands its signal to a processor that declares three parameters
  return async (job: Job, token?: string, signal?: AbortSignal) => {
    const grant = grantOf(job);
    const ran = await jobs.run<Result, Progress>(grantFor(grant, job), (context) => work(job, context), {
      progress: progressOf<Progress>(job),
      keep: (reached) => job.updateProgress(reached),
      onAbort: (reached, reasons) => (hasBegun(reached, reasons) ? onAbort?.(job, reached, reasons) : undefined),
      ...(checkpointEvery !== undefined && { checkpointEvery }),
      ...(signal !== undefined && { signal }),
    });
    if (ran.outcome === 'done') return ran.result;
    if (ran.outcome === 'done_before') return null;
    if (ran.outcome === 'aborted') throw named('UnrecoverableError', ran, hintAbout(grant, job));
    await job.moveToDelayed(clock.now() + ran.retryAfter, token);
    throw named('DelayedError', ran, '');
  };
}

function ownGrant({ data }: BullmqJob): unknown {
  return (data as { readonly grant?: unknown } | null)?.grant;
}

/** What no grant ever let begin has nothing to clean up: it may be about somebody else's work. */
function hasBegun(progress: unknown, reasons: readonly JobReason[]): boolean {
  return progress !== null || reasons.every(({ code }) => code !== 'grant_invalid');
}

/** What is wrong with what a job has for a grant, as far as it can be told from outside; nothing of it but its kind. */
function hintAbout(grant: unknown, { name }: BullmqJob): string {
  if (grant === undefined || grant === null)
    return ': it has none; put it into `job.data.grant`, or say where (`grantOf`)';
  const kind: unknown = (grant as { readonly job?: unknown }).job;
  return typeof kind === 'string' && kind !== name
    ? `: its grant is for \`${kind}\`, and it is called \`${name}\``
    : '';
}

/** A grant for another kind of job is none: `run` refuses it. */
function grantFor(value: unknown, { name }: BullmqJob): never {
  return (typeof value === 'object' && value !== null ? { ...value, job: name } : value) as never;
}

/** BullMQ starts with 0. */
function progressOf<Progress extends BullmqProgress>({ progress }: BullmqJob): Progress | null {
  return progress === 0 || progress == null ? null : (progress as Progress);
}

/** BullMQ knows its errors by their names, so that two copies of it get on. */
function named(
  name: 'UnrecoverableError' | 'DelayedError',
  { outcome, reasons, error }: Extract<RunOutcome<never>, { outcome: 'paused' | 'aborted' }>,
  hint: string,
): Error {
  const why = reasons.map(({ code, of }) => `${code} of the ${of}`).join(', ');
  const code = outcome === 'aborted' ? 'job_aborted' : 'job_paused';
  const made = new Error(`the job is ${outcome}: ${why}${hint}`, error === null ? undefined : { cause: error });
  return Object.assign(made, { name, code, reasons });
}
