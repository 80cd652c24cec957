import { Queue, QueueEvents, Worker, type WorkerOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { byId, createEngine, type Engine, type EngineOptions } from '../../src/engine/index.js';
import {
  type BullmqJob,
  type GrantedProcessor,
  type WithGrantOptions,
  withGrant,
} from '../../src/frameworks/bullmq.js';
import type { PolicyDocument } from '../../src/index.js';
import { createJobs, type Jobs, type JobsOptions } from '../../src/jobs/index.js';
import { redisStore } from '../../src/stores/redis.js';
import { aPromise, login, policyWith } from '../engine/support.js';
import { granted } from '../jobs/support.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { until } from '../servers/until.js';

type Work = GrantedProcessor<BullmqJob, unknown, number>;

describeWith(REDIS, 'BullMQ over a Redis of its own', () => {
  let redis: RedisServer;
  let count = 0;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    redis = await startRedis({ appendOnly: true });
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await redis.stop();
  });

  const later = (close: () => unknown) => void closing.push(close);

  /** A process: engines and jobs over the Redis. */
  function aProcess(options: {
    people?: Partial<PolicyDocument>;
    grants?: Partial<PolicyDocument>;
    jobs?: Partial<JobsOptions>;
  }) {
    const prefix = `scene-${count}:`;
    const client = new Redis(redis.port, '127.0.0.1');
    client.on('error', () => undefined);
    const engineOf = (policy: EngineOptions['policy']): Engine =>
      createEngine({ policy, store: redisStore(client, { prefix }), purgeEvery: 0, storeTimeout: '500ms' });
    const people = engineOf(policyWith(options.people));
    const keeper = engineOf(
      policyWith({ id: 'jobs', idleTimeout: 'unlimited', absoluteTimeout: '12h', ...options.grants }),
    );
    const jobs = createJobs({ engine: keeper, sessions: people, retryAfter: '200ms', ...options.jobs });
    later(async () => {
      await Promise.all([people.close(), keeper.close()]);
      client.disconnect();
    });
    return { people, keeper, jobs };
  }

  async function scene(options: Parameters<typeof aProcess>[0] = {}) {
    count += 1;
    const connection = { host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null };
    const name = `reports-${count}`;
    const queue = new Queue(name, { connection });
    const events = new QueueEvents(name, { connection });
    queue.on('error', () => undefined);
    events.on('error', () => undefined);
    later(() => queue.close());
    later(() => events.close());
    await events.waitUntilReady();
    const web = aProcess(options);
    const { session, handle } = await login(web.people);
    const worker = (
      jobs: Jobs,
      work: Work,
      own: WithGrantOptions<BullmqJob, number> = {},
      words: Partial<WorkerOptions> = {},
    ) => {
      const process = withGrant<BullmqJob, unknown, number>(jobs, work, { checkpointEvery: 0, ...own });
      const made = new Worker(name, process, { connection, drainDelay: 1, ...words });
      made.on('error', () => undefined);
      later(() => made.close(true));
      return made;
    };
    const add = async (words = {}, request = {}) => {
      const grant = await granted(web.jobs, session, request);
      const job = await queue.add(grant.job, { grant }, { attempts: 3, ...words });
      return { grant, job };
    };
    return { ...web, options, queue, events, session, handle, worker, add, another: () => aProcess(options) };
  }

  it('runs a job whose person is there, and finishes its grant', async () => {
    const { worker, add, jobs, events, keeper } = await scene();
    worker(jobs, async (_job, { checkpoint }) => {
      await checkpoint(50);
      return 'a report';
    });
    const { job, grant } = await add();
    expect(await job.waitUntilFinished(events)).toBe('a report');
    expect((await keeper.peek(byId(grant.id))).session?.ended?.code).toBe('job_finished');
  });

  it('a logout while it is queued: it never begins, and is not retried', async () => {
    const { worker, add, another, people, session, queue, events } = await scene();
    const { job } = await add();
    await people.end(byId(session.id));
    const seen: unknown[] = [];
    let began = 0;
    worker(
      another().jobs,
      () => {
        began += 1;
      },
      { onAbort: (_job, progress, reasons) => seen.push(progress, reasons[0]?.code) },
    );
    await expect(job.waitUntilFinished(events)).rejects.toThrow('the job is aborted: logout of the session');
    const failed = await queue.getJob(job.id as string);
    expect(failed).toMatchObject({ attemptsMade: 1, attemptsStarted: 1 });
    expect([began, seen]).toEqual([0, [null, 'logout']]);
  });

  it('a logout while it runs stops it within milliseconds, with what it was doing', async () => {
    const { worker, add, another, people, session, queue, events } = await scene();
    const working = aPromise();
    const cleaned: unknown[] = [];
    let stoppedAt = 0;
    worker(
      another().jobs,
      async (_job, { checkpoint, signal }) => {
        await checkpoint(42);
        working.resolve();
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            stoppedAt = performance.now();
            reject(signal.reason);
          }),
        );
      },
      { onAbort: (_job, progress) => cleaned.push(progress) },
    );
    const { job } = await add();
    await working.promise;
    const endedAt = performance.now();
    await people.end(byId(session.id));
    await expect(job.waitUntilFinished(events)).rejects.toThrow('logout of the session');
    expect(stoppedAt - endedAt).toBeLessThan(500);
    expect(cleaned).toEqual([42]);
    expect(await queue.getJob(job.id as string)).toMatchObject({ attemptsMade: 1, progress: 42 });
  });

  it('an idle timeout while it runs: it goes on', async () => {
    const { worker, add, jobs, people, session, events } = await scene({
      people: { idleTimeout: '300ms', recordEvery: '50ms', warnBefore: 0 },
    });
    worker(jobs, async (_job, { checkpoint }) => {
      await until('the session is idle', async () => (await people.peek(byId(session.id))).effect === 'deny');
      await checkpoint(1);
      return 'done all the same';
    });
    const { job } = await add();
    expect(await job.waitUntilFinished(events)).toBe('done all the same');
    expect((await people.peek(byId(session.id))).session?.ended?.code).toBe('idle_timeout');
  });

  it('a ceiling that passed in the queue: it never begins', async () => {
    const { worker, add, jobs, keeper, events } = await scene({ grants: { absoluteTimeout: '200ms', warnBefore: 0 } });
    const { job, grant } = await add();
    await until('the ceiling has passed', () => keeper.now() >= grant.until);
    let began = 0;
    worker(jobs, () => {
      began += 1;
    });
    await expect(job.waitUntilFinished(events)).rejects.toThrow('absolute_timeout of the grant');
    expect(began).toBe(0);
  });

  it('a challenge delays it, uses up no attempt, and it goes on where it was', async () => {
    const { worker, add, jobs, people, session, handle, queue, events } = await scene({
      people: { risk: [{ signal: 'odd', then: 'challenge' }] },
    });
    const runs: unknown[] = [];
    worker(jobs, async (_job, { checkpoint, progress }) => {
      runs.push(progress);
      if (progress === null) {
        await checkpoint(1);
        await people.signal(byId(session.id), { signal: 'odd' });
        await checkpoint(2);
      }
      return 'done';
    });
    const { job } = await add();
    await until('the job is delayed', async () => (await job.getState()) === 'delayed');
    // some rounds of delay, none of which is an attempt
    await until('it was tried again', async () => ((await queue.getJob(job.id as string))?.attemptsStarted ?? 0) >= 3);
    expect(await queue.getJob(job.id as string)).toMatchObject({ attemptsMade: 0 });
    await people.reauthenticate(handle, { assuranceLevel: 'aal1' });
    expect(await job.waitUntilFinished(events)).toBe('done');
    expect(runs).toEqual([null, 2]);
    expect((await queue.getJob(job.id as string))?.attemptsMade).toBe(1);
  });

  it('a failure of its own is retried with the same grant and what was reached', async () => {
    const { worker, add, jobs, events } = await scene();
    const runs: unknown[] = [];
    worker(jobs, async (_job, { checkpoint, progress }) => {
      runs.push(progress);
      await checkpoint((progress ?? 0) + 1);
      if (runs.length < 3) throw new Error('no paper');
      return 'third time lucky';
    });
    const { job } = await add();
    expect(await job.waitUntilFinished(events)).toBe('third time lucky');
    expect(runs).toEqual([null, 1, 2]);
  });

  it('a worker that dies: the next one cleans up what it left, if the person has logged out', async () => {
    const { worker, add, another, people, session, queue, events } = await scene();
    const working = aPromise();
    const dying = another();
    const fast = { lockDuration: 300, stalledInterval: 200 };
    const first = worker(
      dying.jobs,
      async (_job, { checkpoint }) => {
        await checkpoint(7);
        working.resolve();
        await new Promise(() => undefined);
      },
      {},
      fast,
    );
    const { job } = await add();
    await working.promise;
    // as a crash: its locks run out, and nobody says goodbye
    await first.close(true);
    await Promise.all([dying.people.close(), dying.keeper.close()]);
    await people.end(byId(session.id));
    const cleaned: unknown[] = [];
    worker(
      another().jobs,
      () => 'never',
      { onAbort: (_job, progress) => cleaned.push(progress) },
      { stalledInterval: 200 },
    );
    // whoever looked first has written it onto the grant
    await expect(job.waitUntilFinished(events)).rejects.toThrow(/logout of the (?:session|grant)$/);
    expect(cleaned).toEqual([7]);
    expect((await queue.getJob(job.id as string))?.stalledCounter).toBe(1);
  });

  it('a worker that dies between the work and the word of it: it is not done twice', async () => {
    const { worker, add, jobs, events } = await scene();
    const { job, grant } = await add();
    await jobs.finish(grant);
    let began = 0;
    worker(jobs, () => {
      began += 1;
    });
    expect(await job.waitUntilFinished(events)).toBeNull();
    expect(began).toBe(0);
  });

  it('no grant, a damaged one, one for another kind of job: none begins', async () => {
    const { worker, queue, add, jobs, events } = await scene();
    const { grant } = await add({ delay: 3_600_000 });
    let began = 0;
    let cleanedUp = 0;
    worker(
      jobs,
      () => {
        began += 1;
      },
      { onAbort: () => (cleanedUp += 1) },
    );
    for (const data of [{}, { grant: null }, { grant: { ...grant, id: 7 } }, null]) {
      const job = await queue.add('report', data as object, { attempts: 3 });
      await expect(job.waitUntilFinished(events)).rejects.toThrow('grant_invalid of the grant');
    }
    const without = await queue.add('report', {}, { attempts: 3 });
    await expect(without.waitUntilFinished(events)).rejects.toThrow('it has none; put it into `job.data.grant`');
    const other = await queue.add('delete-everything', { grant }, { attempts: 3 });
    await expect(other.waitUntilFinished(events)).rejects.toThrow(
      'its grant is for `report`, and it is called `delete-everything`',
    );
    expect({ began, cleanedUp }).toEqual({ began: 0, cleanedUp: 0 });
  });

  it('a job that is cancelled hears of it by the same signal', async () => {
    const { worker, add, jobs, events } = await scene();
    const working = aPromise();
    const one = worker(jobs, async (_job, { signal }) => {
      working.resolve();
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('cancelled by the queue'))),
      );
    });
    const { job } = await add({ attempts: 1 });
    await working.promise;
    one.cancelJob(job.id as string);
    await expect(job.waitUntilFinished(events)).rejects.toThrow('cancelled by the queue');
  });

  it('a worker that lost its lock stops, where it is told as the page says', async () => {
    const { worker, add, jobs, queue } = await scene();
    const working = aPromise();
    const stopped = aPromise<unknown>();
    const one = worker(
      jobs,
      async (_job, { signal }) => {
        working.resolve();
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            stopped.resolve(signal.aborted);
            reject(new Error('lost'));
          }),
        );
      },
      {},
      { lockDuration: 400 },
    );
    one.on('lockRenewalFailed', (ids) => ids.forEach((id) => void one.cancelJob(id)));
    const { job } = await add();
    await working.promise;
    // another worker has taken it over
    await redis.ask('SET', `bull:${queue.name}:${job.id}:lock`, 'another');
    expect(await stopped.promise).toBe(true);
  });

  it('Redis hangs: the job is paused by its patience, and goes on when it answers', async () => {
    const { worker, add, jobs, events, queue } = await scene({
      people: { idleTimeout: '400ms', recordEvery: '50ms', warnBefore: 0 },
      jobs: { retryAfter: '100ms', patience: '300ms' },
    });
    const working = aPromise();
    const stopped = aPromise<unknown>();
    const runs: unknown[] = [];
    worker(jobs, async (_job, { signal, checkpoint, progress }) => {
      runs.push(progress);
      if (progress !== null) return 'done';
      await checkpoint(3);
      working.resolve();
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          stopped.resolve(signal.reason);
          reject(signal.reason);
        }),
      );
      return 'let through';
    });
    const { job } = await add();
    await working.promise;
    await redis.pause();
    // it asks when the session could have timed out, gets no answer, and is patient for a while
    expect(await stopped.promise).toMatchObject({ code: 'job_paused' });
    await redis.resume();
    expect(await job.waitUntilFinished(events, 20_000)).toBe('done');
    expect(runs).toEqual([null, 3]);
    expect((await queue.getJob(job.id as string))?.attemptsMade).toBe(1);
  });

  it('Redis is killed in between: no job is lost, none is let through, and no attempt is used up', async () => {
    const { worker, add, jobs, events, queue } = await scene({ jobs: { retryAfter: '100ms' } });
    const working = aPromise();
    const go = aPromise();
    const runs: unknown[] = [];
    let refused: unknown = null;
    worker(jobs, async (_job, { checkpoint, progress }) => {
      runs.push(progress);
      if (progress !== null) return 'done';
      await checkpoint(3);
      working.resolve();
      await go.promise;
      await checkpoint().catch((error) => {
        refused = error;
        throw error;
      });
      return 'let through';
    });
    const { job } = await add();
    await working.promise;
    await redis.kill();
    go.resolve();
    await until('the checkpoint is refused', () => refused !== null);
    expect(refused).toMatchObject({ code: 'job_paused' });
    await redis.start();
    expect(await job.waitUntilFinished(events, 20_000)).toBe('done');
    expect(runs).toEqual([null, 3]);
    expect((await queue.getJob(job.id as string))?.attemptsMade).toBe(1);
  });
});
