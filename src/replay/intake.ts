import type { Duration } from '../time/duration.js';
import { createLineSplitter } from './lines.js';
import { createLineReader, type LogFormat } from './reader.js';
import type { LogRecord, MalformedLine, MalformedReason, ReaderOptions } from './record.js';
import { createReorder } from './reorder.js';

/** A record with the number of its line, from 1. */
export interface NumberedRecord extends LogRecord {
  readonly line: number;
}

/** How lines become records. */
export interface IntakeOptions extends ReaderOptions {
  readonly format: LogFormat;
  readonly reorder: Duration;
}

/** What was read, and what could not be. */
export interface IntakeFigures {
  readonly lines: number;
  readonly malformed: number;
  readonly malformedLines: readonly MalformedLine[];
  readonly late: number;
  readonly reorder: Duration;
}

/** Turns bytes into records, sorted within a window. */
export interface Intake {
  write(chunk: Uint8Array): void;
  finish(): IntakeFigures;
}

const SHOWN_MALFORMED = 10;

/**
 * Reads, counts and sorts the lines of a log, and hands on each record in the order in which it is to be judged.
 *
 * @param keep what is kept of a record until it is its turn: an object less a line is felt in a long log
 */
export function createIntake<Item extends LogRecord>(
  options: IntakeOptions,
  keep: (record: LogRecord, line: number) => Item,
  onRecord: (record: Item) => void,
): Intake {
  const { format, reorder } = options;
  const read = createLineReader(format, options);
  const malformedLines: MalformedLine[] = [];
  let lines = 0;
  let malformed = 0;
  let late = 0;

  const refuse = (reason: MalformedReason) => {
    malformed++;
    if (malformedLines.length < SHOWN_MALFORMED) malformedLines.push({ line: lines, reason });
  };
  const sorted = createReorder<Item>(reorder, (record, isLate) => {
    if (isLate) late++;
    onRecord(record);
  });
  const splitter = createLineSplitter((bytes, start, end) => {
    lines++;
    const record = end < start ? 'line_too_long' : read(bytes, start, end);
    if (typeof record === 'string') refuse(record);
    else sorted.push(keep(record, lines));
  });

  return {
    write: (chunk) => splitter.push(chunk),
    finish() {
      splitter.end();
      sorted.flush();
      return { lines, malformed, malformedLines, late, reorder };
    },
  };
}

/** Keeps a record as it is. */
export function asRead(record: LogRecord): LogRecord {
  return record;
}

/** Keeps a record with the number of its line. */
export function numbered({ visitor, event, attributes, production = null }: LogRecord, line: number): NumberedRecord {
  return { visitor, event, attributes, production, line };
}
