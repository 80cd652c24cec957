import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { BEGIN, HOUR, login, MINUTE, SECOND, USER } from '../engine/support.js';
import { granted, jobsScene, type SceneOptions, told } from './support.js';

const AAL2 = { assuranceLevel: 'aal2' } as const;

describe('a job whose person', () => {
  it('is there goes on, until something could change by itself', async () => {
    const { jobs, queued } = await jobsScene();
    const { grant } = await queued();
    expect(grant).toEqual({ id: expect.any(String), job: 'report', until: BEGIN + 12 * HOUR });
    expect(await jobs.check(grant)).toEqual({ verdict: 'continue', reasons: [], until: BEGIN + 15 * MINUTE });
  });

  it('walked away goes on to its own ceiling, and not a millisecond longer', async () => {
    const { jobs, queued, world } = await jobsScene();
    const { grant } = await queued();
    await world.advance(20 * MINUTE);
    expect(told(await jobs.check(grant))).toBe('continue, idle_timeout of the session');
    await world.advance(12 * HOUR - 20 * MINUTE - 1);
    expect(told(await jobs.check(grant))).toBe('continue');
    await world.advance(1);
    expect(told(await jobs.check(grant))).toBe('abort, absolute_timeout of the grant');
  });

  it.each(['logout', 'account_disabled', 'concurrency_limit'])(
    'was ended by `%s` is aborted for good',
    async (code) => {
      const { jobs, queued, people, keeper } = await jobsScene();
      const { grant, id } = await queued();
      await people.end(byId(id), { code });
      expect(told(await jobs.check(grant))).toBe(`abort, ${code} of the session`);
      expect(told(await jobs.check(grant))).toBe(`abort, ${code} of the grant`);
      expect((await keeper.peek(byId(grant.id))).session?.ended?.code).toBe(code);
    },
  );

  it('was ended by what is called as a job that is done is aborted, not done', async () => {
    const { jobs, queued, people } = await jobsScene();
    const { grant, id } = await queued();
    await people.end(byId(id), { code: 'job_finished' });
    expect(told(await jobs.run(grant, () => 'ran'))).toBe('aborted, job_finished of the session');
    expect(told(await jobs.run(grant, () => 'ran'))).toBe('aborted, job_aborted of the grant');
  });

  it('was ended by a risk rule is aborted', async () => {
    const { jobs, queued, people } = await jobsScene({ people: { risk: [{ signal: 'stolen', then: 'end' }] } });
    const { grant, id } = await queued();
    await people.signal(byId(id), { signal: 'stolen' });
    expect(told(await jobs.check(grant))).toBe('abort, stolen of the session');
  });

  it('is to be asked for a proof pauses it, and it goes on after the proof', async () => {
    const { jobs, queued, people, world } = await jobsScene({
      people: { idleTimeout: '8h', reauthentication: { after: '1h', resets: ['idle'] } },
    });
    const { grant, handle } = await queued();
    await world.advance(HOUR + MINUTE);
    expect(await jobs.check(grant)).toEqual({
      verdict: 'pause',
      reasons: [{ code: 'reauthentication_due', of: 'session', since: BEGIN + HOUR }],
      until: BEGIN + 2 * HOUR,
      retryAfter: 15 * SECOND,
    });
    await people.reauthenticate(handle, AAL2);
    expect(told(await jobs.check(grant))).toBe('continue');
  });

  it('gives no proof for longer than the longest pause is aborted, though they come back', async () => {
    const { jobs, queued, people, world, another } = await jobsScene({
      people: { idleTimeout: '8h', risk: [{ signal: 'odd', then: 'challenge' }] },
    });
    const { grant, handle, id } = await queued();
    await world.advance(5 * MINUTE);
    await people.signal(byId(id), { signal: 'odd' });
    for (let quarter = 0; quarter < 4; quarter++) {
      expect(told(await another().jobs.check(grant))).toBe('pause, odd of the session');
      await people.access(handle, USER);
      await world.advance(14 * MINUTE + 59 * SECOND);
    }
    await people.access(handle, USER);
    await world.advance(4 * SECOND);
    expect(told(await another().jobs.check(grant))).toMatch(/^abort, pause_too_long of the grant/);
    await people.reauthenticate(handle, AAL2);
    expect(told(await jobs.check(grant))).toBe('abort, pause_too_long of the grant');
  });

  it('left a locked session behind walked away, whatever else fell due meanwhile', async () => {
    const { jobs, queued, people, world } = await jobsScene({
      people: {
        onIdle: 'lock',
        reauthentication: { after: '1h', resets: ['idle'] },
        risk: [{ signal: 'odd', then: 'challenge' }],
      },
    });
    const { grant, id } = await queued();
    await world.advance(2 * HOUR);
    expect(told(await jobs.check(grant))).toMatch(/^continue, idle_timeout of the session/);
    await people.signal(byId(id), { signal: 'odd' });
    expect(told(await jobs.check(grant))).toBe('pause, odd of the session');
  });

  it.each([true, false])(
    'was doubted, and timed out unheard, is aborted (found out by others: %s)',
    async (isFound) => {
      const { jobs, queued, people, world } = await jobsScene({
        people: { risk: [{ signal: 'odd', then: 'challenge' }] },
      });
      const { grant, id, handle } = await queued();
      await world.advance(5 * MINUTE);
      await people.signal(byId(id), { signal: 'odd' });
      expect(told(await jobs.check(grant))).toBe('pause, odd of the session');
      await world.advance(10 * MINUTE);
      if (isFound) await people.access(handle, USER);
      expect(told(await jobs.check(grant))).toBe('abort, odd of the session');
    },
  );

  it('was asked for a proof when they walked away has walked away', async () => {
    const { jobs, queued, world, people } = await jobsScene({
      people: { reauthentication: { after: '20m', resets: ['idle'] } },
    });
    const { grant, handle } = await queued();
    await world.advance(14 * MINUTE);
    await people.access(handle, USER);
    await world.advance(6 * MINUTE);
    expect(told(await jobs.check(grant))).toBe('pause, reauthentication_due of the session');
    await world.advance(9 * MINUTE);
    expect(told(await jobs.check(grant))).toMatch(/^continue, idle_timeout of the session/);
  });
});

