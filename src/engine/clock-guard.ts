import type { Clock } from '../time/clock.js';
import type { Instant } from '../time/instant.js';
import type { Timers } from '../time/timer.js';
import { fault } from './faults.js';
import { called } from './loads.js';
import type { SessionStore } from './ports.js';
import { within } from './time-limit.js';

/** How often the host's clock is held against the store's, in milliseconds. */
const RECHECK_EVERY = 60_000;
/** How soon after a check that went wrong another is made. */
const RETRY_AFTER = 1_000;
/** How long a clock that was set must run on evenly, where no store can tell which one is right. */
const SETTLES_AFTER = 60_000;
/** Less than this cannot be told from a slow answer. */
const FINEST = 250;

/** Tells the time, as long as the clock can be believed. */
export interface ClockGuard {
  /** Now; `null` if the clock has to be checked first. */
  read(): Instant | null;
  /** Now, after a check. Throws a fault: `clock_off`, or why the store's clock could not be read. */
  check(): Promise<Instant>;
}

export interface ClockGuardOptions {
  readonly clock: Clock;
  readonly store: Pick<SessionStore, 'now'>;
  readonly timers: Timers;
  readonly timeout: number;
  /** By how much the clock may be off: the leeway of the policy in force. */
  readonly leeway: () => number;
}

/**
 * Compares the wall clock with the monotonic one at every look, and with the store's now and then.
 *
 * A wall clock that was set runs apart from the monotonic one. Where the store has a clock, that one decides who is
 * right; where it has none, a wall clock that has run evenly for a minute is believed again.
 */
export function clockGuard({ clock, store, timers, timeout, leeway }: ClockGuardOptions): ClockGuard {
  const monotonic = () => clock.monotonic?.() ?? clock.now();
  const tolerance = () => Math.max(leeway(), FINEST);
  /** What the wall clock was ahead of the monotonic one when it was last found right; `null` before the first check. */
  let ahead: number | null = null;
  let checkedAt = 0;
  /** Since when it is off, and by how much it was then. */
  let offSince: number | null = null;
  let offBy = 0;
  let pending: Promise<void> | null = null;

  const isEven = (lead: number) => ahead !== null && Math.abs(lead - ahead) <= tolerance();

  function believe(): void {
    ahead = clock.now() - monotonic();
    offSince = null;
  }

  async function compareWithStore(now: () => Promise<Instant>): Promise<void> {
    const asked = monotonic();
    const told = await within(timers, timeout, called(now));
    const isRight = isNear(clock.now() - told, monotonic() - asked, tolerance());
    if (isRight) believe();
    else offSince ??= asked;
  }

  function compareWithItself(): void {
    const now = monotonic();
    const lead = clock.now() - now;
    const isSteady = offSince !== null && Math.abs(lead - offBy) <= tolerance();
    const hasSettled = isSteady && now - (offSince as number) >= SETTLES_AFTER;
    if (ahead === null || isEven(lead) || hasSettled) believe();
    else if (!isSteady) {
      offSince = now;
      offBy = lead;
    }
  }

  async function look(): Promise<void> {
    const { now } = store;
    try {
      if (now === undefined) compareWithItself();
      else await compareWithStore(() => now.call(store));
    } finally {
      checkedAt = monotonic();
      pending = null;
    }
  }

  function recheck(): Promise<void> {
    // a turn later, so that a look that is done at once is not taken for one that is under way
    pending ??= Promise.resolve().then(look);
    return pending;
  }

  return {
    read() {
      const now = clock.now();
      const passed = monotonic();
      if (offSince !== null || !isEven(now - passed)) return null;
      if (passed - checkedAt >= RECHECK_EVERY) recheck().catch(() => undefined);
      return now;
    },
    async check() {
      if (offSince === null || monotonic() - checkedAt >= RETRY_AFTER) await recheck();
      if (offSince !== null) throw fault('clock_off');
      return clock.now();
    },
  };
}

/** Now, if the clock can be believed. Throws as `ClockGuard.check` does. */
export async function timeOf({ guard }: { readonly guard: ClockGuard }): Promise<Instant> {
  return guard.read() ?? guard.check();
}

/** Whether a clock is right that is ahead by `lead` of what was told within the last `uncertainty`. */
function isNear(lead: number, uncertainty: number, tolerance: number): boolean {
  return lead >= -tolerance && lead - uncertainty <= tolerance;
}
