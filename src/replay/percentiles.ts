import type { Duration } from '../time/duration.js';

/** How lengths of time are spread, in milliseconds cut to whole seconds. All `null` where there are none. */
export interface Spread {
  readonly count: number;
  readonly p50: Duration | null;
  readonly p75: Duration | null;
  readonly p90: Duration | null;
  readonly p95: Duration | null;
  readonly p99: Duration | null;
  readonly max: Duration | null;
}

/** Collects lengths of time, and tells their percentiles. */
export interface SpreadCounter {
  add(duration: Duration): void;
  spread(): Spread;
  /** How often each whole second was seen, the shortest first. */
  counts(): SecondCounts;
}

/** Lengths in whole seconds, and how often each was seen. */
export type SecondCounts = readonly (readonly [second: number, count: number])[];

/** Lengths up to an hour are counted in an array, the rest in a map. */
const DENSE_SECONDS = 3600;

/**
 * Counts lengths of time by the second: exact, and as large as the number of different lengths.
 *
 * The percentile `p` is the smallest length that at least `p` per cent of all do not exceed.
 *
 * @example
 * const gaps = createSpreadCounter();
 * for (const seconds of [1, 2, 3, 4]) gaps.add(seconds * 1000);
 * gaps.spread().p50; // => 2000
 */
export function createSpreadCounter(): SpreadCounter {
  const dense = new Float64Array(DENSE_SECONDS);
  const sparse = new Map<number, number>();
  return {
    add(duration) {
      const second = Math.floor(duration / 1000);
      if (second < DENSE_SECONDS) dense[second] = (dense[second] as number) + 1;
      else sparse.set(second, (sparse.get(second) ?? 0) + 1);
    },
    spread: () => spreadOf(sortedCounts(dense, sparse)),
    counts: () => sortedCounts(dense, sparse),
  };
}

function sortedCounts(dense: Float64Array, sparse: ReadonlyMap<number, number>): SecondCounts {
  const low = Array.from(dense, (count, second) => [second, count] as const).filter(([, count]) => count > 0);
  return [...low, ...[...sparse].sort(([a], [b]) => a - b)];
}

function spreadOf(counts: SecondCounts): Spread {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const at = (percent: number) => lengthAtRank(counts, Math.ceil((total * percent) / 100));
  return { count: total, p50: at(50), p75: at(75), p90: at(90), p95: at(95), p99: at(99), max: at(100) };
}

function lengthAtRank(counts: SecondCounts, rank: number): Duration | null {
  let seen = 0;
  for (const [second, count] of counts) {
    seen += count;
    if (seen >= rank) return second * 1000;
  }
  return null;
}
