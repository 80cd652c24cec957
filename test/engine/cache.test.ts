import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { readRecord } from '../../src/engine/record.js';
import { aPromise, aWorld, BACKGROUND, login, MINUTE, policyWith, SECOND, said, testStore, USER } from './support.js';
import { cachedScene, watchingStore } from './watching-store.js';

describe('a copy in memory', () => {
  it('permits without asking the store, and activity is recorded all the same', async () => {
    const { world, store, cached, handle, session, loads } = await cachedScene();
    const asked = await loads(async () => {
      for (let turn = 0; turn < 100; turn++) {
        expect((await cached.access(handle, USER)).effect).toBe('permit');
        await world.advance(100);
      }
    });
    expect(asked).toBe(0);
    expect(cached.log().at(-1)).toMatchObject({ from: 'memory', written: 'later' });
    await cached.flush();
    const { lastActivityAt } = readRecord(await store.envelope(session.id)).session;
    expect(lastActivityAt - session.createdAt).toBeGreaterThan(9_000);
  });

  // better-auth#6893, keycloak#39604: what is cached outlives its revocation
  it('is dropped the moment a change is announced', async () => {
    const { cached, other, session, loads, access } = await cachedScene();
    expect(await loads(access)).toBe(0);
    await other.end(byId(session.id));
    expect(await loads(async () => expect(said(await access())).toBe('deny logout'))).toBe(1);
    expect(cached.exposure().revocation).toBe(3 * SECOND);
  });

  it('never refuses by itself: deny and challenge are the word of the store', async () => {
    const { world, store, other, session, loads, access } = await cachedScene();
    store.isQuick = false;
    await other.signal(byId(session.id), { signal: 'odd' });
    store.deliver();
    expect(await loads(async () => expect((await access()).effect).toBe('challenge'))).toBe(1);
    expect(await loads(async () => expect((await access()).effect).toBe('challenge'))).toBe(1);
    await world.advance(15 * MINUTE);
    expect(await loads(async () => expect(said(await access())).toContain('idle_timeout'))).toBeGreaterThan(0);
  });

  it('that has lapsed here is not believed: another process may have recorded activity', async () => {
    const { world, other, handle, cached } = await cachedScene();
    for (let minute = 0; minute < 14; minute += 2) {
      await world.advance(2 * MINUTE);
      await other.access(handle, USER);
    }
    await world.advance(2 * MINUTE);
    expect((await cached.access(handle, BACKGROUND)).effect).toBe('permit');
  });

  // better-auth#6893: what is sensitive reads the authority
  it('never answers for an operation, a refresh, a reauthentication, an end, a signal or a peek', async () => {
    const { cached, handle, loads } = await cachedScene();
    expect(await loads(() => cached.access(handle, { ...USER, operation: 'pay' }))).toBe(1);
    expect(await loads(() => cached.peek(handle))).toBe(1);
    expect(await loads(() => cached.signal(handle, { signal: 'nothing' }))).toBe(1);
    expect(await loads(() => cached.refresh(handle, 0))).toBe(1);
    expect(await loads(() => cached.reauthenticate(handle, { assuranceLevel: 'aal2' }))).toBe(1);
    expect(await loads(() => cached.end(handle))).toBe(1);
  });

  it('opens to nobody without the secret', async () => {
    const { cached, handle, session, loads } = await cachedScene();
    const wrong = `${session.id}.${'A'.repeat(43)}`;
    expect(await loads(async () => expect(said(await cached.access(wrong, USER))).toBe('deny session_missing'))).toBe(
      1,
    );
    expect(await loads(() => cached.access(handle, USER))).toBe(0);
  });

  it('of a session that this process changed itself is fresh: its own end is seen at once', async () => {
    const { cached, handle, loads, access } = await cachedScene();
    await cached.changeAttributes(byId(handle.slice(0, 22)), { plan: 'pro' });
    expect((await access()).session?.attributes).toEqual({ plan: 'pro' });
    await cached.end(handle);
    expect(await loads(async () => expect(said(await access())).toBe('deny logout'))).toBe(1);
  });

  it('is one of at most `remember`: the one that was not asked for the longest goes first', async () => {
    const { cached, other, handle, loads } = await cachedScene({ remember: 3 });
    const all = [handle];
    for (let turn = 0; turn < 3; turn++) all.push((await login(other)).handle);
    for (const one of all.slice(1)) await cached.access(one, BACKGROUND);
    for (const one of all.slice(1)) expect(await loads(() => cached.access(one, BACKGROUND))).toBe(0);
    expect(await loads(() => cached.access(handle, BACKGROUND))).toBe(1);
    expect(await loads(() => cached.access(all[1] as string, BACKGROUND))).toBe(1);
    expect(await loads(() => cached.access(all[3] as string, BACKGROUND))).toBe(0);
  });
});

describe('a change that is announced while a load is under way', () => {
  it('makes the copy that arrives unworthy of trust', async () => {
    const { store, cached, other, handle, session, loads, access } = await cachedScene();
    store.watchers[0]?.changed(session.id);
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
    const asked = cached.access(handle, BACKGROUND);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await other.end(byId(session.id));
    slow.resolve();
    // it was asked before the end
    await asked;
    expect(await loads(async () => expect(said(await access())).toBe('deny logout'))).toBe(1);
  });

  it('also when it is a write of this process that is under way', async () => {
    const { world, store, cached, other, handle, session, access } = await cachedScene();
    store.isQuick = false;
    const slow = aPromise();
    let isFirst = true;
    store.intercept = async (method, go) => {
      const answer = await go();
      if (method === 'replace' && isFirst) {
        isFirst = false;
        await slow.promise;
      }
      return answer;
    };
    const asked = cached.refresh(handle, 0);
    await world.settle();
    await other.end(byId(session.id));
    store.deliver();
    slow.resolve();
    await asked;
    expect(said(await access())).toBe('deny logout');
  });
});

describe('exposure', () => {
  it('tells the numbers that were chosen', () => {
    const world = aWorld();
    const plain = world.engine({ store: testStore() });
    expect(plain.exposure()).toEqual({ revocation: 0, lostActivity: MINUTE, outage: 0, clock: 5 * SECOND });
    const cache = { heartbeatEvery: '200ms', trustFor: '700ms' };
    const cached = world.engine({ store: watchingStore(), cache, recordEvery: '7s' });
    expect(cached.exposure()).toMatchObject({ revocation: 700, lostActivity: 7 * SECOND });
    plain.use({ policy: policyWith({ idleTimeout: '1m', clockLeeway: '2s' }) });
    expect(plain.exposure()).toEqual({ revocation: 0, lostActivity: 6 * SECOND, outage: 0, clock: 2 * SECOND });
  });
});
