import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/stores/memory.js';
import {
  aPromise,
  aWorld,
  BACKGROUND,
  BEGIN,
  HOUR,
  login,
  MINUTE,
  policyWith,
  SECOND,
  said,
  testStore,
  USER,
} from './support.js';

const OFF = 'indeterminate clock_off';

/** A store with a clock of its own, which can be wrong too. */
function withClock(world: ReturnType<typeof aWorld>) {
  const base = { ...memoryStore(), now: async () => BEGIN + world.elapsed() };
  return testStore(base);
}

async function scene(hasClock: boolean) {
  const world = aWorld();
  const store = hasClock ? withClock(world) : testStore();
  const engine = world.engine({ store });
  const { handle, session } = await login(engine);
  await world.advance(SECOND);
  const stored = () => store.envelope(session.id);
  return { world, store, engine, handle, session, stored };
}

describe.each([true, false])('with a store whose clock can be asked: %s', (hasClock) => {
  it.each([6 * SECOND, HOUR, 10 * HOUR, -6 * SECOND, -HOUR])(
    'a wall clock that was set by %i ms: nothing is decided, nothing is written, whatever is asked',
    async (jump) => {
      const { store, engine, handle, stored } = await scene(hasClock);
      const before = await stored();
      engine.clock.setBy(jump);
      const writes = { ...store.calls };
      const answers = [
        await engine.access(handle, USER),
        await engine.access(handle, BACKGROUND),
        await engine.peek(handle),
        await engine.refresh(handle, 0),
        await engine.signal(handle, { signal: 'odd' }),
        await engine.reauthenticate(handle, { assuranceLevel: 'aal2' }),
        await engine.start({ subject: 'alice' }),
        await engine.list('alice'),
      ];
      for (const answer of answers) expect(said(answer as never)).toBe(OFF);
      expect(await engine.purge()).toBe(0);
      await engine.flush();
      expect(await stored()).toEqual(before);
      expect([store.calls.replace, store.calls.create, store.calls.purge]).toEqual([
        writes.replace,
        writes.create,
        writes.purge,
      ]);
    },
  );

  it('that was set right again is believed within a second', async () => {
    const { world, engine, handle } = await scene(hasClock);
    engine.clock.setBy(HOUR);
    expect(said(await engine.access(handle, USER))).toBe(OFF);
    engine.clock.setBy(-HOUR);
    await world.advance(SECOND);
    expect(said(await engine.access(handle, USER))).toBe('permit');
    expect(engine.faults().map(({ code }) => code)).toEqual(['clock_off']);
  });

  it.each([5 * SECOND, -5 * SECOND])('a step of %i ms, no more than the leeway, is let pass', async (step) => {
    const { engine, handle } = await scene(hasClock);
    engine.clock.setBy(step);
    expect(said(await engine.access(handle, BACKGROUND))).toBe('permit');
  });

  it('a leeway of nothing still leaves room for a slow answer, and no more', async () => {
    const world = aWorld();
    const store = hasClock ? withClock(world) : testStore();
    const engine = world.engine({ store, policy: policyWith({ clockLeeway: 0 }) });
    const { handle } = await login(engine);
    engine.clock.setBy(250);
    expect(said(await engine.access(handle, USER))).toBe('permit');
    engine.clock.setBy(10 * SECOND);
    expect(said(await engine.access(handle, USER))).toBe(OFF);
  });

  it('a clock that slews by a second each minute, as time daemons do, is no fault', async () => {
    const { world, engine, handle } = await scene(hasClock);
    for (let minute = 0; minute < 5; minute++) {
      await world.advance(61 * SECOND);
      engine.clock.setBy(hasClock ? (minute % 2 ? -SECOND : SECOND) : SECOND);
      expect(said(await engine.access(handle, USER))).toBe('permit');
      await world.settle();
    }
  });

  it('a clock that jumps while a request waits for the store ends nothing', async () => {
    const world = aWorld();
    const store = hasClock ? withClock(world) : testStore();
    const [ahead, engine] = [world.engine({ store, clock: world.clock(50) }), world.engine({ store })];
    const { handle, session } = await login(ahead);
    await engine.peek(handle);
    const slow = aPromise();
    store.intercept = async (method, go) => {
      if (method === 'load') await slow.promise;
      return go();
    };
    const asked = engine.access(handle, USER);
    await world.settle();
    engine.clock.setBy(10 * HOUR);
    slow.resolve();
    expect((await asked).effect).not.toBe('deny');
    expect((await ahead.peek(handle)).effect).toBe('permit');
    expect(session.ended).toBeNull();
  });
});

