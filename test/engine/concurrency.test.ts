import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine, StartAnswer } from '../../src/engine/index.js';
import { aPromise, aWorld, login, policyWith, runs, SECOND, said, testStore, USER } from './support.js';

type OnExceed = 'endOldest' | 'refuse';
const limited = (maxSessions: number, onExceed: OnExceed) => policyWith({ concurrency: { maxSessions, onExceed } });

async function live(engine: Engine): Promise<readonly string[]> {
  const answer = await engine.list('alice');
  if (answer.effect !== 'permit') throw new Error(said(answer));
  return answer.sessions.map(({ session }) => session.id);
}

/** The handles that still open something, of those that were given out. */
async function working(engine: Engine, answers: readonly StartAnswer[]): Promise<number> {
  let count = 0;
  for (const answer of answers) {
    if (answer.effect === 'permit' && (await engine.access(answer.handle, USER)).effect === 'permit') count += 1;
  }
  return count;
}

describe('racing logins', () => {
  // spring-security#3121: two logins that race pass the limit
  it.each<[OnExceed, number, number]>([
    ['endOldest', 1, 1],
    ['endOldest', 2, 3],
    ['refuse', 1, 2],
    ['refuse', 3, 3],
  ])(
    '%s: of 12, exactly %i stay, through %i engines, whatever order the store works in',
    async (onExceed, most, count) => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), async (scheduler) => {
          const world = aWorld();
          const store = testStore();
          const engines = Array.from({ length: count }, () => world.engine({ store, policy: limited(most, onExceed) }));
          const logins = Array.from({ length: 12 }, (_, index) => index);
          store.intercept = async (method, go) => {
            await scheduler.schedule(Promise.resolve(), `${method} arrives`);
            const answer = await go();
            await scheduler.schedule(Promise.resolve(), `${method} is answered`);
            return answer;
          };
          const asked = logins.map((index) => (engines[index % count] as Engine).start({ subject: 'alice' }));
          const answers = await scheduler.waitFor(Promise.all(asked));
          store.intercept = null;
          expect(answers.map(({ effect }) => effect)).not.toContain('indeterminate');
          expect(await live(engines[0] as Engine)).toHaveLength(most);
          expect(await working(engines[0] as Engine, answers)).toBe(most);
        }),
        runs(20),
      );
    },
  );

  it('endOldest, at different instants: the latest logins stay', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore(), policy: limited(2, 'endOldest') });
    const answers: StartAnswer[] = [];
    for (let turn = 0; turn < 5; turn++) {
      answers.push(await login(engine));
      await world.advance(SECOND);
    }
    expect(await working(engine, answers.slice(0, 3))).toBe(0);
    expect(await working(engine, answers.slice(3))).toBe(2);
    expect(answers[2]).toMatchObject({ ended: [{ ended: { code: 'concurrency_limit' } }] });
  });

  it('refuse: an answer that refuses has no handle, no session, and leaves none behind', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, policy: limited(1, 'refuse') });
    const first = await login(engine);
    await world.advance(SECOND);
    const second = await engine.start({ subject: 'alice' });
    expect(second).toMatchObject({ effect: 'deny', session: null, reasons: [{ code: 'concurrency_limit' }] });
    expect('handle' in second).toBe(false);
    expect(store.calls.create).toBe(1);
    expect((await engine.access(first.handle, USER)).effect).toBe('permit');
    // other people are not counted
    expect((await engine.start({ subject: 'bob' })).effect).toBe('permit');
  });

  it.each(['a clock that is behind', 'the same instant'])('refuse: nobody is thrown out, %s', async (how) => {
    const world = aWorld();
    const store = testStore();
    const policy = limited(1, 'refuse');
    const behind = how === 'the same instant' ? 0 : -SECOND;
    for (let turn = 0; turn < 8; turn++) {
      const subject = `alice-${turn}`;
      const first = await login(world.engine({ store, policy }), { subject });
      const other = world.engine({ store, policy, clock: world.clock(behind) });
      expect(said(await other.start({ subject }))).toBe('deny concurrency_limit');
      expect((await other.access(first.handle, USER)).effect).toBe('permit');
    }
  });

  it('sessions that are over hold no place, also when nobody has recorded their end', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore(), policy: limited(1, 'refuse') });
    await login(engine);
    await world.advance(15 * 60 * SECOND - 1);
    expect((await engine.start({ subject: 'alice' })).effect).toBe('deny');
    await world.advance(1);
    expect((await engine.start({ subject: 'alice' })).effect).toBe('permit');
  });

  it('activity that is not written yet holds the place', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore(), policy: limited(1, 'refuse'), recordEvery: '5m' });
    const { handle } = await login(engine);
    await world.advance(9 * 60 * SECOND);
    await engine.access(handle, USER);
    await world.advance(4 * 60 * SECOND);
    await engine.access(handle, USER);
    await world.advance(10 * 60 * SECOND);
    expect(said(await engine.start({ subject: 'alice' }))).toBe('deny concurrency_limit');
  });
});

describe('a login that cannot be finished', () => {
  it.each(['create', 'listBySubject'] as const)('because %s fails is indeterminate', async (which) => {
    const store = testStore();
    const engine = aWorld().engine({ store, policy: limited(1, 'refuse') });
    store.intercept = (method, go) => (method === which ? Promise.reject(new Error('away')) : go());
    expect(said(await engine.start({ subject: 'alice' }))).toBe('indeterminate store_unavailable');
  });

  it('leaves no session behind that holds the place and that nobody can present', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, policy: limited(1, 'refuse') });
    let lists = 0;
    store.intercept = (method, go) => {
      if (method === 'listBySubject') lists += 1;
      return lists === 2 && method === 'listBySubject' ? Promise.reject(new Error('away')) : go();
    };
    expect(said(await engine.start({ subject: 'alice' }))).toBe('indeterminate store_unavailable');
    await world.advance(SECOND);
    expect(said(await engine.start({ subject: 'alice' }))).toBe('permit');
  });

  it('because create answers nonsense makes one session at most', async () => {
    const store = testStore();
    const engine = aWorld().engine({ store });
    store.intercept = async (method, go) => {
      const answer = await go();
      return method === 'create' ? undefined : answer;
    };
    expect(said(await engine.start({ subject: 'alice' }))).toBe('indeterminate store_answer_invalid');
    expect(store.calls.create).toBe(1);
  });

  it('because every id is taken says so', async () => {
    const engine = aWorld().engine({ store: testStore(), random: (bytes) => new Uint8Array(bytes) });
    await login(engine);
    expect(said(await engine.start({ subject: 'bob' }))).toBe('indeterminate store_contention');
  });

  it('within storeTimeout is given up, and what comes later is dropped', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store });
    const slow = aPromise();
    store.intercept = async (method, go) => {
      if (method === 'create') await slow.promise;
      return go();
    };
    const asked = engine.start({ subject: 'alice' });
    await world.advance(2 * SECOND);
    expect(said(await asked)).toBe('indeterminate store_timeout');
    slow.reject(new Error('much later'));
    await world.settle();
  });
});
