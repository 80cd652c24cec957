import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import type { JobContext } from '../../src/jobs/index.js';
import { aPromise, HOUR, MINUTE, SECOND, unhandledRejections } from '../engine/support.js';
import { jobsScene, type SceneOptions, told } from './support.js';

const unhandled = unhandledRejections();
const DAY = 24 * HOUR;
const down = () => Promise.reject(new Error('the store is away'));

/** A job that works until the test lets it end, and stops when it is told to. */
async function atWork(options: SceneOptions = {}, checkpointEvery = 0) {
  const scene = await jobsScene(options);
  const { handle, id, grant } = await scene.queued();
  const end = aPromise<string>();
  const kept: unknown[] = [];
  const cleaned: unknown[] = [];
  let context: JobContext<number> | null = null;
  const running = scene.jobs.run<string, number>(
    grant,
    (given) => {
      context = given;
      given.signal.addEventListener('abort', () => end.reject(given.signal.reason));
      return end.promise;
    },
    { checkpointEvery, keep: (progress) => kept.push(progress), onAbort: (progress) => cleaned.push(progress) },
  );
  await scene.world.settle();
  const given = () => context as unknown as JobContext<number>;
  return { ...scene, handle, id, grant, running, end, kept, cleaned, given };
}

describe('a job at work', () => {
  it('is done, and its grant with it', async () => {
    const { running, end, jobs, grant, cleaned, keeper } = await atWork();
    end.resolve('a report');
    expect(await running).toEqual({ outcome: 'done', result: 'a report' });
    expect((await keeper.peek(byId(grant.id))).session?.ended?.code).toBe('job_finished');
    expect(await jobs.run(grant, () => 'again')).toEqual({ outcome: 'done_before' });
    expect(cleaned).toEqual([]);
  });

  it('is stopped by a logout in another process before it looks, and hands back what it was doing', async () => {
    const { another, id, running, given, cleaned, world } = await atWork();
    await given().checkpoint(7);
    await another().people.end(byId(id));
    await world.settle();
    expect(given().signal.aborted).toBe(true);
    expect(given().signal.reason).toMatchObject({ code: 'job_aborted', problems: [{ code: 'logout' }] });
    const ran = await running;
    expect(told(ran)).toBe('aborted, logout of the session');
    expect(ran).toMatchObject({ progress: 7, error: null });
    expect(cleaned).toEqual([7]);
  });

  it('is stopped when its grant is ended with all of the subject', async () => {
    const { another, running, world } = await atWork();
    await world.advance(20 * MINUTE);
    await another().people.endAll('alice', { code: 'account_disabled' });
    expect(told(await running)).toMatch(/^aborted, \w+ of the grant$/);
  });

  it('goes on when the person times out, and is cut off at the ceiling to the millisecond', async () => {
    const { running, given, world } = await atWork({ grants: { absoluteTimeout: '2h' } });
    await world.advance(2 * HOUR - 1);
    await given().checkpoint(1);
    expect(given().signal.aborted).toBe(false);
    await world.advance(1);
    expect(given().signal.aborted).toBe(true);
    expect(told(await running)).toBe('aborted, absolute_timeout of the grant');
  });

  it('has a ceiling of a month by a timer that can hold it, and asks again whenever that fires', async () => {
    const set: { readonly milliseconds: number; readonly act: () => void }[] = [];
    const after = (milliseconds: number, act: () => void) => {
      set.push({ milliseconds, act });
      return () => undefined;
    };
    const { given, world, end, running } = await atWork({
      grants: { absoluteTimeout: '30d' },
      people: { idleTimeout: 'unlimited', absoluteTimeout: '30d' },
      jobs: { timers: { after, soon: () => undefined } },
    });
    const before = set.length;
    set.at(-1)?.act();
    await world.settle();
    expect(given().signal.aborted).toBe(false);
    expect(set.length).toBe(before + 1);
    expect(new Set(set.map(({ milliseconds }) => milliseconds))).toEqual(new Set([30 * DAY]));
    end.resolve('done');
    await running;
  });

  it('is stopped when the silence is too long; looking after it is no sign of life', async () => {
    const { running, given, world } = await atWork({ grants: { idleTimeout: '10m' } });
    await world.advance(9 * MINUTE);
    await given().checkpoint();
    await world.advance(10 * MINUTE - 1);
    expect(given().signal.aborted).toBe(false);
    await world.advance(1);
    expect(told(await running)).toBe('aborted, idle_timeout of the grant');
  });

  it('is paused by a challenge, keeps how far it came, and goes on from there', async () => {
    const { another, id, handle, people, running, given, kept, cleaned, jobs, grant, world } = await atWork(
      { people: { risk: [{ signal: 'odd', then: 'challenge' }] } },
      HOUR,
    );
    await given().checkpoint(1);
    await given().checkpoint(2);
    expect(kept).toEqual([1]);
    await another().people.signal(byId(id), { signal: 'odd' });
    await world.settle();
    await expect(given().checkpoint(3)).rejects.toMatchObject({ code: 'job_paused' });
    const ran = await running;
    // it gave up when the signal told it to: what came after that was no progress
    expect(ran).toMatchObject({ outcome: 'paused', progress: 2, retryAfter: 15 * SECOND });
    expect(kept).toEqual([1, 2]);
    expect(cleaned).toEqual([]);
    await world.advance(1);
    await people.reauthenticate(handle, { assuranceLevel: 'aal1' });
    const again = await jobs.run<unknown, number>(grant, ({ progress }) => progress, { progress: 2 });
    expect(again).toEqual({ outcome: 'done', result: 2 });
  });

  it('does not begin where it may not, and is cleaned up after with what an earlier run left', async () => {
    const { jobs, queued, people } = await jobsScene();
    const { grant, id } = await queued();
    await people.end(byId(id));
    const cleaned: unknown[] = [];
    let began = false;
    const work = () => {
      began = true;
    };
    const ran = await jobs.run(grant, work, {
      progress: 'half',
      onAbort: (progress, reasons) => cleaned.push(progress, reasons),
    });
    expect(told(ran)).toBe('aborted, logout of the session');
    expect(cleaned).toEqual(['half', [{ code: 'logout', of: 'session', since: expect.any(Number) }]]);
    expect(began).toBe(false);
  });

  it('asks the store no more often than it is told to', async () => {
    const { given, store, world, end, running } = await atWork({ people: { idleTimeout: '8h' } }, 5 * SECOND);
    const before = store.counts.loaded;
    for (let row = 0; row < 10_000; row++) await given().checkpoint(row);
    expect(store.counts.loaded).toBe(before);
    await world.advance(5 * SECOND);
    for (let row = 0; row < 10_000; row++) await given().checkpoint(row);
    expect(store.counts.loaded).toBeLessThanOrEqual(before + 3);
    end.resolve('done');
    await running;
  });

  it('that throws by itself has thrown: nothing is finished and nothing cleaned up', async () => {
    const { end, running, jobs, grant, cleaned, world } = await atWork();
    end.reject(new Error('no paper'));
    await expect(running).rejects.toThrow('no paper');
    expect((await jobs.check(grant)).verdict).toBe('continue');
    expect(cleaned).toEqual([]);
    expect(world.timersPending()).toBeLessThanOrEqual(4);
  });

  it('whose clean-up fails says so, and cleans up again', async () => {
    const { jobs, queued, people } = await jobsScene();
    const { grant, id } = await queued();
    await people.end(byId(id));
    const broken = () => Promise.reject(new Error('no broom'));
    await expect(jobs.run(grant, () => 1, { onAbort: broken })).rejects.toThrow('no broom');
    const cleaned: number[] = [];
    await jobs.run(grant, () => 1, { onAbort: () => cleaned.push(1) });
    expect(cleaned).toEqual([1]);
  });

  it('that swallows the stop and completes has not been allowed to', async () => {
    const { jobs, queued, people } = await jobsScene();
    const { grant, id } = await queued();
    const ran = await jobs.run(
      grant,
      async ({ checkpoint }) => {
        await people.end(byId(id));
        await checkpoint().catch(() => undefined);
        return 'sent all the same';
      },
      { checkpointEvery: 0 },
    );
    expect(told(ran)).toBe('aborted, logout of the session');
  });

  it('stops when the queue says so, in the words of the queue', async () => {
    const { jobs, queued } = await jobsScene();
    const { grant } = await queued();
    const queue = new AbortController();
    const running = jobs.run(
      grant,
      async ({ checkpoint, signal }) => {
        queue.abort(new Error('cancelled'));
        expect(signal.aborted).toBe(true);
        await checkpoint();
      },
      { signal: queue.signal },
    );
    await expect(running).rejects.toThrow('cancelled');
    const late = jobs.run(grant, ({ checkpoint }) => checkpoint(), { signal: queue.signal });
    await expect(late).rejects.toThrow('cancelled');
    expect((await jobs.check(grant)).verdict).toBe('continue');
  });
});

