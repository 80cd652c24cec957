import { describe, expect, it } from 'vitest';
import { byId, createEngine } from '../../src/engine/index.js';
import { createJobs, readGrant } from '../../src/jobs/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { login, MINUTE, policyWith, USER } from '../engine/support.js';
import { granted, jobsScene, told } from './support.js';

describe('a grant', () => {
  it('is given to whoever has a session, by the session or the answer', async () => {
    const { jobs, people } = await jobsScene();
    const started = await login(people);
    const answer = await people.access(started.handle, USER);
    expect((await jobs.grant(answer, { job: 'report' })).effect).toBe('permit');
    expect((await jobs.grant(started, { job: 'report' })).effect).toBe('permit');
    expect((await jobs.grant(started.session, { job: 'report' })).effect).toBe('permit');
    const stranger = await people.access('nobody', USER);
    expect(await jobs.grant(stranger, { job: 'report' })).toMatchObject({ effect: 'deny', session: null });
  });

  it('is refused after a logout, and while a proof is due, as the engine refuses it', async () => {
    const { jobs, people, world } = await jobsScene({
      people: { idleTimeout: '8h', reauthentication: { after: '1h', resets: ['idle'] } },
    });
    const [one, other] = [await login(people), await login(people)];
    await people.end(one.handle);
    expect(await jobs.grant(one, { job: 'report' })).toMatchObject({ effect: 'deny', session: { ended: {} } });
    await world.advance(61 * MINUTE);
    expect(await jobs.grant(other, { job: 'report' })).toMatchObject({ effect: 'challenge' });
  });

  it('is given for an operation only where the person may do it', async () => {
    const { jobs, people } = await jobsScene({ people: { operations: { 'data:export': { assuranceLevel: 'aal2' } } } });
    const { session, handle } = await login(people);
    const ask = () => jobs.grant(session, { job: 'export', operation: 'data:export' });
    expect(await ask()).toMatchObject({ effect: 'challenge', assuranceLevel: 'aal2' });
    expect(await jobs.grant(session, { job: 'export', operation: 'no:such' })).toMatchObject({ effect: 'deny' });
    await people.reauthenticate(handle, { assuranceLevel: 'aal2' });
    expect((await ask()).effect).toBe('permit');
  });

  it('is no activity of the person, and no check is either', async () => {
    const { jobs, queued, people, world } = await jobsScene();
    const { grant, id } = await queued();
    const before = (await people.peek(byId(id))).session;
    await world.advance(5 * MINUTE);
    await granted(jobs, { id });
    for (let time = 0; time < 5; time++) await jobs.check(grant);
    await people.flush();
    expect((await people.peek(byId(id))).session).toEqual(before);
  });

  it('holds nothing that could be presented: no handle, no subject', async () => {
    const { jobs, queued, people, keeper } = await jobsScene();
    const { grant, handle, id } = await queued();
    const text = JSON.stringify(grant);
    expect(Object.keys(grant)).toEqual(['id', 'job', 'until']);
    for (const secret of [handle, id, 'alice']) expect(text).not.toContain(secret);
    for (const engine of [people, keeper]) expect((await engine.access(grant.id, USER)).effect).toBe('deny');
    expect((await jobs.check(JSON.parse(text))).verdict).toBe('continue');
  });

  it('shows in the list of the person, and takes no place of a login', async () => {
    const concurrency = { maxSessions: 2, onExceed: 'endOldest' } as const;
    const { jobs, queued, people, world } = await jobsScene({ people: { concurrency } });
    const { grant, id } = await queued();
    for (let job = 0; job < 3; job++) await granted(jobs, { id });
    await world.advance(1);
    const second = await login(people);
    expect(second.ended).toEqual([]);
    expect((await people.peek(byId(id))).effect).toBe('permit');
    expect((await jobs.check(grant)).verdict).toBe('continue');
    const list = await people.list('alice');
    const kinds = list.effect === 'permit' ? list.sessions.map(({ session }) => session.attributes['job']) : [];
    expect(kinds.toSorted()).toEqual(['report', 'report', 'report', 'report', undefined, undefined]);
    await world.advance(1);
    const third = await login(people);
    expect(third.ended.map((one) => one.id)).toEqual([id]);
  });

  it('takes a place among the jobs, where their policy counts them', async () => {
    const concurrency = { maxSessions: 2, onExceed: 'refuse' } as const;
    const { jobs, queued, people } = await jobsScene({ grants: { concurrency } });
    for (let time = 0; time < 3; time++) await login(people);
    const { id, grant } = await queued();
    await granted(jobs, { id });
    expect(await jobs.grant({ id }, { job: 'report' })).toMatchObject({
      effect: 'deny',
      reasons: [{ code: 'concurrency_limit' }],
    });
    await jobs.finish(grant);
    expect((await jobs.grant({ id }, { job: 'report' })).effect).toBe('permit');
  });

  it('is judged by the policy of whoever reports on it: on time or too early, never too late', async () => {
    const { jobs, queued, people, keeper, world } = await jobsScene({
      people: { risk: [{ signal: 'odd', then: 'observe' }] },
    });
    const { grant, id } = await queued();
    await world.advance(10 * MINUTE);
    await people.signal(byId(id), { signal: 'odd' });
    await people.signal(byId(grant.id), { signal: 'odd' });
    expect((await jobs.check(grant)).verdict).toBe('continue');
    await world.advance(20 * MINUTE);
    await keeper.signal(byId(grant.id), { signal: 'odd' });
    expect((await jobs.check(grant)).verdict).toBe('abort');
  });

  it('is over when the job is done', async () => {
    const { jobs, queued, store, keeper, world } = await jobsScene();
    const { grant } = await queued();
    expect(await jobs.finish(grant)).toBe(true);
    expect(told(await jobs.check(grant))).toBe('abort, job_finished of the grant');
    await world.advance(120 * MINUTE);
    await keeper.purge();
    expect((await store.base.load([grant.id]))[0]).toBeNull();
    expect(told(await jobs.check(grant))).toBe('abort, session_missing of the grant');
  });
});

