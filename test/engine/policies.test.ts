import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/engine/record.js';
import { aPromise, aWorld, BACKGROUND, login, MINUTE, policyWith, SECOND, said, testStore, USER } from './support.js';

const loose = policyWith();
const tight = policyWith({ idleTimeout: '5m', absoluteTimeout: '1h' });

async function scene(options: { readonly candidate?: typeof tight; readonly recordEvery?: number } = {}) {
  const world = aWorld();
  const store = testStore();
  const engine = world.engine({ store, policy: loose, ...options });
  const { handle, session } = await login(engine);
  const stored = async () => readRecord(await store.envelope(session.id)).session;
  return { world, store, engine, handle, session, stored };
}

// Graylog2#3627, #12312: a new timeout reaches sessions that are open already
describe('another policy, while the engine runs', () => {
  it('takes effect at the next request: what it tightens, at once', async () => {
    const { world, engine, handle } = await scene();
    await world.advance(5 * MINUTE - 1);
    engine.use({ policy: tight });
    expect((await engine.access(handle, BACKGROUND)).effect).toBe('permit');
    await world.advance(1);
    expect(said(await engine.access(handle, BACKGROUND))).toBe('deny idle_timeout');
    expect(engine.log().at(-1)?.policy).toBe(tight.fingerprint);
  });

  it('never revives what the one before has ended, or would have ended at a deadline it has set', async () => {
    const { world, engine, handle } = await scene();
    engine.use({ policy: tight });
    await engine.access(handle, BACKGROUND);
    await world.advance(5 * MINUTE);
    engine.use({ policy: loose });
    expect(said(await engine.access(handle, USER))).toBe('deny idle_timeout');
    engine.use({ policy: policyWith({ idleTimeout: 'unlimited', absoluteTimeout: '30d' }) });
    expect(said(await engine.access(handle, USER))).toBe('deny idle_timeout');
  });

  it('that is looser reaches the idle deadline with the next activity, and the absolute one never', async () => {
    const { world, engine, handle, session } = await scene();
    engine.use({ policy: policyWith({ idleTimeout: '1h', absoluteTimeout: '30d' }) });
    const polled = await engine.access(handle, BACKGROUND);
    expect(polled).toMatchObject({ effect: 'permit', until: session.stamps.idle });
    await world.advance(SECOND);
    const active = await engine.access(handle, USER);
    expect(active).toMatchObject({ effect: 'permit', until: engine.clock.now() + 60 * MINUTE });
    expect(active.session?.stamps.absolute).toBe(session.stamps.absolute);
  });

  it('decides a request that is waiting for the store', async () => {
    const { world, store, engine, handle } = await scene();
    await world.advance(6 * MINUTE);
    const slow = aPromise();
    store.intercept = async (method, go) => {
      if (method === 'load') await slow.promise;
      return go();
    };
    const asked = engine.access(handle, BACKGROUND);
    await world.settle();
    engine.use({ policy: tight });
    slow.resolve();
    expect(said(await asked)).toBe('deny idle_timeout');
  });

  it('is swapped alone or with the candidate; what is not named stays', async () => {
    const { engine, handle } = await scene({ candidate: tight });
    expect(await engine.access(handle, BACKGROUND)).toHaveProperty('wouldBe');
    engine.use({ policy: tight });
    expect(await engine.access(handle, BACKGROUND)).toHaveProperty('wouldBe');
    engine.use({ candidate: null });
    expect(await engine.access(handle, BACKGROUND)).not.toHaveProperty('wouldBe');
    expect(engine.log().at(-1)).toMatchObject({ policy: tight.fingerprint, wouldBe: null });
    engine.use({});
    expect(engine.exposure().clock).toBe(tight.clockLeeway);
  });

  it('decides a login too, and its concurrency', async () => {
    const { world, engine } = await scene();
    await world.advance(1);
    engine.use({ policy: policyWith({ concurrency: { maxSessions: 1, onExceed: 'refuse' } }) });
    expect(said(await engine.start({ subject: 'alice' }))).toBe('deny concurrency_limit');
  });
});

// trying a policy out must throw nobody out, not even when it is swapped in
describe('a candidate', () => {
  it.each([0, MINUTE])(
    'tells what it would have ended, once, and touches nothing (recordEvery %i)',
    async (recordEvery) => {
      const { world, engine, handle, stored } = await scene({ candidate: tight, recordEvery });
      const would: unknown[] = [];
      for (const wait of [MINUTE, 4 * MINUTE, 6 * MINUTE, MINUTE, MINUTE]) {
        await world.advance(wait);
        const answer = await engine.access(handle, USER);
        expect(answer.effect).toBe('permit');
        would.push([answer.wouldBe?.effect, answer.wouldBe?.endsNow]);
      }
      expect(would).toEqual([
        ['permit', false],
        ['permit', false],
        ['deny', true],
        ['deny', false],
        ['deny', false],
      ]);
      await engine.flush();
      expect(await stored()).toMatchObject({ ended: null, candidate: { ended: { code: 'idle_timeout' } } });
      expect(engine.log().filter(({ wouldBe }) => wouldBe?.endsNow)).toHaveLength(1);
    },
  );

  it('that would have ended the session tells so once over two processes', async () => {
    const world = aWorld();
    const store = testStore();
    const engines = [0, 1].map(() => world.engine({ store, policy: loose, candidate: tight }));
    const { handle } = await login(engines[0] as (typeof engines)[number]);
    await world.advance(6 * MINUTE);
    for (let turn = 0; turn < 6; turn++) {
      await engines[turn % 2]?.access(handle, USER);
      await world.advance(SECOND);
    }
    const ends = engines.flatMap((engine) => engine.log()).filter(({ wouldBe }) => wouldBe?.endsNow);
    expect(ends).toHaveLength(1);
  });

  it('costs no write for a background request once it is known', async () => {
    const { world, store, engine, handle } = await scene({ candidate: tight });
    await engine.access(handle, BACKGROUND);
    await engine.flush();
    const before = store.counts.written;
    for (let turn = 0; turn < 20; turn++) {
      await world.advance(10 * SECOND);
      await engine.access(handle, BACKGROUND);
    }
    await engine.flush();
    expect(store.counts.written).toBe(before);
  });
});