describe('a job at work while the store is away', () => {
  it('is left alone for its patience, and paused then', async () => {
    const { given, store, world, running } = await atWork({ people: { idleTimeout: '10m' } });
    await world.advance(9 * MINUTE);
    store.intercept = down;
    await world.advance(MINUTE + 29 * SECOND);
    expect(given().signal.aborted).toBe(false);
    await world.advance(SECOND);
    expect(given().signal.reason).toMatchObject({ code: 'job_paused' });
    expect(told(await running)).toBe('paused, store_unavailable of the grant');
  });

  it('does not notice a short absence', async () => {
    const { given, store, world, end, running } = await atWork({ people: { idleTimeout: '10m' } });
    await world.advance(9 * MINUTE + 59 * SECOND);
    store.intercept = down;
    await world.advance(20 * SECOND);
    store.intercept = null;
    await world.advance(HOUR);
    expect(given().signal.aborted).toBe(false);
    end.resolve('done');
    expect((await running).outcome).toBe('done');
  });

  it('is paused at once where it asks', async () => {
    const { given, store, running } = await atWork();
    store.intercept = down;
    await expect(given().checkpoint(5)).rejects.toMatchObject({ code: 'job_paused' });
    expect(await running).toMatchObject({ outcome: 'paused', progress: 5 });
  });

  it('reaches its ceiling all the same', async () => {
    const { given, store, world, running } = await atWork({
      grants: { absoluteTimeout: '20m' },
      jobs: { patience: '1h' },
    });
    await world.advance(19 * MINUTE);
    store.intercept = down;
    await world.advance(MINUTE - 1);
    expect(given().signal.aborted).toBe(false);
    await world.advance(1);
    expect(told(await running)).toMatch(/^aborted, absolute_timeout of the grant/);
  });

  it('and the channel with it hears of a logout as soon as it looks again', async () => {
    const { another, id, given, store, world, running } = await atWork();
    store.breakDown();
    await world.settle();
    await another().people.end(byId(id));
    await world.settle();
    expect(given().signal.aborted).toBe(false);
    await world.advance(3 * SECOND);
    expect(told(await running)).toBe('aborted, logout of the session');
  });
});

describe('afterwards', () => {
  it('nothing is left: no timer, no watcher, no rejection', async () => {
    const { jobs, queued, world, keeper, people } = await jobsScene();
    const { id } = await queued();
    await jobs.grant({ id }, { job: 'report' });
    await world.settle();
    const before = world.timersPending();
    for (let time = 0; time < 50; time++) {
      const answer = await jobs.grant({ id }, { job: 'report' });
      if (answer.effect !== 'permit') throw new Error('no grant');
      const fails = time % 2 === 0;
      await jobs.run(answer.grant, () => (fails ? Promise.reject(new Error('x')) : 1)).catch(() => undefined);
    }
    await world.settle();
    // each engine has one heartbeat of its channel, from the first watcher on
    expect(world.timersPending()).toBeLessThanOrEqual(before + 2);
    await Promise.all([keeper.close(), people.close()]);
    expect(world.timersPending()).toBe(0);
    expect(unhandled).toEqual([]);
  });
});