describe('the clock of the store', () => {
  it.each([HOUR, -HOUR, 5_001, -5_001])('that differs by %i ms from the start refuses every login', async (wrong) => {
    const world = aWorld();
    const store = withClock(world);
    const engine = world.engine({ store, clock: world.clock(wrong) });
    expect(said(await engine.start({ subject: 'alice' }))).toBe(OFF);
    expect(store.calls.create).toBe(0);
    engine.clock.setBy(-wrong);
    await world.advance(SECOND);
    expect(said(await engine.start({ subject: 'alice' }))).toBe('permit');
  });

  it('that comes to differ later is noticed within about a minute, though nobody has set anything', async () => {
    const world = aWorld();
    let wrong = 0;
    const store = testStore({ ...memoryStore(), now: async () => BEGIN + world.elapsed() + wrong });
    const engine = world.engine({ store });
    const { handle } = await login(engine);
    wrong = 10 * MINUTE;
    await world.advance(MINUTE);
    await engine.access(handle, USER);
    await world.settle();
    expect(said(await engine.access(handle, USER))).toBe(OFF);
    wrong = 0;
    await world.advance(SECOND);
    expect(said(await engine.access(handle, USER))).toBe('permit');
  });

  it('a store that answers slowly is no clock that is off', async () => {
    const world = aWorld();
    const store = testStore({ ...memoryStore(), now: async () => BEGIN + world.elapsed() });
    const late = (before: number, after: number) => {
      store.intercept = async (method, go) => {
        if (method !== 'now') return go();
        await new Promise<void>((resolve) => world.timers.after(before, resolve));
        const answer = await go();
        await new Promise<void>((resolve) => world.timers.after(after, resolve));
        return answer;
      };
    };
    for (const [before, after] of [
      [19_000, 0],
      [0, 19_000],
      [9_000, 9_000],
    ] as const) {
      const engine = world.engine({ store, storeTimeout: '20s' });
      late(before, after);
      const asked = engine.start({ subject: 'alice' });
      await world.advance(20 * SECOND);
      expect(said(await asked)).toBe('permit');
    }
  });

  it('is asked once by many requests, and hardly ever: once a minute', async () => {
    const world = aWorld();
    const store = withClock(world);
    const engine = world.engine({ store, policy: policyWith({ idleTimeout: '1h' }) });
    await Promise.all(Array.from({ length: 50 }, () => engine.start({ subject: 'alice' })));
    expect(store.calls.now).toBe(1);
    const { handle } = await login(engine);
    for (let second = 0; second < 600; second += 2) {
      await world.advance(2 * SECOND);
      await engine.access(handle, BACKGROUND);
    }
    expect(store.calls.now).toBeLessThanOrEqual(11);
  });

  it('that cannot be asked at the start is an outage; later it is no reason to doubt the clock', async () => {
    const world = aWorld();
    const store = withClock(world);
    const away = () => {
      store.intercept = (method, go) => (method === 'now' ? Promise.reject(new Error('away')) : go());
    };
    const engine = world.engine({ store });
    away();
    expect(said(await engine.start({ subject: 'alice' }))).toBe('indeterminate store_unavailable');
    store.intercept = null;
    const { handle } = await login(engine);
    away();
    for (let minute = 0; minute < 5; minute++) {
      await world.advance(61 * SECOND);
      expect(said(await engine.access(handle, USER))).toBe('permit');
    }
    engine.clock.setBy(HOUR);
    expect((await engine.access(handle, USER)).effect).toBe('indeterminate');
  });
});

describe('a store without a clock', () => {
  it('lets a wall clock be believed again that has run evenly for a minute', async () => {
    const { world, engine, handle } = await scene(false);
    engine.clock.setBy(MINUTE);
    expect(said(await engine.access(handle, USER))).toBe(OFF);
    await world.advance(59 * SECOND);
    expect(said(await engine.access(handle, USER))).toBe(OFF);
    await world.advance(SECOND);
    expect(said(await engine.access(handle, USER))).toBe('permit');
  });

  it('but not one that was set once more in that minute', async () => {
    const { world, engine, handle } = await scene(false);
    engine.clock.setBy(MINUTE);
    expect(said(await engine.access(handle, USER))).toBe(OFF);
    await world.advance(50 * SECOND);
    engine.clock.setBy(MINUTE);
    expect(said(await engine.access(handle, USER))).toBe(OFF);
    await world.advance(20 * SECOND);
    expect(said(await engine.access(handle, USER))).toBe(OFF);
    await world.advance(40 * SECOND);
    expect(said(await engine.access(handle, USER))).toBe('permit');
  });

  it('and without a monotonic clock the wall clock is believed, as it must be', async () => {
    const world = aWorld();
    const clock = world.clock();
    const engine = world.engine({ store: testStore(), clock: { now: clock.now } as never });
    const { handle } = await login(engine);
    await world.advance(SECOND);
    expect(said(await engine.access(handle, USER))).toBe('permit');
  });
});
