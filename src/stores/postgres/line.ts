import type { Timers } from '../../time/timer.js';
import { type Guarded, guarded, type PostgresListener } from './guarded.js';

/** What happens on a line. */
export interface LineEvents {
  heard(payload: string): void;
  /** Told once; nothing is heard afterwards. */
  broke(): void;
}

/** A connection that listens. */
export interface Line {
  /** Resolves when everything that was committed before the call has been heard. */
  fence(): Promise<void>;
  close(): void;
  isOpen(): boolean;
}

/** Listens to a channel on a connection that nobody else uses. */
export async function openLine(
  client: PostgresListener,
  channel: string,
  { events, timers }: { readonly events: LineEvents; readonly timers: Timers },
): Promise<Line> {
  const connection = guarded(client, timers, events.broke);
  const own = { channel: '', heard: new Set<string>() };
  client.on('notification', ({ channel: name, payload = '' }) => {
    if (!connection.isOpen()) return;
    if (name === channel) events.heard(payload);
    if (name === own.channel) own.heard.add(payload);
  });
  try {
    const [row] = await connection.ask('SELECT pg_backend_pid() AS pid');
    own.channel = `${channel}#${(row as { readonly pid: unknown }).pid}`;
    await connection.ask(`LISTEN "${channel}"`);
    await connection.ask(`LISTEN "${own.channel}"`);
    const fence = inTurn(fenceOf(connection, own));
    await fence();
    return { fence, close: connection.close, isOpen: connection.isOpen };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * A fence is a message to ourselves: PostgreSQL delivers to a session in the order of the commits, so that when it is
 * back, everything that was committed before it was sent is there as well.
 */
function fenceOf(
  connection: Guarded,
  own: { readonly channel: string; readonly heard: Set<string> },
): () => Promise<void> {
  let sent = 0;
  return async () => {
    sent += 1;
    const token = String(sent);
    await connection.ask('SELECT pg_notify($1, $2)', [own.channel, token]);
    // It comes before the end of the answer; a server that is late has sent it before the end of the next one.
    if (!own.heard.has(token)) await connection.ask('SELECT 1');
    if (own.heard.delete(token)) return;
    connection.breaks();
    throw new Error('the connection does not keep LISTEN: does it go through a pooler that shares it by transaction?');
  };
}

/** Who asks while a fence is on its way waits for the next one, all together: the first was sent too early for them. */
function inTurn(fence: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let following: Promise<void> | null = null;

  function run(): Promise<void> {
    following = null;
    const now = fence().finally(() => {
      if (running === now) running = null;
    });
    running = now;
    return now;
  }

  return () => {
    if (following !== null) return following;
    if (running === null) return run();
    following = running.then(run, run);
    return following;
  };
}
