import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/engine/ports.js';
import { createSchedule } from '../../src/stores/memory/schedule.js';
import { createShardedMap } from '../../src/stores/memory/sharded-map.js';
import { memoryStore } from '../../src/stores/memory.js';
import { manualClock } from '../../src/testing/index.js';
import { storeContract } from '../../src/testing/store-contract.js';
import { systemClock } from '../../src/time/clock.js';

const envelope = (id: number, purgeAt: number): Envelope => {
  return { id: String(id), subject: `subject ${id % 10}`, record: 'record', revision: 1, purgeAt };
};

const without = {
  secondStore: 'one process, one store',
  otherStore: 'one process, one store',
  damages: 'nobody else can reach the records',
  unreachable: 'there is no backend to be away',
  cut: 'there is no connection to cut',
  now: 'it has no clock of its own',
  watch: 'there is no other process to tell',
};

describe.each([
  ['without a clock', {}],
  ['with a clock', { clock: systemClock }],
])('the memory store %s', (_, options) => {
  const makeStore = async () => ({ store: memoryStore(options), close: async () => {} });
  for (const { name, run } of storeContract({ makeStore, without, runs: 100 })) it(name, run);
});

describe('a memory store that is full', () => {
  it('refuses a new session, and drops none', async () => {
    const store = memoryStore({ maxSessions: 2 });
    await store.create(envelope(1, 5));
    await store.create(envelope(2, 9));
    await expect(store.create(envelope(3, 9))).rejects.toMatchObject({ code: 'memory_store_full' });
    expect(await store.create(envelope(1, 9))).toBe('conflict');
    expect(await store.replace([{ ...envelope(1, 9), revision: 2 }])).toEqual(['written']);
    expect(await store.load(['1', '2', '3'])).toMatchObject([{ id: '1' }, { id: '2' }, null]);
  });

  it('takes one again when another has gone', async () => {
    const store = memoryStore({ maxSessions: 2 });
    await store.create(envelope(1, 5));
    await store.create(envelope(2, 9));
    await store.purge(5);
    expect(await store.create(envelope(3, 9))).toBe('written');
    expect(store.size).toBe(2);
  });

  it('makes room by itself where it has a clock', async () => {
    const clock = manualClock(0);
    const store = memoryStore({ maxSessions: 2, clock });
    await store.create(envelope(1, 5));
    await store.create(envelope(2, 9));
    clock.advance(4);
    await expect(store.create(envelope(3, 9))).rejects.toMatchObject({ code: 'memory_store_full' });
    clock.advance(1);
    expect(await store.create(envelope(3, 9))).toBe('written');
  });

  it.each([0, -1, Number.NaN])('cannot be made for %s sessions', (maxSessions) => {
    expect(() => memoryStore({ maxSessions })).toThrow(expect.objectContaining({ code: 'store_options_invalid' }));
  });
});

describe('a memory store with a clock', () => {
  it('holds no more than twice what is live, with logins alone and no purge', async () => {
    const clock = manualClock(0);
    const store = memoryStore({ clock });
    const most: number[] = [];
    for (let number = 0; number < 50_000; number++) {
      clock.advance(1);
      await store.create(envelope(number, clock.now() + 1_000));
      most.push(store.size);
    }
    expect(Math.max(...most)).toBeLessThanOrEqual(1_001);
    clock.advance(10_000);
    for (let number = 0; number < 600; number++) await store.create(envelope(100_000 + number, clock.now() + 1_000));
    expect(store.size).toBe(600);
  });

  it('removes what may go when a session is active, too', async () => {
    const clock = manualClock(0);
    const store = memoryStore({ clock });
    await store.create(envelope(1, 1_000));
    await store.create(envelope(2, 10));
    clock.advance(10);
    await store.replace([{ ...envelope(1, 2_000), revision: 2 }]);
    expect(store.size).toBe(1);
  });

  it('writes to what may go as long as it is there', async () => {
    const clock = manualClock(0);
    const store = memoryStore({ clock });
    await store.create(envelope(1, 10));
    clock.advance(10);
    expect(await store.replace([{ ...envelope(1, 20), revision: 2 }])).toEqual(['written']);
    expect(store.size).toBe(1);
  });
});

