import type { Instant } from '../time/instant.js';
import type { ObservedRecord, Sink } from './observed.js';
import { type Severity, securityEvent } from './security-event.js';

/** A line of a log as pino writes it, without the process and the host. */
export type LogLine = LogFields & {
  /** pino's: 20 debug, 30 info, 40 warn, 50 error. */
  readonly level: number;
  readonly time: Instant;
  readonly msg: string;
};

/** What a line says of a record. */
export type LogFields = ObservedRecord & { readonly event: string; readonly severity: Severity };

/** The part of a logger that this package uses: pino's, and that of whatever is called like it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A CRITICAL line is an error and not pino's `fatal`, which says that the process is about to end. */
const LEVELS = {
  DEBUG: { level: 20, method: 'debug' },
  INFO: { level: 30, method: 'info' },
  WARN: { level: 40, method: 'warn' },
  CRITICAL: { level: 50, method: 'error' },
} as const satisfies Record<Severity, { level: number; method: keyof Logger }>;

/**
 * A record as a line of a log, in the words of OWASP's Logging Vocabulary. It is what pino would write, for those who
 * write lines themselves.
 *
 * @example
 * const line = logLine(toRecord(ended, { pseudonym }));
 * [line.level, line.event, line.msg]; // => [30, 'session_expired', 'a session has ended']
 */
export function logLine(record: ObservedRecord): LogLine {
  const { event, severity, message } = securityEvent(record);
  return { level: LEVELS[severity].level, time: record.at, msg: message, event, severity, ...record };
}

/**
 * A sink that gives records to pino, or to a logger that is called like it.
 *
 * @example
 * const observer = observing({ key }, logTo(logger));
 */
export function logTo(logger: Logger): Sink {
  return (record) => {
    const { event, severity, message } = securityEvent(record);
    logger[LEVELS[severity].method]({ event, severity, ...record }, message);
  };
}
