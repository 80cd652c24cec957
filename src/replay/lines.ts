import { Buffer } from 'node:buffer';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** No record is this long; a longer line is given up rather than held in memory. */
const LONGEST_LINE = 1_048_576;

/** Takes one line: the bytes from `start` to `end`. An `end` before `start` says that the line was too long. */
export type LineSink = (bytes: Buffer, start: number, end: number) => void;

/** Cuts chunks into lines. */
export interface LineSplitter {
  push(chunk: Uint8Array): void;
  /** Gives the last line if no line break ended it. */
  end(): void;
}

/**
 * Cuts a stream of chunks into lines without copying, but for lines that cross a chunk.
 *
 * A line ends with a line feed, with or without a carriage return before it. The bytes are only valid during the call.
 */
export function createLineSplitter(sink: LineSink): LineSplitter {
  let pieces: Buffer[] = [];
  let held = 0;
  let isFirst = true;

  const emit = (bytes: Buffer, start: number, end: number) => {
    const hasMark = isFirst && bytes.subarray(start, start + 3).equals(BYTE_ORDER_MARK);
    isFirst = false;
    give(sink, bytes, hasMark ? start + 3 : start, end);
  };
  const hold = (piece: Buffer) => {
    // once a line is too long its pieces are only counted
    if (held <= LONGEST_LINE) pieces.push(Buffer.from(piece));
    held += piece.length;
  };
  const emitHeld = () => {
    const bytes = Buffer.concat(pieces);
    emit(bytes, 0, held);
    pieces = [];
    held = 0;
  };

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
        if (held > 0) {
          hold(bytes.subarray(start, end));
          emitHeld();
        } else emit(bytes, start, end);
        start = end + 1;
      }
      if (start < bytes.length) hold(bytes.subarray(start));
    },
    end() {
      if (held > 0) emitHeld();
    },
  };
}

function give(sink: LineSink, bytes: Buffer, start: number, end: number): void {
  if (end - start > LONGEST_LINE) sink(bytes, 0, -1);
  else sink(bytes, start, end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
}
