import type { Check } from './checks.js';
import type { Grant } from './grant.js';
import { type GrantAnswer, type GrantRequest, grant, type OnBehalfOf } from './granting.js';
import { finish, inspect } from './inspect.js';
import { type JobsOptions, readOptions } from './options.js';
import { type JobContext, type RunOptions, type RunOutcome, run } from './run.js';

/** Jobs that people have queued. Made by `createJobs`. */
export interface Jobs<Operation extends string = string> {
  /**
   * Makes a grant for a job that is about to be queued, if the session is permitted now; else the refusal.
   *
   * @throws an error with code `grant_request_invalid` that says what is wrong with the request.
   */
  grant(whose: OnBehalfOf, request: GrantRequest<Operation>): Promise<GrantAnswer>;
  /** Whether a job may begin, or go on. Counts as the job's sign of life. An abort is for good. */
  check(grant: Grant): Promise<Check>;
  /**
   * Runs a job for as long as its grant lets it, and finishes the grant when it is done.
   *
   * @throws what the work, `keep` or `onAbort` throws; and an error with code `run_options_invalid`.
   */
  run<Result, Progress = unknown>(
    grant: Grant,
    work: (context: JobContext<Progress>) => Result | Promise<Result>,
    options?: RunOptions<Progress>,
  ): Promise<RunOutcome<Result, Progress>>;
  /** The job is done: the grant is good for nothing any more. Whether that is in the store. */
  finish(grant: Grant): Promise<boolean>;
}

/**
 * Lets jobs outlive the request that queued them, and not the right to run: each carries a grant, with a record and a
 * ceiling of its own, that is checked at the start and at checkpoints.
 *
 * @throws an error with code `jobs_options_invalid` that names every option that is wrong.
 * @example
 * const forJobs = definePolicy({ id: 'jobs', idleTimeout: 'unlimited', absoluteTimeout: '12h' });
 * const jobs = createJobs({ engine: createEngine({ policy: forJobs, store }), sessions: engine });
 * const login = await engine.start({ subject: 'alice' });
 * const answer = await jobs.grant(login, { job: 'report' });
 * if (answer.effect !== 'permit') throw new Error(answer.reasons[0]?.code);
 *
 * const run = await jobs.run(answer.grant, async ({ checkpoint }) => {
 *   await checkpoint({ page: 1 });
 *   return 'a report';
 * });
 * run; // => { outcome: 'done', result: 'a report' }
 */
export function createJobs<Operation extends string>(options: JobsOptions<Operation>): Jobs<Operation> {
  const parts = readOptions(options as JobsOptions);
  return {
    grant: (whose, request) => grant(parts, whose, request),
    check: async (one) => (await inspect(parts, one, 'user')).check,
    run: (one, work, runOptions) => run(parts, one, work, runOptions),
    finish: (one) => finish(parts, one),
  };
}
