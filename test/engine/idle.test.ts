import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { readRecord } from '../../src/engine/record.js';
import {
  aWorld,
  BACKGROUND,
  BEGIN,
  login,
  MINUTE,
  policyWith,
  runs,
  SECOND,
  said,
  testStore,
  USER,
  type World,
} from './support.js';

const IDLE = 15 * MINUTE;
/** How many writes may be ahead of one's own. */
const ROUNDS = 3;

/** When somebody does something, and how often is looked whether the session lives. */
const someGaps = (most: number) => fc.array(fc.nat({ max: most }), { minLength: 1, maxLength: 12 });

/** Lets time pass until it is: a write that is under way may have to be waited for, and then one's own. */
async function acknowledged(world: World, asked: Promise<unknown>, latency: number): Promise<void> {
  let isDone = false;
  void asked.then(() => {
    isDone = true;
  });
  for (let round = 0; round < ROUNDS; round++) {
    await world.advance(latency + 1);
    if (isDone) return;
  }
  throw new Error(`not acknowledged after ${ROUNDS} times the store's latency`);
}

describe('the idle deadline across two live processes', () => {
  // lucia#1608, #1630: a window that is renewed past its half ends early for who is active
  it('is exact to the millisecond: what one acknowledged, the other knows in time', async () => {
    await fc.assert(
      fc.asyncProperty(
        someGaps(IDLE - 5 * SECOND),
        fc.constantFrom(1, SECOND, MINUTE, 2 * MINUTE, 6 * MINUTE, 7 * MINUTE, 14 * MINUTE, IDLE - 1, IDLE, 4 * IDLE),
        fc.constantFrom(0, 1, 999, 1_999),
        fc.constantFrom(-1, 0, 1),
        async (gaps, recordEvery, latency, offset) => {
          const world = aWorld();
          const store = testStore();
          const options = { store, policy: policyWith(), recordEvery };
          const [active, other] = [world.engine(options), world.engine(options)];
          const { handle } = await login(active);
          let latest = BEGIN;
          store.intercept = async (method, go, args) => {
            const isActivity = method === 'replace' && args[1] === undefined;
            if (isActivity && latency > 0) await new Promise<void>((resolve) => world.timers.after(latency, resolve));
            return go();
          };
          for (const gap of gaps) {
            await world.advance(gap);
            const asked = active.access(handle, USER);
            latest = BEGIN + world.elapsed();
            await acknowledged(world, asked, latency);
            // what has been acknowledged by now, the other must know in time
            expect((await asked).effect).toBe('permit');
            expect((await other.peek(handle)).effect).toBe('permit');
            expect((await other.access(handle, BACKGROUND)).effect).toBe('permit');
          }
          await world.advance(latest + IDLE + offset - BEGIN - world.elapsed());
          const answer = await other.access(handle, BACKGROUND);
          expect(said(answer)).toBe(offset < 0 ? 'permit' : 'deny idle_timeout');
          if (offset >= 0) expect(answer.session?.ended?.since).toBe(latest + IDLE);
        },
      ),
      runs(400),
    );
  });

  it('is exact when both are active in turn, at any instant', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: IDLE - 1 }), fc.nat({ max: 1 })), { minLength: 1, maxLength: 15 }),
        async (steps) => {
          const world = aWorld();
          const store = testStore();
          const engines = [world.engine({ store }), world.engine({ store })] as const;
          const { handle } = await login(engines[0]);
          for (const [gap, who] of steps) {
            await world.advance(gap);
            expect((await (engines[who] as Engine).access(handle, USER)).effect).toBe('permit');
          }
          await world.advance(IDLE - 1);
          for (const engine of engines) expect((await engine.access(handle, BACKGROUND)).effect).toBe('permit');
          await world.advance(1);
          for (const engine of engines) expect(said(await engine.access(handle, BACKGROUND))).toBe('deny idle_timeout');
        },
      ),
      runs(200),
    );
  });

  it('an active session is never ended by a process that polls it all the time', async () => {
    const world = aWorld();
    const store = testStore();
    const policy = policyWith({ idleTimeout: '30s', clockLeeway: '1s' });
    const [active, other] = [world.engine({ store, policy }), world.engine({ store, policy })];
    const { handle } = await login(active);
    for (let turn = 0; turn < 400; turn++) {
      await world.advance(turn % 2 ? 137 : 29_000);
      expect((await active.access(handle, USER)).effect).toBe('permit');
      expect((await other.access(handle, BACKGROUND)).effect).toBe('permit');
      if (world.elapsed() > 7 * 60 * MINUTE) break;
    }
  });

  it('holds for a policy that was tightened while activity was waiting to be written', async () => {
    const world = aWorld();
    const store = testStore();
    const [active, other] = [world.engine({ store }), world.engine({ store })];
    const { handle } = await login(active);
    await world.advance(10 * SECOND);
    expect((await active.access(handle, USER)).effect).toBe('permit');
    await world.advance(SECOND);
    const policy = policyWith({ idleTimeout: '30s', clockLeeway: '1s' });
    for (const engine of [active, other]) engine.use({ policy });
    await world.advance(29 * SECOND - 1);
    expect(said(await other.access(handle, BACKGROUND))).toBe('permit');
    await world.advance(1);
    expect(said(await other.access(handle, BACKGROUND))).toBe('deny idle_timeout');
  });
});

