import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { ReplayedSession } from '../replay/summary.js';
import { writeFailure } from './failure.js';
import { checkNotRead } from './log-options.js';
import type { Terminal } from './terminal.js';

/** Where the events go; waits where the other side is slower than the replay. */
export interface EventLog {
  readonly onSession?: (session: ReplayedSession) => void;
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the file of `--events`; none if it was not asked for. */
export function openEvents({ stdout }: Terminal, target: string | undefined, read: readonly string[]): EventLog {
  if (target === undefined) return { settle: async () => {}, close: async () => {} };
  if (target !== '-') checkNotRead('--events', target, read);
  const stream: Writable = target === '-' ? stdout : createWriteStream(target);
  let broken: unknown = null;
  if (target !== '-') stream.on('error', (error) => (broken = error));
  const check = () => {
    if (broken !== null) throw writeFailure(target, broken);
  };
  return {
    onSession: (session) => stream.write(eventLine(session)),
    async settle() {
      check();
      if (stream.writableNeedDrain && broken === null) await drained(stream);
      check();
    },
    async close() {
      if (target === '-') return;
      await new Promise<void>((resolve) => stream.end(() => resolve()).once('error', () => resolve()));
      check();
    },
  };
}

/** Waits until a stream takes more, or is gone; leaves no listener behind. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}

function eventLine({ visitor, start, end, reason, requests, lastRequestAt }: ReplayedSession): string {
  const line = {
    visitor,
    start: new Date(start).toISOString(),
    end: end === null ? null : new Date(end).toISOString(),
    reason,
    requests,
    lastRequest: new Date(lastRequestAt).toISOString(),
  };
  return `${JSON.stringify(line)}\n`;
}
