import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { aPromise, aWorld, BACKGROUND, login, policyWith, SECOND, said, testStore } from './support.js';

async function scene() {
  const world = aWorld();
  const store = testStore();
  const engine = world.engine({ store, policy: policyWith({ staleFor: '1m' }) });
  const { handle, session } = await login(engine);
  await world.advance(SECOND);
  await engine.access(handle, BACKGROUND);
  return { world, store, engine, handle, session };
}

const away = () => Promise.reject(new Error('ECONNREFUSED'));

describe('while the store is away, what is in memory permits', () => {
  // open: 34
  it('nothing that this process has ended, though an older answer of the store arrived after the end', async () => {
    const { world, store, engine, handle, session } = await scene();
    const slow = aPromise();
    let isFirst = true;
    store.intercept = async (method, go) => {
      const answer = await go();
      if (method === 'load' && isFirst) {
        isFirst = false;
        await slow.promise;
      }
      return answer;
    };
    // looked before the end, and is answered after it
    const asked = engine.access(handle, BACKGROUND);
    await world.settle();
    expect(said(await engine.end(byId(session.id)))).toBe('deny logout');
    slow.resolve();
    await asked;
    store.intercept = away;
    expect((await engine.access(handle, BACKGROUND)).effect).not.toBe('permit');
  });

  // open: 35
  it('nothing that somebody tried to end here, and could not: nobody knows whether it has ended', async () => {
    const { store, engine, handle, session } = await scene();
    store.intercept = away;
    expect((await engine.access(handle, BACKGROUND)).effect).toBe('permit');
    expect((await engine.end(byId(session.id))).effect).toBe('indeterminate');
    expect((await engine.access(handle, BACKGROUND)).effect).toBe('indeterminate');
  });

  it('no longer than a load that was asked for at the time, not one that was answered', async () => {
    const { world, store, engine, handle } = await scene();
    store.intercept = async (_method, go) => {
      await new Promise<void>((resolve) => world.timers.after(1_500, resolve));
      return go();
    };
    const asked = engine.access(handle, BACKGROUND);
    await world.advance(1_500);
    await asked;
    store.intercept = away;
    await world.advance(60 * SECOND - 1_500);
    expect((await engine.access(handle, BACKGROUND)).effect).toBe('permit');
    await world.advance(1);
    expect((await engine.access(handle, BACKGROUND)).effect).toBe('indeterminate');
  });

  it('nobody while the clock is off', async () => {
    const { store, engine, handle } = await scene();
    store.intercept = away;
    engine.clock.setBy(60 * SECOND);
    expect((await engine.access(handle, BACKGROUND)).effect).toBe('indeterminate');
  });
});
