/** When something is to happen later. Never trusted to be on time: whoever is woken looks at a clock. */
export interface Timers {
  /** Calls back once, after so many milliseconds; the answer cancels it. It keeps no process alive. */
  after(milliseconds: number, act: () => void): () => void;
  /** Calls back when everything that has arrived in this turn of the event loop has been looked at. */
  soon(act: () => void): void;
}

/** What a host offers, as far as it is the same everywhere. */
interface Host {
  setTimeout(act: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
  setImmediate?(act: () => void): unknown;
}

/** `setTimeout` keeps its delay in 32 bits: one that is longer fires at once. */
const LONGEST = 2 ** 31 - 1;

/** The host's timers: the only place in this package that sets one. */
export const systemTimers: Timers = {
  after(milliseconds, act) {
    let timer: unknown;
    let left = Math.max(0, milliseconds);
    const host = globalThis as unknown as Host;
    const wait = () => {
      const step = Math.min(left, LONGEST);
      left -= step;
      timer = host.setTimeout(left > 0 ? wait : act, step);
      (timer as { unref?(): void }).unref?.();
    };
    wait();
    return () => host.clearTimeout(timer);
  },
  soon(act) {
    const host = globalThis as unknown as Host;
    if (host.setImmediate === undefined) host.setTimeout(act, 0);
    else host.setImmediate(act);
  },
};
