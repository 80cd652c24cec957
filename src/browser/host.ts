import { type Clock, systemClock } from '../time/clock.js';
import type { Timers } from '../time/timer.js';
import { type Page, thisPage } from './page.js';

/** A way to the other tabs of this origin. */
export interface TabChannel {
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  close(): void;
}

/** The part of the Web Locks API that is used. */
export interface TabLocks {
  request<T>(name: string, options: { ifAvailable: true }, act: (lock: unknown) => Promise<T>): Promise<T>;
}

/** All that a page asks of its browser. Hand in your own to test, or to run in another shell. */
export interface BrowserHost {
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  readonly clock: Required<Clock>;
  readonly timers: Pick<Timers, 'after'>;
  readonly page: Page;
  readonly openChannel: (name: string) => TabChannel;
  /** Missing or refused, as on a page that came over plain HTTP: every tab asks for itself. */
  readonly locks?: TabLocks | undefined;
}

/** A watch never waits longer than some seconds, so a delay fits the 32 bits of `setTimeout`. */
const TIMERS: BrowserHost['timers'] = {
  after(milliseconds, act) {
    const timer = window.setTimeout(act, milliseconds);
    return () => window.clearTimeout(timer);
  },
};

/** This browser: the only place here that asks it for the time, a timer or the network. */
export function thisBrowser(): BrowserHost {
  return {
    fetch: (input, init) => window.fetch(input, init),
    clock: systemClock as Required<Clock>,
    timers: TIMERS,
    page: thisPage(),
    openChannel: (name) => new BroadcastChannel(name) as TabChannel,
    locks: navigator.locks as TabLocks | undefined,
  };
}