describe('a job that its owner configured', () => {
  const outcome = async (scene: SceneOptions, outlives: readonly string[] | null, code: string | null) => {
    const { jobs, queued, people, world } = await jobsScene(scene);
    const { grant, id } = await queued(outlives === null ? {} : { outlives });
    if (code === null) await world.advance(20 * MINUTE);
    else await people.end(byId(id), { code });
    return told(await jobs.check(grant));
  };

  it('ends with a timeout, where it outlives none', async () => {
    expect(await outcome({}, [], null)).toBe('abort, idle_timeout of the session');
    expect(await outcome({ jobs: { outlives: [] } }, null, null)).toBe('abort, idle_timeout of the session');
  });

  it('outlives a logout, where it may', async () => {
    expect(await outcome({}, ['logout'], 'logout')).toBe('continue, logout of the session');
    expect(await outcome({}, ['logout'], 'account_disabled')).toBe('abort, account_disabled of the session');
  });

  it('goes by what was said when it was queued, whatever the worker thinks', async () => {
    const { world, store, people, keeper } = await jobsScene();
    const { createJobs } = await import('../../src/jobs/index.js');
    const strict = createJobs({ engine: keeper, sessions: people, outlives: [], timers: world.timers });
    const lax = createJobs({ engine: keeper, sessions: people, outlives: ['logout'], timers: world.timers });
    const { session } = await login(people);
    const grant = await granted(strict, session);
    await people.end(byId(session.id));
    expect(told(await lax.check(grant))).toBe('abort, logout of the session');
    expect(store.history.length).toBeGreaterThan(0);
  });

  it('is aborted at once where no pause is allowed', async () => {
    const { jobs, queued, people } = await jobsScene({
      people: { risk: [{ signal: 'odd', then: 'challenge' }] },
      jobs: { longestPause: 0 },
    });
    const { grant, id } = await queued();
    await people.signal(byId(id), { signal: 'odd' });
    expect(told(await jobs.check(grant))).toBe('abort, pause_too_long of the grant, odd of the session');
  });

  it('is aborted when it was silent for longer than its own idle limit', async () => {
    const { jobs, queued, world } = await jobsScene({ grants: { idleTimeout: '10m' } });
    const { grant } = await queued();
    for (let time = 0; time < 3; time++) {
      await world.advance(9 * MINUTE);
      expect((await jobs.check(grant)).verdict).toBe('continue');
    }
    await world.advance(10 * MINUTE);
    expect(told(await jobs.check(grant))).toBe('abort, idle_timeout of the grant');
  });

  it('has the ceiling that a condition gives to its kind', async () => {
    const { queued } = await jobsScene({
      grants: { conditions: [{ when: { attributes: { job: ['thumbnail'] } }, absoluteTimeout: '5m' }] },
    });
    expect((await queued({ job: 'thumbnail' })).grant.until).toBe(BEGIN + 5 * MINUTE);
    expect((await queued({ job: 'report' })).grant.until).toBe(BEGIN + 12 * HOUR);
  });
});

describe('what happened is not forgotten', () => {
  it('a timeout is written down before its record goes: the job outlives that too', async () => {
    const { jobs, queued, people, store, world } = await jobsScene();
    const { grant, id } = await queued();
    await world.advance(20 * MINUTE);
    await jobs.check(grant);
    expect((await people.peek(byId(id))).session?.ended?.code).toBe('idle_timeout');
    await world.advance(3 * HOUR);
    await people.purge();
    expect((await store.base.load([id]))[0]).toBeNull();
    expect(told(await jobs.check(grant))).toBe('continue');
  });

  it('a session whose record is gone before anybody looked could have been logged out: abort', async () => {
    const { jobs, queued, people, world } = await jobsScene();
    const { grant } = await queued();
    const other = await queued({ outlives: ['session_missing'] });
    await world.advance(3 * HOUR);
    await people.purge();
    expect(told(await jobs.check(grant))).toBe('abort, session_missing of the session');
    expect(told(await jobs.check(other.grant))).toBe('continue, session_missing of the session');
  });

  it('records that are kept as long as the ceiling tell the one from the other', async () => {
    const { jobs, queued, people, world } = await jobsScene({ engine: { keepEnded: '12h' } });
    const [stays, leaves] = [await queued(), await queued()];
    await people.end(byId(leaves.id));
    await world.advance(11 * HOUR);
    await people.purge();
    expect(told(await jobs.check(stays.grant))).toMatch(/^continue, idle_timeout of the session/);
    expect(told(await jobs.check(leaves.grant))).toBe('abort, logout of the session');
  });

  it('disabling the account ends the job of a person who is long gone', async () => {
    const { jobs, queued, people, world } = await jobsScene();
    const { grant } = await queued();
    await world.advance(20 * MINUTE);
    await jobs.check(grant);
    await world.advance(3 * HOUR);
    await people.purge();
    await people.endAll('alice', { code: 'account_disabled' });
    expect(told(await jobs.check(grant))).toMatch(/^abort, \w+ of the grant$/);
  });
});
