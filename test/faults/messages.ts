import type { Effect, Entry } from './entry.js';
import type { StoreSettings } from './open-store.js';

/** How the holder of a session behaves: all the time, just before the limit, or no more. */
export type Manner = 'busy' | 'sparse' | 'left';

/** What a worker is started with. */
export interface WorkerSettings {
  readonly process: number;
  /** How many workers take turns with sparse sessions. */
  readonly processes: number;
  readonly seed: number;
  readonly store: StoreSettings;
  readonly cache: boolean;
}

/** A handle that was given out, for all workers. */
export interface Shared {
  readonly session: string;
  readonly subject: string;
  readonly manner: Manner;
  /** The name of the handle in the history. */
  readonly name: string;
  readonly handle: string;
}

/** What the test tells a worker. */
export type Order =
  | { readonly type: 'go' | 'stop' }
  | { readonly type: 'shared'; readonly shared: Shared }
  | { readonly type: 'refreshed'; readonly session: string; readonly generation: number }
  /** By how much the clock of this process is off from now on, in milliseconds. */
  | { readonly type: 'clock'; readonly offset: number };

/** A call that was begun. */
export type Call = Omit<Entry, 'returned' | 'effect' | 'reason' | 'ended' | 'newHandle' | 'refreshed'>;

/** What was answered. */
export interface Outcome extends Pick<Entry, 'session' | 'returned' | 'reason' | 'ended' | 'newHandle' | 'refreshed'> {
  readonly effect: Effect;
}

/** What a worker tells the test. */
export type Word =
  | { readonly type: 'ready'; readonly revocationBound: number }
  | { readonly type: 'call'; readonly number: number; readonly call: Call }
  | { readonly type: 'outcome'; readonly number: number; readonly outcome: Outcome; readonly shared: Shared | null }
  | { readonly type: 'clock'; readonly at: number }
  | { readonly type: 'stopped'; readonly hasFlushed: boolean }
  | { readonly type: 'unhandled'; readonly text: string };
