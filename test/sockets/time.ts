import * as fakeTimers from '@sinonjs/fake-timers';
import type { Timers } from '../../src/time/timer.js';
import { BEGIN, type WorldClock } from '../engine/support.js';

/** Time that moves when told to, without waiting for anything: for what asks nobody. */
export function fakeTime() {
  const fake = fakeTimers.createClock(0);
  let off = 0;
  let set = 0;
  const timers: Timers = {
    after(milliseconds, act) {
      set += 1;
      const timer = fake.setTimeout(act, Math.ceil(Math.max(0, milliseconds)));
      return () => fake.clearTimeout(timer);
    },
    soon: (act) => void fake.setTimeout(act, 0),
  };
  const clock: WorldClock = {
    now: () => BEGIN + fake.now + off,
    monotonic: () => fake.now,
    setBy(milliseconds) {
      off += milliseconds;
    },
  };
  return {
    timers,
    clock,
    advance: (milliseconds: number) => void fake.tick(milliseconds),
    elapsed: () => fake.now,
    timersSet: () => set,
    timersPending: () => fake.countTimers(),
  };
}
