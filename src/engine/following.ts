import { openChannel } from './channel.js';
import type { EngineNumbers } from './options.js';
import type { Shell } from './shell.js';
import { tellFault } from './tell.js';
import { sessionWatchers } from './watchers.js';

/** What is heard of other processes' changes. */
export interface Following {
  /** Whether everything that is announced arrives now. */
  isTold(): boolean;
  /** This process has changed a session: told where the store does not tell of it. */
  changed(sessionId: string): void;
  /** Calls back when the session may have changed; the answer stops it. */
  watch(sessionId: string, changed: () => void): () => void;
  close(): Promise<void>;
}

/**
 * Follows the store's channel, where it has one: from the start where copies in memory depend on it, else as soon as
 * anybody waits for a change.
 */
export function following(shell: Shell, numbers: EngineNumbers, isCached: boolean): Following {
  const { store, recent, timers, monotonic } = shell;
  const { heartbeatEvery, trustFor } = numbers;
  const onFault = (error: unknown) => void tellFault(shell, 'watch', error);
  const isTold = () => channel?.isTrusted() === true;
  const watchers = sessionWatchers({ timers, isTold, every: trustFor, onFault });
  let isOpen = true;
  let channel = isCached ? opened() : null;

  function opened() {
    if (store.watch === undefined) return null;
    const onChange = (id: string) => {
      recent.changed(id);
      watchers.changed(id);
    };
    const onGap = () => {
      recent.distrust();
      watchers.missed();
    };
    return openChannel({ store, onChange, onGap, timers, monotonic, heartbeatEvery, trustFor, onFault });
  }

  return {
    isTold,
    changed(sessionId) {
      if (!isTold()) watchers.changed(sessionId);
    },
    watch(sessionId, changed) {
      if (!isOpen) return () => undefined;
      channel ??= opened();
      return watchers.add(sessionId, changed);
    },
    async close() {
      isOpen = false;
      watchers.close();
      await channel?.close();
    },
  };
}