// teleport#3933: a transfer that was running was cut as idle
describe('a lease', () => {
  it('that one process opened holds in the other at once, and ends everywhere when the operation is over', async () => {
    const world = aWorld();
    const store = testStore();
    const policy = policyWith({ operations: { upload: { lease: '2h' } } });
    const [opening, other] = [world.engine({ store, policy }), world.engine({ store, policy })];
    const { handle } = await login(opening);
    await world.advance(SECOND);
    expect((await opening.access(handle, { ...USER, operation: 'upload' })).effect).toBe('permit');
    await world.advance(60 * MINUTE);
    expect((await other.access(handle, BACKGROUND)).effect).toBe('permit');
    await other.finish(handle, 'upload');
    expect(said(await opening.access(handle, BACKGROUND))).toBe('deny idle_timeout');
  });
});

describe('after a crash of the process that knew of activity', () => {
  it('a session ends at most recordEvery early, and never late', async () => {
    await fc.assert(
      fc.asyncProperty(
        someGaps(3 * MINUTE),
        fc.nat({ max: 2 * MINUTE }),
        fc.constantFrom(0, SECOND, MINUTE, 5 * MINUTE),
        async (gaps, after, recordEvery) => {
          const world = aWorld();
          const store = testStore();
          const [crashing, other] = [world.engine({ store, recordEvery }), world.engine({ store, recordEvery })];
          const { handle, session } = await login(crashing);
          for (const gap of gaps) {
            await world.advance(gap);
            await crashing.access(handle, USER);
          }
          const latest = BEGIN + world.elapsed();
          await world.advance(after);
          // from now on nothing of it reaches the store: it is dead
          store.intercept = (method, go) => (method === 'replace' ? new Promise(() => undefined) : go());
          const stored = readRecord(await store.envelope(session.id)).session;
          expect(stored.lastActivityAt).toBeLessThanOrEqual(latest);
          expect(latest - stored.lastActivityAt).toBeLessThanOrEqual(recordEvery);
          await world.advance(stored.lastActivityAt + IDLE - 1 - BEGIN - world.elapsed());
          expect((await other.peek(handle)).effect).toBe('permit');
          await world.advance(1);
          expect(said(await other.peek(handle))).toBe('deny idle_timeout');
          expect(crashing.exposure().lostActivity).toBe(recordEvery);
        },
      ),
      runs(200),
    );
  });
});
