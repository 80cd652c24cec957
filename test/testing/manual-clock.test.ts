import { describe, expect, it } from 'vitest';
import { backwardsClock, driftingClock, jumpingClock, manualClock, steppingClock } from '../../src/testing/index.js';
import { NEVER } from '../../src/time/instant.js';

describe('manualClock', () => {
  it('stands still until it is told otherwise', () => {
    const clock = manualClock(60_000);
    expect([clock.now(), clock.now()]).toEqual([60_000, 60_000]);
    clock.advance(500);
    expect(clock.now()).toBe(60_500);
    clock.advance(-1_000);
    expect(clock.now()).toBe(59_500);
    clock.set(7);
    expect(clock.now()).toBe(7);
  });

  it('shows instants only', () => {
    const clock = manualClock();
    clock.advance(-5);
    expect(clock.now()).toBe(0);
    clock.set(NEVER);
    clock.advance(1.4);
    expect(clock.now()).toBe(NEVER);
  });
});

describe('the shapes of wrong clocks', () => {
  const options = { start: 1_000, interval: 100, error: 30 };
  const looks = (shape: (index: number) => number) => [0, 1, 2, 3, 4, 5, 6].map(shape);

  it('step, drift, jump and go back', () => {
    expect(looks(steppingClock(options))).toEqual([1_000, 1_100, 1_200, 1_300, 1_400, 1_530, 1_630]);
    expect(looks(driftingClock(options))).toEqual([1_000, 1_130, 1_260, 1_390, 1_520, 1_650, 1_780]);
    expect(looks(jumpingClock(options))).toEqual([1_000, 1_100, 1_230, 1_300, 1_400, 1_530, 1_600]);
    expect(looks(backwardsClock({ ...options, error: 300 }))).toEqual([
      1_000, 1_100, 1_200, 1_300, 1_400, 1_200, 1_300,
    ]);
  });
});