describe('what somebody wrote into the queue', () => {
  const NONE = [
    null,
    undefined,
    7,
    'x',
    [],
    {},
    { id: 'x', job: 'report', until: 1 },
    { id: '../..', job: 'a', until: 1 },
  ];

  it.each(NONE.map((one) => [JSON.stringify(one) ?? 'undefined', one]))('is no grant: %s', async (_, value) => {
    const { jobs } = await jobsScene();
    expect(readGrant(value)).toBeNull();
    expect(told(await jobs.check(value as never))).toBe('abort, grant_invalid of the grant');
    expect(await jobs.finish(value as never)).toBe(false);
    const ran = await jobs.run(value as never, () => 'ran');
    expect(told(ran)).toBe('aborted, grant_invalid of the grant');
  });

  it('cannot turn a grant into one for another kind of job', async () => {
    const { jobs, queued } = await jobsScene();
    const { grant } = await queued();
    const forged = { ...grant, job: 'delete-everything' };
    expect(told(await jobs.check(forged))).toBe('abort, grant_invalid of the grant');
    expect(await jobs.finish(forged)).toBe(false);
    expect((await jobs.check(grant)).verdict).toBe('continue');
  });

  it('cannot lengthen a grant', async () => {
    const { jobs, queued, world } = await jobsScene({ grants: { absoluteTimeout: '1h' } });
    const { grant } = await queued();
    await world.advance(60 * MINUTE);
    expect((await jobs.check({ ...grant, until: 8e15 })).verdict).toBe('abort');
  });

  it("cannot name a person's session: it is neither renewed nor ended nor written", async () => {
    const { jobs, queued, people, store, world } = await jobsScene();
    const { id, grant } = await queued();
    await world.advance(10 * MINUTE);
    const before = await store.envelope(id);
    const forged = { ...grant, id };
    expect(told(await jobs.check(forged))).toBe('abort, grant_invalid of the grant');
    await jobs.run(forged, () => 'ran');
    expect(await jobs.finish(forged)).toBe(false);
    expect(await store.envelope(id)).toEqual(before);
    expect((await people.peek(byId(id))).effect).toBe('permit');
  });

  it('a grant that never was, or is gone, aborts', async () => {
    const { jobs, queued } = await jobsScene();
    const { grant } = await queued();
    const gone = { ...grant, id: `${grant.id.slice(0, -1)}${grant.id.endsWith('A') ? 'Q' : 'A'}` };
    expect(told(await jobs.check(gone))).toBe('abort, session_missing of the grant');
  });
});

describe('a mistake', () => {
  const store = memoryStore();
  const people = createEngine({ policy: policyWith(), store, purgeEvery: 0 });
  const endless = policyWith({ id: 'jobs', idleTimeout: 'unlimited', absoluteTimeout: 'unlimited' });
  const code = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      const { code: is, problems } = error as { code: string; problems: { path: string }[] };
      return [is, ...problems.map(({ path }) => path)];
    }
    return 'nothing was thrown';
  };

  it('in the options is told at once, and every one', () => {
    expect(code(() => createJobs(undefined as never))).toEqual(['jobs_options_invalid', '/engine', '/sessions']);
    const wrong = { longestPause: 'long', retryAfter: 0, patience: -1, outlives: ['a b'], timers: {} } as never;
    expect(code(() => createJobs({ engine: people, sessions: people, ...(wrong as object) }))).toEqual([
      'jobs_options_invalid',
      '/longestPause',
      '/retryAfter',
      '/patience',
      '/timers',
      '/outlives',
    ]);
  });

  it('a policy without a ceiling makes no jobs', () => {
    const engine = createEngine({ policy: endless, store, purgeEvery: 0 });
    expect(code(() => createJobs({ engine, sessions: people }))).toEqual(['jobs_options_invalid', '/engine']);
  });

  it('in a request is thrown', async () => {
    const { jobs, queued } = await jobsScene();
    const { id, grant } = await queued();
    await expect(jobs.grant({ id }, { job: 'a b' })).rejects.toMatchObject({ code: 'grant_request_invalid' });
    await expect(jobs.grant({ id }, { job: 'a', outlives: 'x' as never })).rejects.toMatchObject({
      code: 'grant_request_invalid',
    });
    await expect(jobs.run(grant, () => 1, { checkpointEvery: 'soon' as never })).rejects.toMatchObject({
      code: 'run_options_invalid',
    });
  });
});
