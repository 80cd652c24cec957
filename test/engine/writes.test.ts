import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/engine/record.js';
import {
  aPromise,
  aWorld,
  BACKGROUND,
  HOUR,
  login,
  MINUTE,
  never,
  policyWith,
  SECOND,
  said,
  testStore,
  USER,
} from './support.js';

const HERE = { ip: '203.0.113.7', deviceId: 'd-1', location: { latitude: 52.5, longitude: 13.4 } };

async function scene(options: Partial<Parameters<ReturnType<typeof aWorld>['engine']>[0]> = {}) {
  const world = aWorld();
  const store = testStore();
  const engine = world.engine({ store, ...options });
  const { handle, session } = await login(engine, { context: HERE });
  const stored = async () => readRecord(await store.envelope(session.id)).session;
  return { world, store, engine, handle, session, stored };
}

describe('in steady state', () => {
  it('a session costs at most one write per recordEvery, however many requests there are', async () => {
    const { world, store, engine, handle } = await scene({ policy: policyWith({ idleTimeout: '20m' }) });
    for (let second = 0; second < 30 * 60; second += 5) {
      expect((await engine.access(handle, { ...USER, context: HERE })).effect).toBe('permit');
      await world.advance(5 * SECOND);
    }
    // recordEvery is a minute here
    expect(store.counts.written).toBeLessThanOrEqual(30);
    expect(store.counts.written).toBeGreaterThanOrEqual(28);
    expect(store.counts.announced).toBe(0);
  });

  it('never more than one write within any recordEvery, with a store that answers late', async () => {
    const { world, store, engine, handle } = await scene({ policy: policyWith({ idleTimeout: '20m' }) });
    const at: number[] = [];
    store.intercept = async (method, go) => {
      if (method !== 'replace') return go();
      at.push(world.elapsed());
      const answer = await go();
      await new Promise<void>((resolve) => world.timers.after(900, resolve));
      return answer;
    };
    const asked: Promise<{ readonly effect: string }>[] = [];
    for (let turn = 0; turn < 1_500; turn++) {
      asked.push(engine.access(handle, USER));
      await world.advance(400);
    }
    await world.advance(2 * SECOND);
    for (const { effect } of await Promise.all(asked)) expect(effect).toBe('permit');
    const gaps = at.slice(1).map((one, index) => one - (at[index] as number));
    expect(at.length).toBeGreaterThan(8);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MINUTE);
  });

  it('requests of one turn of the event loop share one load', async () => {
    const { store, engine, handle } = await scene();
    const other = await login(engine);
    store.calls.load = 0;
    store.counts.loaded = 0;
    const asked = Array.from({ length: 50 }, (_, index) => engine.access(index % 2 ? handle : other.handle, USER));
    for (const { effect } of await Promise.all(asked)) expect(effect).toBe('permit');
    expect(store.calls.load).toBe(1);
    expect(store.counts.loaded).toBe(2);
  });

  it('fifty requests at once after a lull cost one load and one write between them', async () => {
    const { world, store, engine, handle } = await scene();
    await world.advance(5 * MINUTE);
    store.calls.load = 0;
    const asked = Array.from({ length: 50 }, () => engine.access(handle, USER));
    for (const { effect } of await Promise.all(asked)) expect(effect).toBe('permit');
    await engine.flush();
    expect([store.calls.load, store.calls.replace, store.counts.written]).toEqual([1, 1, 1]);
  });

  it('recordEvery 0 writes every activity before it is acknowledged', async () => {
    const { world, engine, handle, stored } = await scene({ recordEvery: 0 });
    for (let turn = 1; turn <= 5; turn++) {
      await world.advance(SECOND);
      const answer = await engine.access(handle, USER);
      expect((await stored()).lastActivityAt).toBe(answer.session?.lastActivityAt);
    }
    expect(world.timersPending()).toBe(0);
  });
});

