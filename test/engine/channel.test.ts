import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { aPromise, aWorld, login, never, SECOND, said, testStore, USER } from './support.js';
import { CACHED_POLICY, cachedScene, watchingStore } from './watching-store.js';

describe('a channel', () => {
  it('that says it is lost: nothing in memory is believed, until it is up, and then nothing from before', async () => {
    const { world, store, other, session, loads, access } = await cachedScene();
    store.breakDown();
    expect(await loads(access)).toBe(1);
    expect(await loads(access)).toBe(1);
    // this announcement reaches nobody
    await other.signal(byId(session.id), { signal: 'odd' });
    await world.advance(SECOND);
    store.comeUp();
    await world.advance(SECOND);
    expect(await loads(async () => expect((await access()).effect).toBe('challenge'))).toBe(1);
  });

  it('that comes up again never lets a copy be believed that was loaded while it was down', async () => {
    const { world, store, other, session, access, loads } = await cachedScene();
    store.breakDown();
    // loaded while the channel is down, and then ended without an announcement
    await access();
    await other.end(byId(session.id));
    store.comeUp();
    await world.advance(SECOND);
    expect(await loads(async () => expect(said(await access())).toBe('deny logout'))).toBe(1);
  });

  it('that goes deaf without a word is not believed after trustFor: that is the worst case, and exposure says so', async () => {
    const { world, store, cached, other, session, access } = await cachedScene();
    await world.advance(10 * SECOND);
    store.goDeaf();
    await other.end(byId(session.id));
    const { revocation } = cached.exposure();
    await world.advance(revocation - 1);
    await access();
    await world.advance(1);
    expect(said(await access())).toBe('deny logout');
  });

  it('a check that hangs is given up, and the next one that passes restores trust, but not in what was there before', async () => {
    const { world, store, loads, access } = await cachedScene();
    store.check = 'hangs';
    await world.advance(10 * SECOND);
    expect(await loads(access)).toBe(1);
    store.check = 'passes';
    await world.advance(5 * SECOND);
    expect(await loads(access)).toBe(1);
    expect(await loads(access)).toBe(0);
  });

  it('a check that passes after the channel was lost meanwhile restores nothing', async () => {
    const { world, store, loads, access } = await cachedScene();
    store.check = 'waits';
    await world.advance(SECOND);
    store.watchers[0]?.lost();
    store.pass();
    await world.settle();
    expect(await loads(access)).toBe(1);
    expect(await loads(access)).toBe(1);
  });

  it('trust begins when a check begins, not when it is answered', async () => {
    const { world, store, loads, access } = await cachedScene();
    store.check = 'waits';
    await world.advance(2_500);
    // asked one second after the last that passed; answered when the trust from that one is nearly over
    store.pass();
    store.check = 'hangs';
    await world.settle();
    await world.advance(1_400);
    expect(await loads(access)).toBe(0);
    await world.advance(200);
    expect(await loads(access)).toBe(1);
  });

  it('before it was checked for the first time serves nothing from memory', async () => {
    const world = aWorld();
    const store = watchingStore();
    store.check = 'hangs';
    const engine = world.engine({ store, policy: CACHED_POLICY, cache: true });
    const { handle } = await login(engine);
    const before = store.calls.load;
    await engine.access(handle, USER);
    await engine.access(handle, USER);
    expect(store.calls.load - before).toBe(2);
  });

  it('is watched by heartbeat: once per heartbeatEvery, and no longer after close', async () => {
    const { world, store, cached } = await cachedScene();
    const before = store.checks();
    await world.advance(10 * SECOND);
    expect(store.checks() - before).toBe(10);
    await cached.close();
    const after = store.checks();
    await world.advance(10 * SECOND);
    expect([store.checks(), store.closed()]).toEqual([after, 1]);
  });

  it('after close nothing is served from memory', async () => {
    const { cached, loads, access } = await cachedScene();
    await cached.close();
    expect(await loads(access)).toBe(1);
  });

  it.each(['hangs', 'rejects', 'rejects later'])(
    'whose opening %s does not keep the engine from closing',
    async (fate) => {
      const world = aWorld();
      const store = testStore();
      const opening = aPromise<never>();
      opening.promise.catch(() => undefined);
      const watch =
        fate === 'hangs' ? never : fate === 'rejects' ? () => Promise.reject(new Error('away')) : () => opening.promise;
      const engine = world.engine({ store: Object.assign(store, { watch }), cache: true });
      await world.settle();
      let isClosed = false;
      const closing = engine.close().then(() => {
        isClosed = true;
      });
      opening.reject(new Error('away'));
      await world.advance(10 * SECOND);
      expect(isClosed).toBe(true);
      await closing;
    },
  );

  it('that opens only after close is closed, and never believed', async () => {
    const world = aWorld();
    const store = watchingStore();
    const opening = aPromise();
    const { watch } = store;
    const slow = Object.assign(store, {
      watch: async (watcher: never) => {
        await opening.promise;
        return (watch as NonNullable<typeof watch>)(watcher);
      },
    });
    const engine = world.engine({ store: slow, cache: true });
    const { handle } = await login(engine);
    const closing = engine.close();
    opening.resolve();
    await closing;
    await world.settle();
    expect(store.closed()).toBe(1);
    await engine.access(handle, USER);
    const before = store.calls.load;
    await engine.access(handle, USER);
    expect(store.calls.load - before).toBe(1);
  });

  it('that cannot be opened is tried again, and works when it can', async () => {
    const world = aWorld();
    const store = watchingStore();
    const { watch } = store;
    let tries = 0;
    const flaky = Object.assign(store, {
      watch: (watcher: never) => {
        tries += 1;
        if (tries < 3) throw new Error('at once');
        return (watch as NonNullable<typeof watch>)(watcher);
      },
    });
    const engine = world.engine({ store: flaky, cache: true });
    const { handle } = await login(engine);
    await world.advance(3 * SECOND);
    expect(tries).toBe(3);
    await engine.access(handle, USER);
    const before = store.calls.load;
    await engine.access(handle, USER);
    expect(store.calls.load).toBe(before);
    expect(engine.faults().map(({ during }) => during)).toEqual(['watch', 'watch']);
  });
});
