import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/engine/record.js';
import {
  aPromise,
  aWorld,
  BACKGROUND,
  login,
  MINUTE,
  never,
  policyWith,
  SECOND,
  said,
  testStore,
  USER,
} from './support.js';

type Options = Partial<Parameters<ReturnType<typeof aWorld>['engine']>[0]>;

async function scene(options: Options = {}) {
  const world = aWorld();
  const store = testStore();
  const engine = world.engine({ store, ...options });
  const { handle, session } = await login(engine);
  const lastActivityAt = async () => readRecord(await store.envelope(session.id)).session.lastActivityAt;
  return { world, store, engine, handle, session, lastActivityAt };
}

/** Writes wait until the test lets them go, one after the other. */
function slowWrites({ store, world }: Pick<Awaited<ReturnType<typeof scene>>, 'store' | 'world'>) {
  const waiting: (() => void)[] = [];
  store.intercept = async (method, go) => {
    if (method !== 'replace') return go();
    const wait = aPromise();
    waiting.push(wait.resolve);
    await wait.promise;
    return go();
  };
  return {
    count: () => waiting.length,
    async pass() {
      waiting.shift()?.();
      await world.settle();
    },
  };
}

describe('activity that comes while a write is under way', () => {
  it('is in the store before it is acknowledged, where recordEvery is 0', async () => {
    const { world, store, engine, handle, lastActivityAt } = await scene({ recordEvery: 0 });
    const writes = slowWrites({ store, world });
    await world.advance(SECOND);
    const first = engine.access(handle, USER);
    await world.settle();
    await world.advance(SECOND);
    let isAnswered = false;
    const rest = [engine.access(handle, USER), engine.access(handle, USER)].map((asked) =>
      asked.then((answer) => {
        isAnswered = true;
        return answer;
      }),
    );
    await world.settle();
    await writes.pass();
    await first;
    expect(isAnswered).toBe(false);
    await writes.pass();
    for (const answer of await Promise.all(rest)) {
      expect(said(answer)).toBe('permit');
      expect(await lastActivityAt()).toBe(answer.session?.lastActivityAt);
    }
    // both went with one write
    expect([store.counts.written, writes.count()]).toEqual([2, 0]);
  });

  it('is told to be written later, where what was written leaves it time', async () => {
    const { world, store, engine, handle, session, lastActivityAt } = await scene();
    const writes = slowWrites({ store, world });
    await world.advance(2 * MINUTE);
    const first = engine.access(handle, USER);
    await world.settle();
    await world.advance(SECOND);
    const second = engine.access(handle, USER);
    await world.settle();
    await writes.pass();
    await Promise.all([first, second]);
    expect(
      engine
        .log()
        .slice(-2)
        .map(({ written }) => written),
    ).toEqual(['now', 'later']);
    expect(await lastActivityAt()).toBe(session.createdAt + 2 * MINUTE);
    store.intercept = null;
    await world.advance(MINUTE);
    expect(await lastActivityAt()).toBe(session.createdAt + 2 * MINUTE + SECOND);
  });

  it('is decided again when the write meets the end of the session', async () => {
    const { world, store, engine, handle } = await scene({ recordEvery: 0 });
    const other = world.engine({ store: store.base, recordEvery: 0 });
    const writes = slowWrites({ store, world });
    await world.advance(SECOND);
    const first = engine.access(handle, USER);
    await world.settle();
    await world.advance(SECOND);
    const second = engine.access(handle, USER);
    await world.settle();
    await other.end(handle);
    while (writes.count() > 0) await writes.pass();
    expect([said(await first), said(await second)]).toEqual(['deny logout', 'deny logout']);
  });

  it('is in the store when flush says so', async () => {
    const { world, store, engine, handle, session, lastActivityAt } = await scene();
    const writes = slowWrites({ store, world });
    await world.advance(2 * MINUTE);
    const first = engine.access(handle, USER);
    await world.settle();
    await world.advance(SECOND);
    const second = engine.access(handle, USER);
    await world.settle();
    const flushed = engine.flush();
    await world.settle();
    while (writes.count() > 0) await writes.pass();
    await Promise.all([first, second]);
    expect(await flushed).toBe(true);
    expect(await lastActivityAt()).toBe(session.createdAt + 2 * MINUTE + SECOND);
  });
});

