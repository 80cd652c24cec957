import type { Timers } from '../time/timer.js';
import { called } from './loads.js';
import type { SessionStore, Watch } from './ports.js';
import { within } from './time-limit.js';

/** The channel by which a store tells of changes. */
export interface Channel {
  /** Whether copies in memory may be believed now. */
  isTrusted(): boolean;
  close(): Promise<void>;
}

export interface ChannelOptions {
  readonly store: Pick<SessionStore, 'watch'>;
  /** A change was announced. */
  readonly onChange: (id: string) => void;
  /** Announcements may have been missed up to now. */
  readonly onGap: () => void;
  readonly timers: Timers;
  readonly monotonic: () => number;
  /** How often it is checked, in milliseconds. */
  readonly heartbeatEvery: number;
  /** For how long a check that passed is good for, in milliseconds. */
  readonly trustFor: number;
  readonly onFault: (error: unknown) => void;
}

/**
 * Keeps a channel open and checks it. Trust runs from the beginning of a check that passed: what was announced before
 * it
 * has arrived. A channel that was down may have missed something, so no copy from before is believed again.
 */
export function openChannel(options: ChannelOptions): Channel {
  const { store, onChange, onGap, timers, monotonic, heartbeatEvery, trustFor, onFault } = options;
  let opening: Promise<Watch> | null = null;
  let losses = 0;
  let trustedUntil = Number.NEGATIVE_INFINITY;
  let isOpen = true;
  let cancel: () => void = () => undefined;

  function lose(): void {
    losses += 1;
    trustedUntil = Number.NEGATIVE_INFINITY;
    onGap();
  }

  /** Opens the channel, once: an attempt that is slow is waited for by the next heartbeat, not repeated. */
  function opened(): Promise<Watch> {
    const watcher = { changed: onChange, lost: lose };
    opening ??= called(() => (store.watch as NonNullable<SessionStore['watch']>)(watcher)).catch((error) => {
      opening = null;
      throw error;
    });
    return opening;
  }

  async function beat(): Promise<void> {
    try {
      const watch = await within(timers, trustFor, opened());
      if (!isOpen) return;
      const began = monotonic();
      const before = losses;
      await within(
        timers,
        trustFor,
        called(() => watch.check()),
      );
      // what was lost while the check was under way may have been lost behind its back
      if (losses === before) trust(began);
    } catch (error) {
      lose();
      onFault(error);
    }
    if (isOpen) cancel = timers.after(heartbeatEvery, beat);
  }

  function trust(began: number): void {
    const isBack = monotonic() >= trustedUntil;
    trustedUntil = began + trustFor;
    if (isBack) onGap();
  }

  void beat();
  return {
    isTrusted: () => monotonic() < trustedUntil,
    async close() {
      isOpen = false;
      cancel();
      lose();
      if (opening === null) return;
      // whoever shuts down must not wait for a channel that does not answer
      const closed = called(async () => (await opening)?.close());
      await within(timers, trustFor, closed).catch(onFault);
    },
  };
}
