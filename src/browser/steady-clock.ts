import type { Clock } from '../time/clock.js';

/** A wall clock that goes back by less is being adjusted, not set. */
const SET_BACK = 1_000;

/**
 * Milliseconds that run forwards, sleep included, from any start.
 *
 * A monotonic clock stops while some systems sleep, and a wall clock can be set. So the larger progress of the two
 * counts: a wall clock that jumps ahead may make a page ask too early, and one that is set back is ignored.
 */
export function steadyClock(clock: Required<Clock>): () => number {
  let lead = clock.now() - clock.monotonic();
  let skipped = 0;
  return () => {
    const monotonic = clock.monotonic();
    const now = clock.now() - monotonic;
    // the most it was ahead is kept, so that two clocks of different grain do not add up to a drift
    if (now > lead || now < lead - SET_BACK) {
      skipped += Math.max(0, now - lead);
      lead = now;
    }
    return monotonic + skipped;
  };
}
