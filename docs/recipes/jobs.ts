import type { Job } from 'bullmq';
import { definePolicy } from 'curfew';
import { createEngine, type SessionStore } from 'curfew/engine';
import { withGrant } from 'curfew/frameworks/bullmq';
import { createJobs, type Grant, type Jobs } from 'curfew/jobs';
import type PgBoss from 'pg-boss';

/** The engines and the jobs; in the web process as in the worker, over one store. */
export function service(store: SessionStore) {
  const people = definePolicy({ id: 'web', idleTimeout: '15m', absoluteTimeout: '8h' });
  const forJobs = definePolicy({
    id: 'jobs',
    idleTimeout: 'unlimited', // or the longest silence: in the queue, and between two checkpoints
    absoluteTimeout: '12h', // the ceiling of every job, from when it was queued
    conditions: [{ when: { attributes: { job: ['thumbnail'] } }, absoluteTimeout: '10m' }],
  });
  const sessions = createEngine({ policy: people, store, keepEnded: '12h' });
  const engine = createEngine({ policy: forJobs, store });
  return { sessions, engine, jobs: createJobs({ engine, sessions }) };
}

/** What lies in the queue. */
export interface Queued {
  readonly grant: Grant;
  readonly pages: readonly string[];
  readonly progress?: number;
}

/** A queue that is no more than an array. */
export function bareQueue(jobs: Jobs, send: (page: string, signal: AbortSignal) => Promise<void>) {
  const waiting: Queued[] = [];
  const aborted: { readonly job: Queued; readonly sent: number }[] = [];
  return {
    waiting,
    aborted,
    add: (job: Queued) => waiting.push(job),
    /** Takes the next job; how that ended. */
    async next(): Promise<string> {
      const job = waiting.shift();
      if (job === undefined) return 'idle';
      const ran = await jobs.run<void, number>(
        job.grant,
        async ({ checkpoint, signal, progress }) => {
          for (let sent = progress ?? 0; sent < job.pages.length; sent++) {
            await checkpoint(sent); // throws if the job has to stop; let it pass
            await send(job.pages[sent] as string, signal);
          }
        },
        { checkpointEvery: '1s', progress: job.progress ?? null },
      );
      // paused: later, from where it was; `ran.retryAfter` says how much later
      if (ran.outcome === 'paused') waiting.push(ran.progress === null ? job : { ...job, progress: ran.progress });
      if (ran.outcome === 'aborted') aborted.push({ job, sent: ran.progress ?? 0 });
      return ran.outcome;
    },
  };
}

/** The processor of a BullMQ worker: `new Worker('reports', reportProcessor(…), { connection })`. */
export function reportProcessor(
  jobs: Jobs,
  send: (page: string, options: { readonly signal: AbortSignal }) => Promise<void>,
  removeDraft: (job: Job<Queued>, sent: number | null) => Promise<void>,
) {
  return withGrant<Job<Queued>, string, number>(
    jobs,
    async (job, { checkpoint, signal, progress }) => {
      for (let sent = progress ?? 0; sent < job.data.pages.length; sent++) {
        await checkpoint(sent); // throws if the job has to stop: let it pass
        await send(job.data.pages[sent] as string, { signal }); // aborted within milliseconds of a logout
      }
      return 'sent';
    },
    { onAbort: removeDraft },
  );
}

/** A worker of pg-boss. It has no error that is not retried: an aborted job is completed, and says so. */
export async function bossWorker(boss: PgBoss, queue: string, jobs: Jobs, send: (page: string) => Promise<void>) {
  return boss.work<Queued>(queue, { pollingIntervalSeconds: 0.5 }, async ([job]) => {
    if (job === undefined) return null;
    const { grant, pages, progress = 0 } = job.data;
    const ran = await jobs.run<number, number>(
      grant,
      async ({ checkpoint, progress: from }) => {
        for (let sent = from ?? 0; sent < pages.length; sent++) {
          await checkpoint(sent);
          await send(pages[sent] as string);
        }
        return pages.length;
      },
      { checkpointEvery: '1s', progress },
    );
    // a copy of it waits in its place; should this process die before this one is completed, both are tried again, and
    // the one that comes second finds the grant finished
    if (ran.outcome === 'paused') {
      const startAfter = Math.ceil(ran.retryAfter / 1_000);
      await boss.send(queue, { ...job.data, progress: ran.progress ?? progress }, { startAfter });
    }
    return { outcome: ran.outcome, reasons: 'reasons' in ran ? ran.reasons.map(({ code }) => code) : [] };
  });
}