describe('nothing is written', () => {
  // kibana#79889, expressjs/session#291: a poll is no activity
  it('by a background request that is permitted, wherever it says it comes from', async () => {
    const { world, store, engine, handle, session } = await scene();
    for (let minute = 1; minute < 15; minute++) {
      await world.advance(MINUTE);
      expect((await engine.access(handle, { ...BACKGROUND, context: HERE })).effect).toBe('permit');
    }
    await engine.flush();
    expect(store.calls.replace).toBe(0);
    await world.advance(MINUTE - 1);
    expect((await engine.access(handle, BACKGROUND)).effect).toBe('permit');
    await world.advance(1);
    expect(said(await engine.access(handle, BACKGROUND))).toBe('deny idle_timeout');
    expect(session.stamps.idle - session.createdAt).toBe(15 * MINUTE);
  });

  // kibana#57119: what reads the remaining time must not renew it
  it('by peek, and nothing is renewed: revision, deadline and writes stay as they are', async () => {
    const { world, store, engine, handle, session } = await scene();
    const before = await store.envelope(session.id);
    for (let minute = 0; minute < 14; minute++) {
      await world.advance(MINUTE);
      const answer = await engine.peek(handle);
      if (answer.effect !== 'permit') throw new Error(said(answer));
      expect(answer.until).toBe(session.stamps.idle);
      expect(answer.session).toEqual(session);
    }
    await world.advance(MINUTE);
    const over = await engine.peek(handle);
    expect([said(over), over.session]).toEqual(['deny idle_timeout', session]);
    await world.advance(2 * HOUR);
    expect(await store.envelope(session.id)).toEqual(before);
    expect(store.calls.replace).toBe(0);
  });

  it('by what is refused for the request alone: an unknown operation, a signal that is no name, a refresh never issued', async () => {
    const { store, engine, handle } = await scene();
    expect((await engine.access(handle, { ...USER, operation: 'nope' })).effect).toBe('deny');
    expect(said(await engine.signal(handle, { signal: 'Not A Name' }))).toBe('deny event_invalid');
    expect(said(await engine.refresh(handle, 7))).toBe('deny refresh_unknown');
    expect(store.counts.written).toBeLessThanOrEqual(0);
    expect((await engine.access(handle, USER)).effect).toBe('permit');
  });
});

describe('what is more than activity', () => {
  it.each([0, MINUTE])(
    'is written and announced before it is told: an end at a deadline too (recordEvery %i)',
    async (every) => {
      const policy = policyWith({ absoluteTimeout: '16m' });
      const { world, store, engine, handle, stored } = await scene({ recordEvery: every, policy });
      await world.advance(8 * MINUTE);
      await engine.access(handle, USER);
      await world.advance(8 * MINUTE - 1);
      await engine.access(handle, USER);
      const { announced } = store.counts;
      await world.advance(1);
      expect(said(await engine.access(handle, USER))).toBe('deny absolute_timeout');
      expect((await stored()).ended?.code).toBe('absolute_timeout');
      expect(store.counts.announced).toBe(announced + 1);
      expect(engine.log().at(-1)?.written).toBe('now');
    },
  );

  it('a new place is written and announced at once: others compare with it', async () => {
    const { world, store, engine, handle, stored } = await scene();
    await world.advance(SECOND);
    await engine.access(handle, { ...USER, context: { ...HERE, ip: '198.51.100.7' } });
    expect((await stored()).context.ip).toBe('198.51.100.7');
    expect(store.counts.announced).toBe(1);
  });
});

