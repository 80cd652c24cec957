import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tickSlots } from '../../src/sockets/slots.js';
import { timerWheel, type Waiting, type Wheel } from '../../src/sockets/wheel.js';
import type { Clock } from '../../src/time/clock.js';
import { NEVER } from '../../src/time/instant.js';
import { BEGIN, HOUR, MINUTE, runs, SECOND } from '../engine/support.js';
import { fakeTime } from './time.js';

const TICK = 50;

function aWheel(part: { readonly tick?: number; readonly lookEvery?: number } = {}) {
  const world = fakeTime();
  const { clock } = world;
  const wheel = timerWheel({ clock, timers: world.timers, tick: TICK, lookEvery: SECOND, ...part });
  return { world, clock, wheel };
}

/** Notes when each deadline was called. */
function noted(wheel: Wheel, world: ReturnType<typeof fakeTime>, clock: Clock) {
  const called: number[] = [];
  const add = (after: number) => wheel.add(clock.now() + after, () => called.push(world.elapsed()));
  return { called, add };
}

/** What a wheel is asked to do. */
const anOrder = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), after: fc.integer({ min: -5, max: 3 * HOUR }) }),
  fc.record({ kind: fc.constant('add' as const), after: fc.integer({ min: 0, max: 4_000 }) }),
  fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('move' as const), which: fc.nat(), after: fc.integer({ min: -5, max: HOUR }) }),
  fc.record({ kind: fc.constant('wait' as const), for: fc.integer({ min: 0, max: 10 * MINUTE }) }),
);

interface Entry {
  readonly waiting: Waiting;
  deadline: number | null;
}

