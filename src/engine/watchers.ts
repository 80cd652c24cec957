import type { Timers } from '../time/timer.js';

/** Who waits for changes of which sessions. */
export interface Watchers {
  /** Calls back when the session may have changed; the answer stops it. */
  add(id: string, changed: () => void): () => void;
  /** A change was announced. */
  changed(id: string): void;
  /** Announcements may have been missed: everybody is to look. */
  missed(): void;
  close(): void;
}

export interface WatchersOptions {
  readonly timers: Timers;
  /** Whether announcements arrive now; while they do not, everybody is told to look now and then. */
  readonly isTold: () => boolean;
  /** How often that is, in milliseconds. */
  readonly every: number;
  /** What a watcher throws. */
  readonly onFault: (error: unknown) => void;
}

type Told = ReadonlySet<() => void>;

/** Keeps the watchers, and one timer for as long as there is any. */
export function sessionWatchers({ timers, isTold, every, onFault }: WatchersOptions): Watchers {
  const waiting = new Map<string, Set<() => void>>();
  let cancel: (() => void) | null = null;

  const missed = () => {
    for (const watchers of [...waiting.values()]) tell(watchers, onFault);
  };

  function look(): void {
    cancel = timers.after(every, look);
    if (!isTold()) missed();
  }

  function close(): void {
    cancel?.();
    cancel = null;
    waiting.clear();
  }

  return {
    add(id, changed) {
      // the same function twice is two watchers
      const watcher = () => changed();
      const watchers = waiting.get(id) ?? new Set();
      waiting.set(id, watchers.add(watcher));
      cancel ??= timers.after(every, look);
      return () => {
        if (!watchers.delete(watcher) || watchers.size > 0) return;
        waiting.delete(id);
        if (waiting.size === 0) close();
      };
    },
    changed: (id) => tell(waiting.get(id) ?? NOBODY, onFault),
    missed,
    close,
  };
}

const NOBODY: Told = new Set();

/** A copy, since whoever is told may stop or start another; and one that throws must not keep the others from it. */
function tell(watchers: Told, onFault: (error: unknown) => void): void {
  for (const changed of [...watchers]) {
    try {
      changed();
    } catch (error) {
      onFault(error);
    }
  }
}