describe('another policy', () => {
  it('with a shorter limit has activity written by its own recordEvery at once', async () => {
    const long = policyWith({ idleTimeout: '20m' });
    const short = policyWith({ idleTimeout: '6s' });
    const { world, store, engine, handle, session, lastActivityAt } = await scene({ policy: long });
    const other = world.engine({ store: store.base, policy: short });
    // a timer of a minute is set
    await world.advance(SECOND);
    await engine.access(handle, USER);
    engine.use({ policy: short });
    await world.settle();
    // the deadline moved nearer, which is written at once; what comes next is written behind
    await engine.access(handle, USER);
    await world.advance(400);
    await engine.access(handle, USER);
    expect(engine.log().at(-1)?.written).toBe('later');
    await world.advance(engine.exposure().lostActivity);
    expect(await lastActivityAt()).toBe(session.createdAt + 1_400);
    await world.advance(5_000);
    expect(said(await other.access(handle, BACKGROUND))).toBe('permit');
  });
});

describe('close', () => {
  it('tries again what the store rejects, and says that all is written', async () => {
    const { world, store, engine, handle, session, lastActivityAt } = await scene();
    await world.advance(SECOND);
    await engine.access(handle, USER);
    let calls = 0;
    store.intercept = async (_, go) => {
      calls += 1;
      if (calls === 1) throw new Error('the connection was reset');
      return go();
    };
    const closed = engine.close();
    await world.advance(2 * SECOND);
    expect(await closed).toBe(true);
    expect(await lastActivityAt()).toBe(session.createdAt + SECOND);
    expect(world.timersPending()).toBe(0);
  });

  it('says that it is not, where the store stays away for as long as it may take to answer', async () => {
    const { world, store, engine, handle } = await scene({ storeTimeout: '2s' });
    await world.advance(SECOND);
    await engine.access(handle, USER);
    store.intercept = async () => {
      throw new Error('away');
    };
    const closed = engine.close();
    await world.advance(2 * SECOND);
    expect(await closed).toBe(false);
    expect(world.timersPending()).toBe(0);
  });

  it('ends a purge after the batch that is under way, and waits for that', async () => {
    const { world, store, engine } = await scene();
    const batch = aPromise<number>();
    store.intercept = (method, go) => (method === 'purge' ? batch.promise : go());
    const purged = engine.purge();
    await world.settle();
    let isClosed = false;
    const closed = engine.close().then(() => {
      isClosed = true;
    });
    await world.settle();
    expect(isClosed).toBe(false);
    batch.resolve(1_000);
    await closed;
    expect(await purged).toBe(1_000);
    await world.settle();
    expect(store.calls.purge).toBe(1);
  });

  it('does not wait for a purge that is never answered', async () => {
    const { world, store, engine } = await scene();
    store.intercept = (method, go) => (method === 'purge' ? never() : go());
    void engine.purge();
    const closed = engine.close();
    await world.advance(2 * SECOND);
    expect(await closed).toBe(true);
  });
});

describe('exposure().lostActivity', () => {
  it('counts what staleFor lets through while the store is away', async () => {
    const policy = policyWith({ idleTimeout: '4s', staleFor: '5s', recordEvery: '400ms' });
    const { world, store, engine, handle } = await scene({ policy });
    const other = world.engine({ store: store.base, policy });
    await engine.access(handle, BACKGROUND);
    store.intercept = async () => {
      throw new Error('away');
    };
    let acknowledged = 0;
    for (let passed = 0; passed < 4_500; passed += 500) {
      await world.advance(500);
      if ((await engine.access(handle, USER)).effect === 'permit') acknowledged = world.elapsed();
    }
    expect(acknowledged).toBe(4_500);
    // the other process knows of none of that
    expect(said(await other.access(handle, BACKGROUND))).toBe('deny idle_timeout');
    expect(acknowledged).toBeLessThanOrEqual(engine.exposure().lostActivity);
    expect(engine.exposure().lostActivity).toBe(5_400);
  });
});