describe('a timer wheel', () => {
  it('calls each deadline once, never early, and never later than a tick: as a sorted list would', () => {
    fc.assert(
      fc.property(fc.array(anOrder, { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), (orders, tick) => {
        const { world, clock, wheel } = aWheel({ tick, lookEvery: MINUTE });
        const entries: Entry[] = [];
        const at = (which: number) => entries[which % Math.max(1, entries.length)];
        const calledAt: [number, number][] = [];
        for (const order of orders) {
          const entry = 'which' in order ? at(order.which) : undefined;
          if (order.kind === 'wait') world.advance(order.for);
          else if (order.kind === 'add') {
            const made: Entry = {
              // one that is over counts from when it was said
              deadline: clock.now() + Math.max(0, order.after),
              waiting: wheel.add(clock.now() + order.after, () => {
                calledAt.push([made.deadline ?? Number.NaN, clock.now()]);
                made.deadline = null;
              }),
            };
            entries.push(made);
          } else if (entry !== undefined && order.kind === 'remove') {
            wheel.remove(entry.waiting);
            entry.deadline = null;
          } else if (entry !== undefined && order.kind === 'move') {
            entry.deadline = clock.now() + Math.max(0, order.after);
            wheel.move(entry.waiting, clock.now() + order.after);
          }
          const waiting = entries.flatMap(({ deadline }) => (deadline === null ? [] : [deadline]));
          // the model: what is in the list is what is still to come
          expect(wheel.size).toBe(waiting.length);
          expect(waiting.filter((deadline) => deadline + tick < clock.now())).toEqual([]);
        }
        for (const [deadline, when] of calledAt) expect(when).toBeGreaterThanOrEqual(deadline);
        world.advance(4 * HOUR);
        expect(wheel.size).toBe(0);
        expect(world.timersPending()).toBe(0);
      }),
      runs(60),
    );
  });

  it('calls what is due at one tick in the order of the deadlines’ ticks', () => {
    const { world, clock, wheel } = aWheel();
    const order: number[] = [];
    for (const after of [900, 100, 500, 2 * HOUR, 300]) wheel.add(clock.now() + after, () => order.push(after));
    world.advance(3 * HOUR);
    expect(order).toEqual([100, 300, 500, 900, 2 * HOUR]);
  });

  it('has one timer, however many wait, and none when nothing does', () => {
    const { world, clock, wheel } = aWheel();
    const { add } = noted(wheel, world, clock);
    const all = Array.from({ length: 1_000 }, (_, number) => add(10 * MINUTE + number * 60));
    expect(world.timersPending()).toBe(1);
    for (const one of all) wheel.remove(one);
    expect([wheel.size, world.timersPending()]).toEqual([0, 0]);
  });

  it('moves a deadline later without a timer for it', () => {
    const { world, clock, wheel } = aWheel();
    const { called, add } = noted(wheel, world, clock);
    const one = add(10 * MINUTE);
    const before = world.timersSet();
    for (let time = 1; time <= 100; time++) wheel.move(one, clock.now() + 10 * MINUTE + time * SECOND);
    expect(world.timersSet()).toBe(before);
    world.advance(20 * MINUTE);
    expect(called).toEqual([10 * MINUTE + 100 * SECOND]);
  });

  it('waits longer than the host’s timers can, and for instants at the end of time', () => {
    const { world, clock, wheel } = aWheel({ lookEvery: 20 * 24 * HOUR });
    const { called, add } = noted(wheel, world, clock);
    add(60 * 24 * HOUR);
    const last = wheel.add(NEVER, () => called.push(-1));
    world.advance(61 * 24 * HOUR);
    expect(called).toEqual([60 * 24 * HOUR]);
    expect(last.slot).not.toBeNull();
  });

  it('calls all that is due at the next look after the wall clock has jumped forwards', () => {
    const { world, clock, wheel } = aWheel();
    const { called, add } = noted(wheel, world, clock);
    for (const after of [10 * MINUTE, 20 * MINUTE, 3 * HOUR]) add(after);
    world.advance(5 * SECOND);
    clock.setBy(HOUR);
    world.advance(SECOND);
    expect(called).toEqual([6 * SECOND, 6 * SECOND]);
    world.advance(3 * HOUR);
    // by the wall clock, an hour sooner than the monotonic one says
    expect(called[2]).toBeLessThanOrEqual(2 * HOUR + SECOND);
  });

  it('calls nothing later than the monotonic clock says, when the wall clock is set back', () => {
    const { world, clock, wheel } = aWheel();
    const { called, add } = noted(wheel, world, clock);
    add(10 * MINUTE);
    world.advance(MINUTE);
    clock.setBy(-HOUR);
    add(5 * MINUTE);
    world.advance(20 * MINUTE);
    expect(called).toEqual([6 * MINUTE, 10 * MINUTE]);
  });

  it('is right again after a clock that was wrong has been put right', () => {
    const { world, clock, wheel } = aWheel();
    const { called, add } = noted(wheel, world, clock);
    clock.setBy(-HOUR);
    add(0.5 * HOUR);
    // told to the wrong clock: half an hour from then, whatever it is called
    const deadline = BEGIN + HOUR + 10 * MINUTE;
    wheel.add(deadline, () => called.push(world.elapsed()));
    world.advance(MINUTE);
    clock.setBy(HOUR);
    world.advance(2 * HOUR);
    // the first by its instant, which passed when the clock was put right
    expect(called).toEqual([MINUTE + SECOND, HOUR + 10 * MINUTE]);
  });

  it('lives with a clock that has no monotonic one and goes backwards', () => {
    const world = fakeTime();
    const { now, setBy } = world.clock;
    const clock = { now, setBy };
    const wheel = timerWheel({ clock, timers: world.timers, tick: TICK, lookEvery: SECOND });
    const called: number[] = [];
    wheel.add(clock.now() + MINUTE, () => called.push(world.elapsed()));
    world.advance(10 * SECOND);
    clock.setBy(-MINUTE);
    const before = world.timersSet();
    world.advance(115 * SECOND);
    expect(called).toEqual([2 * MINUTE]);
    // it did not spin while it waited
    expect(world.timersSet() - before).toBeLessThan(150);
  });

  it('does not call what another callback has removed, and calls what it has moved later', () => {
    const { world, clock, wheel } = aWheel();
    const called: string[] = [];
    wheel.add(clock.now() + 100, () => {
      called.push('first');
      wheel.remove(second);
      wheel.move(third, clock.now() + SECOND);
    });
    const second = wheel.add(clock.now() + 100, () => called.push('second'));
    const third = wheel.add(clock.now() + 100, () => called.push('third'));
    world.advance(500);
    expect(called).toEqual(['first']);
    world.advance(SECOND);
    expect(called).toEqual(['first', 'third']);
  });
});

describe('its slots', () => {
  it('have everything back at its tick, however far the ticks lie apart', () => {
    const aTick = fc.oneof(fc.nat(200), fc.nat(1_000_000), fc.maxSafeNat());
    fc.assert(
      fc.property(fc.nat(100_000), fc.array(aTick, { maxLength: 50 }), (start, ticks) => {
        const slots = tickSlots(start);
        for (const tick of ticks) slots.add({ tick, slot: null });
        const seen: number[] = [];
        for (let next = slots.next(); next !== null; next = slots.next()) {
          for (const { tick } of slots.advance(next)) {
            expect(tick <= slots.position()).toBe(true);
            seen.push(tick);
          }
        }
        const sorted = ticks.map((tick) => Math.max(tick, start + 1)).sort((a, b) => a - b);
        expect(seen.map((tick) => Math.max(tick, start + 1))).toEqual(sorted);
        expect(slots.size).toBe(0);
      }),
      runs(300),
    );
  });
});
