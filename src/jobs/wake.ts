import type { Duration } from '../time/duration.js';
import type { Timers } from '../time/timer.js';

/** A timer that can be set anew. */
export interface Alarm {
  /** Calls back once, unless it is set anew or off before. */
  set(milliseconds: Duration, act: () => void): void;
  off(): void;
}

export function alarm(timers: Timers): Alarm {
  let cancel: () => void = () => undefined;
  return {
    set(milliseconds, act) {
      cancel();
      cancel = timers.after(Math.max(1, milliseconds), act);
    },
    off: () => cancel(),
  };
}

/** Does a thing one time after the other: whoever wants it while it is being done has it done once more. */
export function oneAtATime(act: () => Promise<void>): { want(): void; isWanted(): boolean } {
  let isWanted = false;
  let isBusy = false;
  async function want(): Promise<void> {
    isWanted = true;
    if (isBusy) return;
    isBusy = true;
    while (isWanted) {
      isWanted = false;
      await act();
    }
    isBusy = false;
  }
  return { want: () => void want(), isWanted: () => isBusy };
}
