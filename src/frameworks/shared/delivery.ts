import { apart } from '../../sockets/apart.js';

/** What arrives on a connection: delivered, kept until the engine has answered, or dropped after the end. */
export interface Delivery {
  /** Delivers now, keeps for later, or drops. */
  deliver(act: () => void): void;
  hold(): void;
  /** Delivers what was kept, in order. */
  resume(): void;
  /** Nothing is delivered any more. */
  stop(): void;
}

export function delivery(): Delivery {
  let kept: (() => void)[] | null = null;
  let isStopped = false;
  return {
    deliver(act) {
      if (isStopped) return;
      if (kept === null) act();
      else kept.push(act);
    },
    hold() {
      kept ??= [];
    },
    resume() {
      const waiting = kept ?? [];
      kept = null;
      for (const [index, act] of waiting.entries()) {
        if (isStopped) return;
        // what is delivered may have the rest kept again
        if (kept !== null) (kept as (() => void)[]).push(...waiting.slice(index));
        if (kept !== null) return;
        apart(act);
      }
    },
    stop() {
      isStopped = true;
      kept = null;
    },
  };
}
