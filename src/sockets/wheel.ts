import type { Clock } from '../time/clock.js';
import type { Instant } from '../time/instant.js';
import type { Timers } from '../time/timer.js';
import { apart } from './apart.js';
import { type Slotted, tickSlots } from './slots.js';

/** One that waits on a wheel. Made by `add`; its fields are the wheel's own. */
export interface Waiting extends Slotted {
  deadline: Instant;
  /** When the deadline comes by the monotonic clock, as it was when the deadline was stated. */
  limit: number;
  /** Found due, and not called yet. */
  isDue: boolean;
  readonly act: () => void;
}

/** Very many deadlines on one timer. */
export interface Wheel {
  /** Calls back once, at the first tick at or after the deadline. */
  add(deadline: Instant, act: () => void): Waiting;
  /** States another deadline, also of what was called or removed. A later one costs nothing until the first comes. */
  move(waiting: Waiting, deadline: Instant): void;
  remove(waiting: Waiting): void;
  /** How many wait. */
  readonly size: number;
}

export interface WheelOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** How fine it is, in milliseconds. */
  readonly tick: number;
  /** How often it looks at the clocks while anything waits, in milliseconds: a jump is seen that late. */
  readonly lookEvery: number;
  /** Is called at every look. */
  readonly onLook?: () => void;
}

/**
 * A wheel of deadlines: one timer for all, and none while nothing waits.
 *
 * A deadline comes when the wall clock says so, or the monotonic clock: a clock that is set back puts nothing off, and
 * after a jump forwards, or a sleep, all that is due is called at the next look. Never early by both, and never later
 * than a tick after the first, as far as the host's timer is on time.
 */
export function timerWheel({ clock, timers, tick, lookEvery, onLook }: WheelOptions): Wheel {
  const times = timesOf(clock, tick);
  const slots = tickSlots<Waiting>(times.tickNow());
  /** By how much the wall clock is ahead of the monotonic one: if that changes, a clock was set. */
  let lead = times.lead();
  const timer = oneTimer(timers);
  let wakesAt = 0;

  function restart(): readonly Waiting[] {
    lead = times.lead();
    return slots.restart(times.tickNow());
  }

  function put(waiting: Waiting): void {
    waiting.tick = times.tickOf(waiting);
    waiting.isDue = false;
    if (slots.size === 0) restart();
    slots.add(waiting);
    if (!timer.isSet() || waiting.tick * tick < wakesAt) arm();
  }

  function arm(): void {
    timer.clear();
    const next = slots.next();
    if (next === null) return;
    const now = times.monotonic();
    wakesAt = Math.min(next * tick, now + lookEvery);
    timer.set(Math.ceil(Math.max(0, wakesAt - now)), look);
  }

  function look(): void {
    if (onLook !== undefined) apart(onLook);
    const now = times.tickNow();
    const wasSet = Math.abs(times.lead() - lead) > tick / 2 || now < slots.position();
    // where a clock was set, every deadline lies elsewhere
    const reached = wasSet ? restart() : slots.advance(now);
    for (const waiting of reached) {
      // a deadline that was moved has not come yet
      if (times.isOver(waiting)) waiting.isDue = true;
      else put(waiting);
    }
    for (const waiting of reached) call(waiting);
    arm();
  }

  function remove(waiting: Waiting): void {
    waiting.isDue = false;
    slots.remove(waiting);
    if (slots.size === 0) timer.clear();
  }

  return {
    add(deadline, act) {
      const waiting: Waiting = { deadline, limit: times.limitOf(deadline), tick: 0, slot: null, isDue: false, act };
      put(waiting);
      return waiting;
    },
    move(waiting, deadline) {
      waiting.deadline = deadline;
      waiting.limit = times.limitOf(deadline);
      if (waiting.slot !== null && times.tickOf(waiting) >= waiting.tick) return;
      remove(waiting);
      put(waiting);
    },
    remove,
    get size() {
      return slots.size;
    },
  };
}

/** Calls what is due, unless one that was called before has removed or moved it. */
function call(waiting: Waiting): void {
  if (!waiting.isDue) return;
  waiting.isDue = false;
  apart(waiting.act);
}

/** A timer that is set, or is not. */
function oneTimer(timers: Timers) {
  let cancel: (() => void) | null = null;
  return {
    isSet: () => cancel !== null,
    set(milliseconds: number, act: () => void) {
      cancel = timers.after(milliseconds, () => {
        cancel = null;
        act();
      });
    },
    clear() {
      cancel?.();
      cancel = null;
    },
  };
}

/** Deadlines by both clocks. */
function timesOf(clock: Clock, tick: number) {
  const monotonic = () => clock.monotonic?.() ?? clock.now();
  return {
    monotonic,
    lead: () => clock.now() - monotonic(),
    tickNow: () => Math.floor(monotonic() / tick),
    limitOf: (deadline: Instant) => monotonic() + deadline - clock.now(),
    tickOf: ({ deadline, limit }: Waiting) => Math.ceil(Math.min(limit, monotonic() + deadline - clock.now()) / tick),
    isOver: ({ deadline, limit }: Waiting) => clock.now() >= deadline || monotonic() >= limit,
  };
}
