/// <reference lib="dom" />
import type { LogEntry } from '../shared.js';

/**
 * Follows the live log while the tab can be seen. A browser gives a host six connections, so a tab in the background
 * hands its own back, and catches up when it is looked at again.
 */
export function followLog(see: (entry: LogEntry) => void): void {
  let source: EventSource | null = null;
  let seen = 0;

  function open(): void {
    if (source !== null) return;
    source = new EventSource(`/demo/events?after=${seen}`);
    source.addEventListener('message', ({ data }) => {
      const entry = JSON.parse(data) as LogEntry;
      // a demo that was started anew counts from 1 again
      if (entry.number === seen) return;
      seen = entry.number;
      see(entry);
    });
  }

  function close(): void {
    source?.close();
    source = null;
  }

  document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? open() : close()));
  open();
}
