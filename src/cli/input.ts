import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EXIT, fileFailure } from './failure.js';
import type { Terminal } from './terminal.js';

/** Where a log comes from. */
export interface Input {
  /** For people: the file, or `standard input`. */
  readonly name: string;
  /** Size in bytes as it lies on the disk; `null` where that is not known. */
  readonly size: number | null;
  readonly stream: Readable;
}

const CHUNK = 262_144;

/** Opens a log: a file, or standard input for `-`. */
export async function openInput(terminal: Terminal, path: string): Promise<Input> {
  if (path === '-') return { name: 'standard input', size: null, stream: terminal.stdin };
  try {
    const about = await stat(path);
    if (about.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    const size = about.isFile() ? about.size : null;
    return { name: path, size, stream: createReadStream(path, { highWaterMark: CHUNK }) };
  } catch (error) {
    throw fileFailure(EXIT.failed, path, error);
  }
}

/**
 * The bytes of a log, unpacked if they are gzip. That is told by the first two bytes, not by the name.
 *
 * @param onRead called with the number of bytes of each piece as it was read
 */
export async function* bytesOf(stream: Readable, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const pieces = counted(stream, onRead);
  const head: Buffer[] = [];
  while (head.reduce((sum, { length }) => sum + length, 0) < 2) {
    const next = await pieces.next();
    if (next.done === true) break;
    head.push(next.value);
  }
  const start = Buffer.concat(head);
  const whole = joined(start, pieces);
  if (start[0] === 0x1f && start[1] === 0x8b) yield* unpacked(whole);
  else yield* whole;
}

async function* counted(stream: Readable, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of stream as AsyncIterable<Buffer>) {
    onRead(piece.length);
    yield piece;
  }
}

async function* joined(start: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start;
  yield* rest;
}

function unpacked(packed: AsyncIterable<Buffer>): AsyncIterable<Uint8Array> {
  const unzip = createGunzip({ chunkSize: CHUNK });
  // an error of either side reaches whoever reads the result
  pipeline(Readable.from(packed), unzip, () => {});
  return unzip;
}
