import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { aWorld, login, SECOND, testStore, USER } from './support.js';
import { CACHED_POLICY, watchingStore } from './watching-store.js';

/** Two engines over one store; the first watches. */
async function scene(store = watchingStore()) {
  const world = aWorld();
  const here = world.engine({ store, policy: CACHED_POLICY });
  const there = world.engine({ store, policy: CACHED_POLICY });
  const { handle, session } = await login(there);
  const told: string[] = [];
  const stop = here.watch(session.id, () => told.push('one'));
  await world.settle();
  // what was announced before the channel was up is not known
  told.length = 0;
  return { world, store, here, there, handle, session, told, stop };
}

describe('watch', () => {
  it('tells of an end in another process, and of a signal, and not of activity', async () => {
    const { world, there, handle, session, told } = await scene();
    await world.advance(SECOND);
    await there.access(handle, USER);
    await there.flush();
    expect(told).toEqual([]);
    await there.signal(byId(session.id), { signal: 'odd' });
    expect(told).toEqual(['one']);
    await there.end(handle);
    expect(told).toEqual(['one', 'one']);
  });

  it('tells of what this process does, too', async () => {
    const { here, handle, told } = await scene();
    await here.end(handle);
    expect(told).toEqual(['one']);
  });

  it('tells nothing of other sessions', async () => {
    const { there, told } = await scene();
    const other = await login(there);
    await there.end(other.handle);
    expect(told).toEqual([]);
  });

  it('tells everybody when the channel is up for the first time: what came before was not heard', async () => {
    const world = aWorld();
    const store = watchingStore();
    const here = world.engine({ store, policy: CACHED_POLICY });
    const { handle, session } = await login(here);
    await here.end(handle);
    let told = 0;
    here.watch(session.id, () => (told += 1));
    await world.settle();
    expect(told).toBe(1);
  });

  it('tells everybody at once when the channel breaks, every trustFor while it is down, and when it is back', async () => {
    const { world, store, told } = await scene();
    await world.advance(2_500);
    expect(told).toEqual([]);
    store.breakDown();
    expect(told.length).toBeGreaterThan(0);
    told.length = 0;
    await world.advance(6 * SECOND);
    expect(told.length).toBeGreaterThanOrEqual(2);
    store.comeUp();
    await world.advance(SECOND);
    told.length = 0;
    await world.advance(30 * SECOND);
    expect(told).toEqual([]);
  });

  it('is told every trustFor where the store has no channel', async () => {
    const world = aWorld();
    const here = world.engine({ store: { ...testStore(), watch: undefined as never }, policy: CACHED_POLICY });
    const { session } = await login(here);
    let told = 0;
    here.watch(session.id, () => (told += 1));
    await world.advance(3 * SECOND - 1);
    expect(told).toBe(0);
    await world.advance(1);
    expect(told).toBe(1);
    await world.advance(3 * SECOND);
    expect(told).toBe(2);
  });

  it('is told at once of what this process does, where the store has no channel', async () => {
    const world = aWorld();
    const here = world.engine({ store: { ...testStore(), watch: undefined as never }, policy: CACHED_POLICY });
    const { handle, session } = await login(here);
    let told = 0;
    here.watch(session.id, () => (told += 1));
    await here.access(handle, USER);
    expect(told).toBe(0);
    await here.end(handle);
    expect(told).toBe(1);
  });

  it('stops when it is told to, whoever else waits; the last one takes the timer along', async () => {
    const { world, here, there, session, told, stop } = await scene();
    const others: string[] = [];
    const stopOther = here.watch(session.id, () => others.push('two'));
    stop();
    stop();
    await there.signal(byId(session.id), { signal: 'odd' });
    expect([told, others]).toEqual([[], ['two']]);
    const pending = world.timersPending();
    stopOther();
    expect(world.timersPending()).toBe(pending - 1);
  });

  it('one that throws, or stops itself, keeps no other from being told', async () => {
    const { here, there, handle, session, told, stop } = await scene();
    stop();
    const fault = new Error('a socket that is gone');
    here.watch(session.id, () => {
      throw fault;
    });
    const stopSelf = here.watch(session.id, () => stopSelf());
    here.watch(session.id, () => told.push('last'));
    await there.end(handle);
    expect(told).toEqual(['last']);
    expect(here.faults().map(({ during, error }) => [during, error])).toEqual([['watch', fault]]);
  });

  it('serves nothing from memory where no cache was asked for, though the channel is open', async () => {
    const { store, here, handle } = await scene();
    await here.access(handle, USER);
    const before = store.counts.loaded;
    await here.access(handle, USER);
    expect(store.counts.loaded).toBe(before + 1);
  });

  it('is over when the engine is closed, and leaves no timer and no channel', async () => {
    const { world, store, here, there, handle, session, told } = await scene();
    await here.close();
    expect(store.closed()).toBe(1);
    here.watch(session.id, () => told.push('late'));
    await there.end(handle);
    await world.advance(10 * SECOND);
    expect(told).toEqual([]);
  });
});
