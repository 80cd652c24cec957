import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acceptedHandle, makeHandle, readHandle, type StoredHandle } from '../../src/engine/handle.js';
import { readRecord } from '../../src/engine/record.js';
import { systemRandom } from '../../src/engine/secrets.js';
import { NEVER } from '../../src/index.js';
import { aWorld, BACKGROUND, login, policyWith, SECOND, said, testStore, USER } from './support.js';

const HANDLE = /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/;
const secretOf = (handle: string) => handle.slice(23);

describe('a handle', () => {
  it('is the id and 256 random bits, and no two are alike', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore() });
    const handles = new Set<string>();
    for (let count = 0; count < 500; count++) {
      const { handle, session } = await login(engine, { subject: `s-${count}` });
      expect(handle).toMatch(HANDLE);
      expect(handle.slice(0, 22)).toBe(session.id);
      handles.add(secretOf(handle));
    }
    expect(handles.size).toBe(500);
  });

  it('is drawn from the randomness that was handed in: 16 bytes for the id, 32 for the secret', async () => {
    const asked: number[] = [];
    const random = (bytes: number) => {
      asked.push(bytes);
      return systemRandom(bytes);
    };
    await login(aWorld().engine({ store: testStore(), random }));
    expect(asked).toEqual([16, 32]);
  });

  it('is stored as the SHA-256 of its secret, and nowhere is the secret itself', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store });
    const first = await login(engine);
    await world.advance(SECOND);
    await engine.access(first.handle, USER);
    const second = await engine.reauthenticate(first.handle, { assuranceLevel: 'aal2' });
    await engine.signal(first.handle, { signal: 'odd' });
    store.intercept = () => Promise.reject(new Error('away'));
    await engine.access(first.handle, USER);
    store.intercept = null;
    await engine.end(second.handle as string);
    await engine.flush();
    const { handles } = readRecord(store.history[0] as never);
    const hash = createHash('sha256').update(secretOf(first.handle)).digest('base64url');
    expect(handles).toEqual([{ hash, validUntil: NEVER }]);
    const told = JSON.stringify([store.history, engine.records, engine.faults().map(({ error }) => String(error))]);
    for (const handle of [first.handle, second.handle as string]) {
      expect(told).not.toContain(secretOf(handle));
      expect(told).not.toContain(handle);
    }
  });

  it('opens nothing with a single character changed, nor with the secret of another session', async () => {
    const engine = aWorld().engine({ store: testStore() });
    const { handle } = await login(engine);
    const other = await login(engine);
    for (let index = 0; index < handle.length; index++) {
      if (index === 22) continue;
      const wrong = handle.slice(0, index) + (handle[index] === 'A' ? 'B' : 'A') + handle.slice(index + 1);
      expect(said(await engine.access(wrong, USER))).toBe('deny session_missing');
    }
    const mixed = `${other.session.id}.${secretOf(handle)}`;
    expect(said(await engine.access(mixed, USER))).toBe('deny session_missing');
    expect(said(await engine.end(mixed))).toBe('deny session_missing');
    expect((await engine.access(other.handle, USER)).effect).toBe('permit');
  });

  it('is compared to the end, whichever character differs', () => {
    // what cannot be timed reliably can be counted: every character of the hash is looked at
    const { hash } = makeHandle(systemRandom, 'x'.repeat(22));
    const looks = (presented: string) => {
      let count = 0;
      const spy = new Proxy(Object(hash), {
        get(target, key) {
          if (key === 'length') return hash.length;
          if (key !== 'charCodeAt') return Reflect.get(target, key);
          return (index: number) => {
            count += 1;
            return hash.charCodeAt(index);
          };
        },
      }) as string;
      acceptedHandle([{ hash: spy, validUntil: NEVER }], presented, 0);
      return count;
    };
    const firstWrong = `${hash.startsWith('A') ? 'B' : 'A'}${hash.slice(1)}`;
    const lastWrong = `${hash.slice(0, -1)}${hash.endsWith('A') ? 'B' : 'A'}`;
    expect([looks(hash), looks(firstWrong), looks(lastWrong)]).toEqual([hash.length, hash.length, hash.length]);
  });

  it('that is none is told from the text alone', () => {
    const { handle } = makeHandle(systemRandom, 'x'.repeat(22));
    expect(readHandle(handle)).not.toBeNull();
    const others = [`${handle}\n`, ` ${handle}`, `${handle}A`, handle.replace('.', ':'), handle.slice(1), '', '.'];
    for (const text of [...others, null, undefined, {}, [handle], 1, Object(handle)]) {
      expect(readHandle(text)).toBeNull();
    }
  });

  it('of before a rotation works to the last millisecond of the grace, and not in the next', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, handleGrace: '10s' });
    const { handle, session } = await login(engine);
    await world.advance(SECOND);
    const rotated = await engine.reauthenticate(handle, { assuranceLevel: 'aal1' });
    await world.advance(10 * SECOND - 1);
    expect(said(await engine.access(handle, BACKGROUND))).toBe('permit');
    await world.advance(1);
    expect(said(await engine.access(handle, BACKGROUND))).toBe('deny session_missing');
    expect(said(await engine.access(rotated.handle as string, BACKGROUND))).toBe('permit');
    await engine.signal(rotated.handle as string, { signal: 'odd', level: 'low' });
    expect(readRecord(await store.envelope(session.id)).handles).toHaveLength(1);
  });

  it('of before a rotation is dead at once where the grace is 0', async () => {
    const engine = aWorld().engine({ store: testStore(), handleGrace: 0 });
    const { handle } = await login(engine);
    const rotated = await engine.reauthenticate(handle, { assuranceLevel: 'aal1' });
    expect(said(await engine.access(handle, BACKGROUND))).toBe('deny session_missing');
    expect(said(await engine.access(rotated.handle as string, BACKGROUND))).toBe('permit');
  });

  it('has one before it, and the one that was presented besides: a session never has more than three', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, policy: policyWith() });
    const { handle: first, session } = await login(engine);
    const stored = async () => readRecord(await store.envelope(session.id)).handles;
    let handle = first;
    for (let turn = 0; turn < 5; turn++) {
      const presented = turn % 2 ? handle : first;
      const answer = await engine.reauthenticate(presented, { assuranceLevel: 'aal1' });
      expect(answer.effect).toBe('permit');
      handle = answer.handle as string;
      const handles = await stored();
      expect(handles.length).toBeLessThanOrEqual(3);
      expect(handles.filter((one: StoredHandle) => one.validUntil === NEVER)).toHaveLength(1);
      // no rotation makes an old one live longer
      for (const { validUntil } of handles.slice(1)) expect(validUntil).toBe(engine.clock.now() + 10 * SECOND);
      if (turn % 2) break;
    }
    await world.advance(10 * SECOND);
    expect(said(await engine.access(first, BACKGROUND))).toBe('deny session_missing');
    expect(said(await engine.access(handle, BACKGROUND))).toBe('permit');
  });

  it('that is presented for every rotation dies with its own grace all the same', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore() });
    const { handle } = await login(engine);
    for (let second = 0; second < 10; second += 2) {
      expect((await engine.reauthenticate(handle, { assuranceLevel: 'aal1' })).effect).toBe('permit');
      await world.advance(2 * SECOND);
    }
    expect(said(await engine.reauthenticate(handle, { assuranceLevel: 'aal1' }))).toBe('deny session_missing');
  });
});
