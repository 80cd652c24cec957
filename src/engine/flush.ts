import type { Timers } from '../time/timer.js';
import type { Shell } from './shell.js';
import { tellFault } from './tell.js';
import { BATCH, batchedWrites, type Write } from './write-batches.js';

/** How soon a flush that failed is tried again, in milliseconds. */
const RETRY_AFTER = 1_000;

/** Writes activity behind the requests. */
export interface Flusher {
  /** Something waits: it is written when it has waited for `recordEvery`. */
  wake(): void;
  /**
   * Writes one session's activity, with what else is urgent in this turn of the event loop. Rejects if it cannot. Where
   * a write that was under way left it with nothing urgent, the rest is written later.
   *
   * The answer names the sessions of which somebody else wrote first: what was decided of them is to be decided again.
   */
  writeNow(id: string): Promise<ReadonlySet<string>>;
  /** Writes everything now, after what is being written already. Whether it is all in the store. */
  flush(): Promise<boolean>;
  stop(): void;
}

export function flusher(shell: () => Shell): Flusher {
  const writes = batchedWrites(shell);
  const timer = oneTimer(() => shell().timers);
  let running: Promise<boolean> | null = null;
  let isStopped = false;

  /** One flush at a time, so that whoever waits for one waits for all that began before. */
  function run(write: Write, waitedFor: () => number): Promise<boolean> {
    const dueUntil = () => shell().monotonic() - waitedFor();
    const mine = (running ?? Promise.resolve()).then(() => writeDue(shell(), write, dueUntil()));
    running = mine;
    mine.then((isWritten) => {
      if (running !== mine) return;
      running = null;
      wake(isWritten ? 0 : RETRY_AFTER);
    });
    return mine;
  }

  function wake(atLeast = 0): void {
    const { activity, monotonic, settings } = shell();
    const oldest = activity.oldest();
    if (timer.isSet() || running !== null || oldest === null || isStopped) return;
    const wait = Math.max(atLeast, oldest + settings().recordEvery - monotonic());
    timer.set(wait, () => void run(writes.urgent, () => settings().recordEvery));
  }

  return {
    wake: () => wake(),
    writeNow: writes.urgent,
    flush() {
      timer.unset();
      return run(writes.all, () => 0);
    },
    stop() {
      isStopped = true;
      timer.unset();
    },
  };
}

/** A timer of which there is one at most. It may wait for longer than the policy that is in force by now allows. */
function oneTimer(timers: () => Timers) {
  let cancel: (() => void) | null = null;
  return {
    isSet: () => cancel !== null,
    set(wait: number, act: () => void) {
      cancel = timers().after(wait, () => {
        cancel = null;
        act();
      });
    },
    unset() {
      cancel?.();
      cancel = null;
    },
  };
}

/** Writes what has waited since `until`; whether all of it is in the store now. Never rejects. */
async function writeDue(shell: Shell, write: Write, until: number): Promise<boolean> {
  try {
    for (;;) {
      const due = shell.activity.due(until, BATCH);
      if (due.length === 0) return true;
      await Promise.all(due.map(({ id }) => write(id)));
    }
  } catch (error) {
    tellFault(shell, 'flush', error);
    return false;
  }
}
