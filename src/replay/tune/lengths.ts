import type { Duration } from '../../time/duration.js';
import { LONGEST, MINUTE, RETURN_MINUTES } from './minutes.js';

const CELLS = LONGEST + RETURN_MINUTES + 2;

/**
 * Lengths of time in cells of a minute, with their sums: enough to know, for every whole minute as a limit, how many
 * lengths reach it and how long they are together if each is cut off there.
 */
export interface Lengths {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
}

/** No lengths yet. */
export function newLengths(): Lengths {
  return { counts: new Float64Array(CELLS), sums: new Float64Array(CELLS) };
}

/** Adds a length. */
export function addLength({ counts, sums }: Lengths, length: Duration): void {
  const cell = cellOf(length);
  counts[cell] = (counts[cell] as number) + 1;
  sums[cell] = (sums[cell] as number) + length;
}

/** The whole minutes of a length; all that are longer than any limit are one. */
export function cellOf(length: Duration): number {
  return Math.min(CELLS - 1, Math.floor(length / MINUTE));
}

/** How many lengths reach each limit: the index is the limit in minutes. */
export function reaching(counts: Float64Array): Float64Array {
  const reached = new Float64Array(CELLS + 1);
  for (let cell = CELLS - 1; cell >= 0; cell--) {
    reached[cell] = (reached[cell + 1] as number) + (counts[cell] as number);
  }
  return reached;
}

/** The sum of all lengths below each limit: the index is the limit in minutes. */
export function sumsBelow(sums: Float64Array): Float64Array {
  const below = new Float64Array(CELLS + 1);
  for (let cell = 0; cell < CELLS; cell++) below[cell + 1] = (below[cell] as number) + (sums[cell] as number);
  return below;
}
