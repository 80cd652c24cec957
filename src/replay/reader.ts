import type { Buffer } from 'node:buffer';
import { createClfReader, type LineReader } from './clf.js';
import { readNdjson } from './ndjson.js';
import type { ReaderOptions } from './record.js';

/** Which format the lines have; `auto` looks at each line: one that starts with `{` is JSON. */
export type LogFormat = 'auto' | 'clf' | 'ndjson';

const BRACE = 0x7b;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Makes a reader for lines of a format.
 *
 * @example
 * const read = createLineReader('auto', { by: [], background: null, withContext: false });
 * const line = Buffer.from('203.0.113.7 - - [29/Mar/2026:03:00:00 +0200] "GET / HTTP/1.1" 200 512');
 * read(line, 0, line.length);
 * // => { visitor: '203.0.113.7', event: { type: 'access', at: 1774746000000, activity: 'user' }, attributes: null }
 */
export function createLineReader(format: LogFormat, options: ReaderOptions): LineReader {
  const readClf = createClfReader(options);
  return (bytes, start, end) => {
    const first = firstByte(bytes, start, end);
    if (first === end) return 'line_blank';
    const isJson = format === 'ndjson' || (format === 'auto' && bytes[first] === BRACE);
    return isJson ? readNdjson(bytes.toString('utf8', first, end), options) : readClf(bytes, start, end);
  };
}

function firstByte(bytes: Buffer, start: number, end: number): number {
  let index = start;
  while (index < end && (bytes[index] === SPACE || bytes[index] === TAB)) index++;
  return index;
}
