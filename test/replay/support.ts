import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { createLineReader } from '../../src/replay/reader.js';
import type { LogRecord, MalformedReason, ReaderOptions } from '../../src/replay/record.js';

const DEFAULTS: ReaderOptions = { by: [], background: null, withContext: false };

/** Reads one line as the replay does. */
export function readLine(line: string | Uint8Array, options: Partial<ReaderOptions> = {}): LogRecord | MalformedReason {
  const bytes = Buffer.from(line as string);
  return createLineReader('auto', { ...DEFAULTS, ...options })(bytes, 0, bytes.length);
}

/** The time of an access log, by means of the host's calendar. */
export function clfTime(at: number, offset = 0): string {
  const local = new Date(at + offset * 60_000).toUTCString();
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) (\S+)/.exec(local) as RegExpExecArray;
  const minutes = Math.abs(offset);
  const zone = `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${pad(minutes % 60)}`;
  return `${day}/${month}/${year}:${time} ${zone}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** Text without what the format escapes. */
const aWord = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_./:?=&%~é€'), minLength: 1, maxLength: 20 });

/** Text as a server writes it between quotes. */
const aQuoted = fc
  .string({ unit: fc.constantFrom(...'ab1 -/;().,"\\é'), maxLength: 30 })
  .map((text) => text.replace(/["\\]/g, '\\$&'));

/** Whole seconds from 1970 to 2100. */
export const anInstant = fc.integer({ min: 0, max: 4_102_444_799 }).map((second) => second * 1000);

/** The parts of a record, and the line that they make. */
export interface WrittenRecord {
  readonly at: number;
  readonly host: string;
  readonly user: string;
  readonly path: string;
  /** `null`: Common Log Format. */
  readonly agent: string | null;
  readonly line: string;
}

/** A record of Common or Combined Log Format. */
export const aRecord: fc.Arbitrary<WrittenRecord> = fc
  .record({
    at: anInstant,
    offset: fc.integer({ min: -720, max: 840 }),
    host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
    user: fc.oneof(fc.constant('-'), aWord),
    path: aWord.map((word) => `/${word}`),
    status: fc.integer({ min: 100, max: 599 }),
    size: fc.oneof(fc.constant('-'), fc.nat().map(String)),
    agent: fc.oneof(fc.constant(null), aQuoted),
    referer: aQuoted,
    more: fc.constantFrom('', ' 0.003', ' "10.0.0.1, 10.0.0.2" -'),
  })
  .map(({ at, offset, host, user, path, status, size, agent, referer, more }) => {
    const request = `${host} - ${user} [${clfTime(at, offset)}] "GET ${path} HTTP/1.1" ${status} ${size}`;
    return {
      at,
      host,
      user,
      path,
      agent,
      line: agent === null ? request : `${request} "${referer}" "${agent}"${more}`,
    };
  });
