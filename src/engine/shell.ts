import type { Clock } from '../time/clock.js';
import type { Duration } from '../time/duration.js';
import type { Timers } from '../time/timer.js';
import type { Activity } from './activity.js';
import type { ClockGuard } from './clock-guard.js';
import type { Load } from './loads.js';
import type { Policies } from './merging.js';
import type { Observer } from './observer.js';
import type { SessionStore } from './ports.js';
import type { Recent } from './recent.js';
import type { Random } from './secrets.js';
import type { Turns } from './turns.js';

/** The numbers that an engine goes by, in milliseconds. */
export interface Settings {
  readonly recordEvery: Duration;
  readonly storeTimeout: Duration;
  readonly handleGrace: Duration;
  readonly keepEnded: Duration;
}

/** What the parts of an engine share. */
export interface Shell {
  /** May be swapped at any time: read once per question. */
  readonly policies: () => Policies;
  readonly settings: () => Settings;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly guard: ClockGuard;
  readonly timers: Timers;
  readonly random: Random;
  readonly load: Load;
  readonly recent: Recent;
  readonly activity: Activity;
  readonly turns: Turns;
  /** Whether copies in memory may be believed now. */
  readonly isWatched: () => boolean;
  /** This process has changed a session: whoever watches it is told, if the store does not tell. */
  readonly changed: (id: string) => void;
  /** Activity waits to be written: see to it. */
  readonly wake: () => void;
  /**
   * Activity of a session is to be written before it is acknowledged. Rejects if that fails; names the sessions of
   * which somebody else wrote first.
   */
  readonly writeNow: (id: string) => Promise<ReadonlySet<string>>;
  readonly observer: Observer | null;
  /** Milliseconds that only run forwards. */
  readonly monotonic: () => number;
}
