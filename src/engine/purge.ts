import { called } from './loads.js';
import type { Shell } from './shell.js';
import { tellFault } from './tell.js';
import { within } from './time-limit.js';

/** How many records go in one call. */
const BATCH = 1_000;
/** How many calls at most: a store that always says there is more would keep it busy for ever. */
const MOST = 100_000;

/**
 * Removes what may go, in batches, with room for requests in between; how many went. A fault ends it early, and so does
 * whoever says between two batches that it is to stop.
 */
export async function purge(shell: Shell, isStopped: () => boolean): Promise<number> {
  const { store, timers, guard } = shell;
  let gone = 0;
  try {
    for (let batch = 0; batch < MOST; batch++) {
      // a clock that is ahead would remove sessions that are alive
      const now = guard.read() ?? (await guard.check());
      const some = await within(
        timers,
        shell.settings().storeTimeout,
        called(() => store.purge(now, BATCH)),
      );
      gone += Number(some) || 0;
      if (!(some >= BATCH) || isStopped()) break;
      await new Promise<void>((resolve) => timers.soon(resolve));
    }
    return gone;
  } catch (error) {
    tellFault(shell, 'purge', error);
    return gone;
  }
}