describe('what waits to be written', () => {
  it('is written by close, and no timer is left', async () => {
    const { world, engine, handle, stored, session } = await scene({ purgeEvery: '1m' });
    await world.advance(10 * SECOND);
    await engine.access(handle, USER);
    await engine.close();
    expect((await stored()).lastActivityAt - session.createdAt).toBe(10 * SECOND);
    expect(world.timersPending()).toBe(0);
  });

  it('is in the store when flush or close says so, also if a timer began to write it', async () => {
    const { world, store, engine, handle } = await scene();
    await engine.access(handle, USER);
    await world.advance(SECOND);
    await engine.access(handle, USER);
    const slow = aPromise();
    store.intercept = async (method, go) => {
      if (method === 'replace') await slow.promise;
      return go();
    };
    await world.advance(MINUTE);
    expect(store.calls.replace).toBe(1);
    const done: string[] = [];
    const asked = [engine.flush().then(() => done.push('flush')), engine.close().then(() => done.push('close'))];
    await world.settle();
    expect(done).toEqual([]);
    slow.resolve();
    await Promise.all(asked);
    expect(done.sort()).toEqual(['close', 'flush']);
  });

  it('is tried again after a failure, and is not lost', async () => {
    const { world, store, engine, handle, stored, session } = await scene();
    await world.advance(10 * SECOND);
    await engine.access(handle, USER);
    store.intercept = () => Promise.reject(new Error('away'));
    expect(await engine.flush()).toBe(false);
    await world.advance(70 * SECOND);
    expect(engine.faults().every(({ during }) => during === 'flush')).toBe(true);
    expect(store.calls.replace).toBeLessThan(15);
    store.intercept = null;
    await world.advance(2 * SECOND);
    expect((await stored()).lastActivityAt - session.createdAt).toBe(10 * SECOND);
  });

  it('is not tried without end where every write is a conflict', async () => {
    const { world, store, engine, handle } = await scene();
    await world.advance(SECOND);
    await engine.access(handle, USER);
    store.intercept = (method, go) => (method === 'replace' ? Promise.resolve(['conflict']) : go());
    let isDone = false;
    void engine.flush().then(() => {
      isDone = true;
    });
    for (let turn = 0; turn < 300 && !isDone; turn++) await new Promise((resolve) => setImmediate(resolve));
    store.intercept = null;
    expect(store.calls.replace).toBeLessThan(20);
  });

  it('is waited for without polling while a write is slow', async () => {
    const { world, store, engine, handle } = await scene({ storeTimeout: '5s' });
    const other = await login(engine);
    await world.advance(SECOND);
    await engine.access(handle, USER);
    await world.advance(58 * SECOND);
    await engine.access(other.handle, USER);
    store.intercept = (method, go) => (method === 'replace' ? never() : go());
    await world.advance(2 * SECOND);
    expect(store.calls.replace).toBe(1);
    const before = world.timersSet();
    await world.advance(4 * SECOND);
    expect(world.timersSet() - before).toBeLessThan(20);
  });

  it('is written at once after close: nobody else would', async () => {
    const { world, engine, handle, stored, session } = await scene();
    await engine.close();
    await world.advance(SECOND);
    expect((await engine.access(handle, USER)).effect).toBe('permit');
    await world.advance(10 * MINUTE);
    expect((await stored()).lastActivityAt - session.createdAt).toBe(SECOND);
  });

  it('is dropped when the session is gone', async () => {
    const { world, store, engine, handle } = await scene({ keepEnded: '1m' });
    await world.advance(SECOND);
    await engine.access(handle, USER);
    await store.base.purge(8.64e15, 10);
    expect(await engine.flush()).toBe(true);
    expect(said(await engine.access(handle, USER))).toBe('deny session_missing');
    expect(store.counts.written).toBe(0);
  });

  it('is written however many sessions there are, though another process wrote each of them in between', async () => {
    const { world, store, engine } = await scene();
    const other = world.engine({ store });
    const handles: string[] = [];
    for (let count = 0; count < 2_600; count++) handles.push((await login(other, { subject: `s-${count}` })).handle);
    await world.advance(SECOND);
    await Promise.all(handles.map((one) => engine.access(one, USER)));
    await Promise.all(handles.map((one) => other.signal(one, { signal: 'odd', level: 'low' })));
    expect(await engine.flush()).toBe(true);
    const [last] = await store.base.load([handles.at(-1)?.slice(0, 22) as string]);
    const { lastActivityAt, createdAt } = readRecord(last as never).session;
    expect(lastActivityAt - createdAt).toBe(SECOND);
  });
});
