import type { Clock } from '../time/clock.js';
import { type Instant, NEVER } from '../time/instant.js';

/** A clock that stands still until it is told otherwise. */
export interface ManualClock extends Clock {
  /** Sets the time of day, forwards or back. */
  set(at: Instant): void;
  /** Lets milliseconds pass; a negative number turns the clock back. */
  advance(milliseconds: number): void;
}

/**
 * A clock for tests: no test has to wait, and none depends on the time of day.
 *
 * @param start the instant that it shows first; default 0
 * @example
 * const clock = manualClock(60_000);
 * clock.advance(500);
 * clock.now(); // => 60500
 */
export function manualClock(start: Instant = 0): ManualClock {
  let now = start;
  return {
    now: () => now,
    set(at) {
      now = whole(at);
    },
    advance(milliseconds) {
      now = whole(now + milliseconds);
    },
  };
}

function whole(at: number): Instant {
  return Math.min(NEVER, Math.max(0, Math.round(at)));
}

/** A clock as a pure function: what it shows at the nth look, one look every `interval` of true time. */
export type ClockShape = (index: number) => Instant;

/** How a wrong clock goes wrong. */
export interface ClockShapeOptions {
  /** What a right clock shows at look 0. */
  readonly start: Instant;
  /** True milliseconds between two looks. */
  readonly interval: number;
  /** Milliseconds by which it is wrong: per look when drifting, once when stepping, now and then when jumping. */
  readonly error: number;
}

/**
 * A right clock that was set wrong once: from the fifth look on it is off by `error`.
 *
 * @example
 * steppingClock({ start: 0, interval: 1_000, error: 60_000 })(5); // => 65000
 */
export function steppingClock({ start, interval, error }: ClockShapeOptions): ClockShape {
  return (index) => whole(start + index * interval + (index < 5 ? 0 : error));
}

/**
 * A clock that runs too fast (or, with a negative error, too slow): every look it is off by `error` more.
 *
 * @example
 * driftingClock({ start: 0, interval: 1_000, error: 10 })(5); // => 5050
 */
export function driftingClock({ start, interval, error }: ClockShapeOptions): ClockShape {
  return (index) => whole(start + index * (interval + error));
}

/**
 * Two machines behind one load balancer: every third look comes from one whose clock is off by `error`.
 *
 * @example
 * jumpingClock({ start: 0, interval: 1_000, error: -500 })(2); // => 1500
 */
export function jumpingClock({ start, interval, error }: ClockShapeOptions): ClockShape {
  return (index) => whole(start + index * interval + (index % 3 === 2 ? error : 0));
}

/**
 * A clock that is turned back by `error` at every fifth look, and goes on from there.
 *
 * @example
 * backwardsClock({ start: 0, interval: 1_000, error: 2_000 })(5); // => 3000
 */
export function backwardsClock({ start, interval, error }: ClockShapeOptions): ClockShape {
  return (index) => whole(start + index * interval - Math.floor(index / 5) * Math.abs(error));
}
