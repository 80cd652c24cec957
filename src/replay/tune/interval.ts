import { addTotals, type IdleCurve, newTotals, ratio, type Totals } from './curve.js';
import { GROUPS } from './gaps.js';
import { LONGEST } from './minutes.js';

/** Where a figure lies in 95 of 100 logs like this one. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const ROUNDS = 400;
const TAIL = 0.025;
/** Of the normal distribution, for 95 %. */
const Z = 1.96;
/** Any number does; the same log then always has the same interval. */
const SEED = 0x5eed;

/**
 * The totals of logs as they might as well have been: whole groups of visitors drawn with replacement, because what one
 * visitor does in several sessions is not independent.
 */
export function resampled({ groups }: IdleCurve): Totals[] {
  const random = randomFrom(SEED);
  return Array.from({ length: ROUNDS }, () => {
    const times = new Uint16Array(GROUPS);
    for (let draw = 0; draw < GROUPS; draw++) {
      const group = Math.floor(random() * GROUPS);
      times[group] = (times[group] as number) + 1;
    }
    const total = newTotals();
    for (let group = 0; group < GROUPS; group++) {
      const count = times[group] as number;
      if (count > 0) addTotals(total, groups[group] as Totals, count);
    }
    return total;
  });
}

/** The middle 95 % of what a figure is in the resampled logs. */
export function intervalOf(samples: readonly Totals[], figure: (totals: Totals) => number): Interval {
  const sorted = samples.map(figure).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
  return { low: at(TAIL), high: at(1 - TAIL) };
}

/**
 * The interval of a rate by Wilson: right for rare events too, where a resampled log may hold none at all; but it takes
 * every session for independent of the others.
 */
export function wilson(part: number, whole: number): Interval {
  if (whole === 0) return { low: 0, high: 1 };
  const rate = part / whole;
  const spread = Z * Math.sqrt((rate * (1 - rate)) / whole + Z ** 2 / (4 * whole ** 2));
  const [middle, scale] = [rate + Z ** 2 / (2 * whole), 1 + Z ** 2 / whole];
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

/** The interval of the drop-off rate at a limit: the wider of both ways at each end. */
export function dropOffInterval(samples: readonly Totals[], total: Totals, limit: number): Interval {
  const [part, whole] = [total.dropOffs[limit] as number, total.sessions[limit] as number];
  const drawn = intervalOf(samples, (one) => ratio(one.dropOffs[limit] as number, one.sessions[limit] as number));
  const counted = wilson(part, whole);
  return { low: Math.min(drawn.low, counted.low), high: Math.max(drawn.high, counted.high) };
}

/** How much wider the resampled interval is than that of independent sessions, squared; at least 1. */
export function designEffect(samples: readonly Totals[], total: Totals, limit: number): number {
  const whole = total.sessions[limit] as number;
  const rate = ratio(total.dropOffs[limit] as number, whole);
  const independent = ratio(rate * (1 - rate), whole);
  const rates = samples.map((one) => ratio(one.dropOffs[limit] as number, one.sessions[limit] as number));
  const mean = rates.reduce((sum, one) => sum + one, 0) / rates.length;
  const variance = rates.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (rates.length - 1);
  return Math.max(1, ratio(variance, independent));
}

/** The limit that each resampled log would have led to. */
export function limitInterval(samples: readonly Totals[], choose: (totals: Totals) => number | null): Interval {
  return intervalOf(samples, (totals) => choose(totals) ?? LONGEST);
}

/** Mulberry32: numbers that look random and depend on the seed alone. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
