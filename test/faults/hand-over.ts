import type { Word } from './messages.js';

/** Milliseconds of the clock that all processes of a machine share. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Tells the test something; resolves when it has left this process, and outlives it. */
export function handOver(word: Word): Promise<void> {
  return new Promise((resolve) => process.send?.(word, undefined, undefined, () => resolve()));
}
