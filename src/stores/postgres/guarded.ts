import type { Timers } from '../../time/timer.js';

/** A message that a session sent to a channel. */
export interface PostgresNotification {
  readonly channel: string;
  readonly payload?: string | undefined;
}

/** The part of a `pg` client that is used for listening; it is held for as long as the watch is open. */
export interface PostgresListener {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  on(event: 'notification', heard: (message: PostgresNotification) => void): unknown;
  on(event: 'error' | 'end', broke: (error?: Error) => void): unknown;
  /** A client of a pool is given back to be closed. */
  release?(destroy: boolean): unknown;
  /** Any other is ended. */
  end?(): unknown;
}

/** A connection that ends when it is silent. */
export interface Guarded {
  ask(text: string, values?: unknown[]): Promise<readonly unknown[]>;
  /** Closes it, and tells that it broke; once. */
  breaks(): void;
  close(): void;
  isOpen(): boolean;
}

/** Longer than a garbage collection or a busy database; a connection that is silent for so long is given up. */
const LONGEST_SILENCE = 5_000;

/** A network that swallows everything ends no connection for minutes: a question without an answer ends it here. */
export function guarded(client: PostgresListener, timers: Timers, broke: () => void): Guarded {
  const waiting = new Set<(error: Error) => void>();
  let isOpen = true;

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    for (const reject of waiting) reject(gone());
    giveBack(client);
  }

  function breaks(): void {
    if (!isOpen) return;
    close();
    broke();
  }

  client.on('error', breaks);
  client.on('end', breaks);
  return {
    breaks,
    close,
    isOpen: () => isOpen,
    async ask(text, values = []) {
      if (!isOpen) throw gone();
      const cancel = timers.after(LONGEST_SILENCE, breaks);
      let end: (error: Error) => void = () => {};
      const ended = new Promise<never>((_, reject) => {
        end = reject;
        waiting.add(reject);
      });
      try {
        return (await Promise.race([client.query(text, values), ended])).rows;
      } finally {
        cancel();
        waiting.delete(end);
      }
    },
  };
}

function gone(): Error {
  return new Error('the connection that listens is gone');
}

/** Never back into use: it listens, and it may be in the middle of an answer. */
function giveBack(client: PostgresListener): void {
  if (client.release !== undefined) client.release(true);
  else Promise.resolve(client.end?.()).catch(() => {});
}
