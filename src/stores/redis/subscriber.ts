import type { Timers } from '../../time/timer.js';
import type { Listening, RedisNode } from './connection.js';

/** A connection to one node that listens, and can tell whether it has heard everything. */
export interface Subscriber {
  /** Asks the node that it listens to; one that does not answer in time rejects. */
  ask(words: readonly string[]): Promise<unknown>;
  /**
   * Resolves when everything that the node published before this call has been heard: a message of our own, sent
   * through the connection that commands take, has come back, and a node hands out messages in order. One that does
   * not come back in time means that the connection is of no use any more: it is closed, and told to be broken.
   */
  fence(): Promise<void>;
  close(): Promise<void>;
}

/** What the watch does with what is heard. */
export interface Hearing {
  readonly timers: Timers;
  heard(text: string): void;
  broke(): void;
}

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

/** Longer than a garbage collection or a busy server; a connection that is silent for so long is given up. */
const LONGEST_SILENCE = 5_000;

export async function subscribe(node: RedisNode, channel: string, hearing: Hearing): Promise<Subscriber> {
  const { timers } = hearing;
  const waiting = new Map<string, Waiting>();
  let sent = 0;
  const giveUp = (error: unknown) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const broke = (error: unknown) => {
    giveUp(error);
    hearing.broke();
  };
  const own = `${channel}:${await inTime(timers, unusedName(node))}`;
  const message = (from: string, text: string) => {
    if (from === channel) return hearing.heard(text);
    waiting.get(text)?.resolve();
    waiting.delete(text);
  };
  const listening = await listeningInTime(timers, node.listen([channel, own], { message, broke }));
  return {
    ask: (words) => inTime(timers, node.send(words)),
    fence() {
      sent += 1;
      const token = String(sent);
      const heard = new Promise<void>((resolve, reject) => {
        waiting.set(token, { resolve, reject });
        node.send(['PUBLISH', own, token]).catch((error: unknown) => {
          waiting.delete(token);
          reject(error);
        });
      });
      return inTime(timers, heard, broke);
    },
    async close() {
      giveUp(new Error('the watch was closed'));
      await listening.close();
    },
  };
}

/** The answer, or a rejection where it does not come; `late` is told of that before anybody else. */
function inTime<Value>(timers: Timers, answer: Promise<Value>, late?: (error: Error) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(LONGEST_SILENCE, () => {
      const error = new Error(`there was no answer within ${LONGEST_SILENCE} ms`);
      late?.(error);
      reject(error);
    });
    answer.finally(cancel).then(resolve, reject);
  });
}

/** One that opens when nobody waits for it any more is closed. */
function listeningInTime(timers: Timers, opening: Promise<Listening>): Promise<Listening> {
  return inTime(timers, opening, () => {
    opening.then(({ close }) => close()).catch(() => {});
  });
}

/** A name that no other process listens to: connections have numbers of their own, and microseconds pass. */
async function unusedName(node: RedisNode): Promise<string> {
  const [time, connection] = await Promise.all([node.send(['TIME']), node.send(['CLIENT', 'ID'])]);
  return `${(time as readonly unknown[]).join('.')}.${connection}`;
}
