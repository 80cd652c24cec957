import type { LogRecord } from '../server/index.js';
import { systemClock } from '../time/clock.js';
import type { Terminal } from './terminal.js';

/** Writes lines of JSON, one an event. */
export type ServeLog = (record: LogRecord) => void;

/** Makes the log: on standard output, with the time first. */
export function serveLog({ stdout }: Pick<Terminal, 'stdout'>): ServeLog {
  return ({ level, event, ...members }) => {
    const time = new Date(systemClock.now()).toISOString();
    stdout.write(`${JSON.stringify({ time, level, event, ...members })}\n`);
  };
}
