import { curfewError } from '../../core/errors.js';
import type { Watch, Watcher } from '../../engine/ports.js';
import type { Timers } from '../../time/timer.js';
import type { PostgresListener } from './guarded.js';
import { type Line, openLine } from './line.js';

/** How long after an attempt that failed the next one is made, in milliseconds. */
const RETRY_AFTER = 250;

/** What a watch needs of its store. */
export interface WatchSource {
  readonly channel: string;
  readonly timers: Timers;
  /** A connection that nobody else uses. */
  open(): Promise<PostgresListener>;
}

/** Listens until it is closed: a line that breaks is told of, and replaced. */
export async function openWatch(source: WatchSource, watcher: Watcher): Promise<Watch> {
  let isOpen = true;
  let line: Line | null = null;
  let cancelRetry = () => {};

  function broke(): void {
    line = null;
    watcher.lost();
    retry();
  }

  /** Told once more when it is back: what was loaded meanwhile may have changed again, and nobody heard of it. */
  function retry(): void {
    if (isOpen) connected(source, watcher, broke).then(use, later);
  }

  function use(opened: Line): void {
    if (!isOpen) opened.close();
    if (!opened.isOpen()) return;
    line = opened;
    watcher.lost();
  }

  function later(): void {
    if (isOpen) cancelRetry = source.timers.after(RETRY_AFTER, retry);
  }

  const first = await connected(source, watcher, broke);
  if (first.isOpen()) line = first;
  return {
    check: () => (line === null ? Promise.reject(down()) : line.fence().catch((cause) => Promise.reject(down(cause)))),
    async close() {
      isOpen = false;
      cancelRetry();
      line?.close();
      line = null;
    },
  };
}

/** A line that works. What breaks before it does is a failure of this call, and told to nobody else. */
async function connected(source: WatchSource, watcher: Watcher, broke: () => void): Promise<Line> {
  let isUp = false;
  const events = {
    heard: (id: string) => watcher.changed(id),
    broke() {
      if (isUp) broke();
    },
  };
  const line = await openLine(await source.open(), source.channel, { events, timers: source.timers });
  if (!line.isOpen()) throw new Error('the connection that listens is gone');
  isUp = true;
  return line;
}

function down(cause?: unknown): Error {
  return Object.assign(curfewError('store_unavailable', 'the channel of announcements is down', []), { cause });
}
