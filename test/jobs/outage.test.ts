import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { HOUR, MINUTE, SECOND } from '../engine/support.js';
import { jobsScene, told } from './support.js';

const down = () => Promise.reject(new Error('the store is away'));

describe('while the store is away', () => {
  it('a job is paused, neither lost nor let through, and goes on afterwards', async () => {
    const { jobs, queued, store, world } = await jobsScene();
    const { grant } = await queued();
    store.intercept = down;
    expect(await jobs.check(grant)).toMatchObject({ verdict: 'pause', retryAfter: 15 * SECOND });
    await world.advance(30 * MINUTE);
    expect(told(await jobs.check(grant))).toBe('pause, store_unavailable of the grant');
    store.intercept = null;
    expect((await jobs.check(grant)).verdict).toBe('continue');
    // and the next outage counts anew
    await world.advance(2 * HOUR);
    store.intercept = down;
    expect((await jobs.check(grant)).verdict).toBe('pause');
  });

  it('for longer than the longest pause, it is aborted', async () => {
    const { jobs, queued, store, world } = await jobsScene();
    const { grant } = await queued();
    store.intercept = down;
    expect((await jobs.check(grant)).verdict).toBe('pause');
    await world.advance(HOUR - 1);
    expect(await jobs.check(grant)).toMatchObject({ verdict: 'pause', retryAfter: 1 });
    await world.advance(1);
    expect(told(await jobs.check(grant))).toBe('abort, pause_too_long of the grant, store_unavailable of the grant');
  });

  it('and that abort is for good, though it could not be written down then', async () => {
    const { jobs, queued, store, world, another } = await jobsScene();
    const { grant } = await queued();
    store.intercept = down;
    await jobs.check(grant);
    await world.advance(HOUR);
    expect((await jobs.check(grant)).verdict).toBe('abort');
    // what was begun has been cleaned up by now
    expect((await jobs.check(grant)).verdict).toBe('abort');
    store.intercept = null;
    expect(told(await jobs.check(grant))).toContain('abort, pause_too_long of the grant');
    expect(told(await another().jobs.check(grant))).toContain('abort, pause_too_long of the grant');
    expect(told(await jobs.check(grant))).toContain('abort, pause_too_long of the grant');
  });

  it('what only looks like a grant ends nobody’s session, then or later', async () => {
    const { jobs, people, queued, store } = await jobsScene();
    const { id, grant } = await queued();
    const forged = { ...grant, id, until: people.now() };
    let failures = 1;
    // it fails once, and is back before the next question
    store.intercept = (method, go) => (method === 'load' && failures-- > 0 ? down() : go());
    expect((await jobs.check(forged)).verdict).toBe('abort');
    expect((await people.peek(byId(id))).effect).toBe('permit');
    store.intercept = down;
    expect((await jobs.check(forged)).verdict).toBe('abort');
    store.intercept = null;
    expect((await jobs.check(forged)).verdict).toBe('abort');
    expect((await people.peek(byId(id))).effect).toBe('permit');
    expect((await jobs.check(grant)).verdict).toBe('continue');
  });

  it('the ceiling holds all the same', async () => {
    const { jobs, queued, store, world } = await jobsScene({ grants: { absoluteTimeout: '10m' } });
    const { grant } = await queued();
    store.intercept = down;
    await world.advance(9 * MINUTE);
    expect(await jobs.check(grant)).toMatchObject({ verdict: 'pause' });
    await world.advance(MINUTE);
    expect(told(await jobs.check(grant))).toBe('abort, absolute_timeout of the grant, store_unavailable of the grant');
  });

  it('and only the record of the person cannot be read: a pause as well', async () => {
    const { jobs, queued, store } = await jobsScene();
    const { grant, id } = await queued();
    store.intercept = (method, go, [ids]) =>
      method === 'load' && (ids as string[]).includes(id) && !(ids as string[]).includes(grant.id) ? down() : go();
    expect(told(await jobs.check(grant))).toBe('pause, store_unavailable of the session');
  });

  it('an engine that fails in a way of its own lets nothing through', async () => {
    const { queued, people, keeper, world } = await jobsScene();
    const { createJobs } = await import('../../src/jobs/index.js');
    const { grant } = await queued();
    const broken = { ...people, peek: () => Promise.reject(new Error('no')) };
    const jobs = createJobs({ engine: keeper, sessions: broken, timers: world.timers });
    expect(told(await jobs.check(grant))).toBe('pause, check_failed of the grant');
  });

  it.each([-HOUR, 24 * HOUR])('a clock that was set by %d ms pauses, and ends nothing', async (wrongBy) => {
    const { jobs, queued, keeper, people, world } = await jobsScene();
    const { grant } = await queued();
    for (const { clock } of [keeper, people]) clock.setBy(wrongBy);
    expect(told(await jobs.check(grant))).toBe('pause, clock_off of the grant');
    for (const { clock } of [keeper, people]) clock.setBy(-wrongBy);
    await world.advance(2 * MINUTE);
    expect(told(await jobs.check(grant))).toBe('continue');
  });

  it('a grant is refused', async () => {
    const { jobs, queued, people, store } = await jobsScene();
    const { id } = await queued();
    store.intercept = down;
    expect(await jobs.grant({ id }, { job: 'report' })).toMatchObject({ effect: 'indeterminate' });
    store.intercept = (method, go) => (method === 'create' ? down() : go());
    expect(await jobs.grant({ id }, { job: 'report' })).toMatchObject({ effect: 'indeterminate' });
    store.intercept = null;
    expect((await people.peek(byId(id))).effect).toBe('permit');
  });
});