describe('a memory store of many', () => {
  it('lets others have a turn while it purges', async () => {
    const store = memoryStore();
    for (let number = 0; number < 3_000; number++) await store.create(envelope(number, 5));
    let turns = 0;
    let isPurging = true;
    const count = () => {
      turns += 1;
      if (isPurging) setImmediate(count);
    };
    setImmediate(count);
    expect(await store.purge(5, 3_000)).toBe(3_000);
    isPurging = false;
    expect(turns).toBeGreaterThan(5);
    expect(store.size).toBe(0);
  });

  it('forgets a subject whose sessions have gone, in whatever order they go', async () => {
    const order = fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 });
    const property = fc.asyncProperty(order, async (dues) => {
      const store = memoryStore();
      for (const [id, due] of dues.entries()) await store.create({ ...envelope(id, due), subject: 'alice' });
      for (let now = 0; now <= 6; now++) {
        await store.purge(now);
        const left = dues.flatMap((due, id) => (due > now ? [String(id)] : []));
        expect((await store.listBySubject('alice')).map((held) => held?.id).sort()).toEqual(left);
      }
    });
    await fc.assert(property, { numRuns: 50 });
  });
});

describe('a schedule', () => {
  interface Item {
    readonly name: number;
    place: number;
  }
  const least = (dues: ReadonlyMap<Item, number>) => Math.min(...dues.values());

  it('has first what is due first, whatever is added, moved and removed', () => {
    const step = fc.tuple(fc.constantFrom('add', 'add', 'move', 'remove'), fc.nat(40), fc.nat(50));
    const property = fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
      const schedule = createSchedule<Item>();
      const dues = new Map<Item, number>();
      for (const [name, [action, pick, due]] of steps.entries()) {
        const held = [...dues.keys()];
        const item = held[pick % Math.max(1, held.length)];
        if (action === 'add' || item === undefined) {
          const added = { name, place: 0 };
          schedule.add(added, due);
          dues.set(added, due);
        } else if (action === 'move') {
          schedule.move(item, due);
          dues.set(item, due);
        } else {
          const first = schedule.first() as Item;
          expect(dues.get(first)).toBe(least(dues));
          schedule.removeFirst();
          dues.delete(first);
        }
        expect(schedule.size).toBe(dues.size);
        for (const [each, at] of dues) expect(schedule.dueOf(each)).toBe(at);
      }
      const first = schedule.first();
      expect(first === null ? null : dues.get(first)).toBe(dues.size === 0 ? null : least(dues));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('sorts a hundred thousand, which fill many chunks, and starts anew', () => {
    const schedule = createSchedule<Item>();
    for (let round = 0; round < 2; round++) {
      for (let name = 0; name < 100_000; name++) schedule.add({ name, place: 0 }, (name * 7_919) % 100_003);
      let last = -1;
      for (let first = schedule.first(); first !== null; first = schedule.first()) {
        const due = schedule.dueOf(first);
        expect(due).toBeGreaterThanOrEqual(last);
        last = due;
        schedule.removeFirst();
      }
      expect(schedule.size).toBe(0);
    }
  });
});

describe('a sharded map', () => {
  it('is a map', () => {
    const step = fc.tuple(fc.constantFrom('set', 'delete', 'get'), fc.string({ maxLength: 3 }), fc.nat());
    const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const sharded = createShardedMap<number>();
      const plain = new Map<string, number>();
      for (const [action, key, value] of steps) {
        if (action === 'set') sharded.set(key, value);
        if (action === 'set') plain.set(key, value);
        if (action === 'delete') sharded.delete(key);
        if (action === 'delete') plain.delete(key);
        expect(sharded.get(key)).toBe(plain.get(key));
      }
      for (const [key, value] of plain) expect(sharded.get(key)).toBe(value);
    });
    fc.assert(property, { numRuns: 200 });
  });
});
