import { NEVER } from '../time/instant.js';
import type { TabLocks } from './host.js';

/** Asks the server, never twice at a time, and after a failure less and less often. */
export interface Asker {
  /** Asks now. */
  ask(): Promise<void>;
  /** Milliseconds until it may ask by itself; as good as never while it is asking. */
  mayAskIn(): number;
}

/** Between two questions, whatever was answered. */
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/**
 * One tab asks, and the others hear of it: who does not get the lock waits a moment, and looks at what is known then.
 *
 * @param ask whether anybody could tell.
 */
export function asker(
  now: () => number,
  locks: TabLocks | undefined,
  name: string,
  ask: () => Promise<boolean>,
): Asker {
  let asking: Promise<void> | null = null;
  let pause = SHORTEST_PAUSE;
  let mayAskAt = 0;
  const turn = async (): Promise<void> => {
    let isSettled: boolean;
    try {
      isSettled = await (locks as TabLocks).request(
        name,
        { ifAvailable: true },
        async (lock) => lock === null || ask(),
      );
    } catch {
      // no locks, or none for this page: it asks for itself
      isSettled = await ask();
    }
    pause = isSettled ? SHORTEST_PAUSE : Math.min(LONGEST_PAUSE, pause * 2);
    mayAskAt = now() + pause;
    asking = null;
  };
  return {
    ask() {
      mayAskAt = NEVER;
      asking ??= turn();
      return asking;
    },
    mayAskIn: () => Math.max(0, mayAskAt - now()),
  };
}
