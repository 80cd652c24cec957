import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Candidate } from './peers/candidate.js';
import type { Case } from './population.js';

const WARM_UP_ROUNDS = 8;
/** Few enough that no collection comes in between, even for those that allocate most. */
const MOST_ALLOCATING = 1_000;
const ALLOCATION_ROUNDS = 7;

/** Medians over the rounds. */
export interface Measured {
  readonly name: string;
  /** CPU time of this process a decision, in nanoseconds. */
  readonly nanoseconds: number;
  /** Bytes that a decision takes of the heap, garbage included. */
  readonly bytes: number;
}

/** Measures all candidates in turns, so that a machine that slows down slows all of them down. */
export async function measure(
  candidates: readonly Candidate[],
  cases: readonly Case[],
  rounds: number,
): Promise<Measured[]> {
  const times = candidates.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [index, candidate] of candidates.entries()) {
      const time = await timeOf(candidate, cases);
      if (round >= 0) times[index]?.push(time);
    }
  }
  const measured: Measured[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const bytes = await bytesOf(candidate, cases);
    measured.push({ name: candidate.name, nanoseconds: median(times[index] ?? []), bytes });
  }
  return measured;
}

async function timeOf(candidate: Candidate, cases: readonly Case[]): Promise<number> {
  const slice = cases.slice(0, candidate.decisions);
  const repeats = Math.ceil(candidate.decisions / slice.length);
  // The garbage of the one before is not this one's. A full collection would be a trap: it drops object shapes that
  // nobody holds at that moment, and the optimized code with them.
  collectGarbage({ type: 'minor' });
  await candidate.run(slice);
  const start = process.cpuUsage();
  for (let repeat = 0; repeat < repeats; repeat++) await candidate.run(slice);
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1_000) / (repeats * slice.length);
}

/** What the heap grows by after a full collection. A round with another in between is far below the median. */
async function bytesOf(candidate: Candidate, cases: readonly Case[]): Promise<number> {
  const slice = cases.slice(0, Math.min(MOST_ALLOCATING, Math.ceil(candidate.decisions / 5)));
  const rounds: number[] = [];
  for (let round = 0; round < ALLOCATION_ROUNDS; round++) {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    await candidate.run(slice);
    rounds.push((process.memoryUsage().heapUsed - before) / slice.length);
  }
  return median(rounds);
}

/** As `node --expose-gc` has it, without the flag. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
