import type { Slice } from './candidate.js';
import type { Variant } from './variants.js';

/** A protected route and the bare one of the same process, one right after the other. */
export interface Pair {
  readonly bare: Slice;
  readonly guarded: Slice;
}

/** What the pairs of one variant come to: medians over the rounds, but for what is counted. */
export interface Figures {
  readonly variant: Variant;
  readonly requestsPerSecond: number;
  /** Of the pairs, so that a slow minute of the machine is in both. */
  readonly throughputOfBare: number;
  /** The half of the rounds between these is in the middle. */
  readonly throughputQuartiles: readonly [number, number];
  /** What the throughput would be of the bare one if only the server's own CPU time were short. */
  readonly throughputByCpu: number;
  readonly bareMicroseconds: number;
  readonly addedMicroseconds: number;
  /** The part of it outside the kernel: what the code itself costs, whoever else is on the machine. */
  readonly addedUserMicroseconds: number;
  /** Milliseconds with many connections. */
  readonly p50: number;
  readonly p50OfBare: number;
  readonly p99: number;
  readonly p99OfBare: number;
  /** Microseconds with one connection: what one request waits longer. */
  readonly addedWait: number;
  readonly commandsPerRequest: number;
  readonly redisMicroseconds: number;
  /** The generator's CPU time in the time of the bare run: near 1 it was what was slow, and ratios flatter. */
  readonly generatorShare: number;
}

/** Works out the figures of one variant from its pairs with many connections and with one. */
export function figuresOf(variant: Variant, many: readonly Pair[], single: readonly Pair[]): Figures {
  const over = (pairs: readonly Pair[], read: (pair: Pair) => number) => quantile(pairs.map(read), 0.5);
  const ofBare = (read: (slice: Slice) => number) => over(many, ({ bare, guarded }) => read(guarded) / read(bare));
  const rates = many.map(({ bare, guarded }) => rate(guarded) / rate(bare));
  const requests = many.reduce((sum, { guarded }) => sum + guarded.requests, 0);
  const total = (read: (slice: Slice) => number) => many.reduce((sum, { guarded }) => sum + read(guarded), 0);
  return {
    variant,
    requestsPerSecond: over(many, ({ guarded }) => rate(guarded)),
    throughputOfBare: quantile(rates, 0.5),
    throughputQuartiles: [quantile(rates, 0.25), quantile(rates, 0.75)],
    throughputByCpu: over(many, ({ bare, guarded }) => cpu(bare) / cpu(guarded)),
    bareMicroseconds: over(many, ({ bare }) => cpu(bare)),
    addedMicroseconds: over(many, ({ bare, guarded }) => cpu(guarded) - cpu(bare)),
    addedUserMicroseconds: over(many, ({ bare, guarded }) => user(guarded) - user(bare)),
    p50: over(many, ({ guarded }) => guarded.p50),
    p50OfBare: ofBare(({ p50 }) => p50),
    p99: over(many, ({ guarded }) => guarded.p99),
    p99OfBare: ofBare(({ p99 }) => p99),
    addedWait: over(single, ({ bare, guarded }) => (guarded.p50 - bare.p50) * 1_000),
    commandsPerRequest: total(({ commands }) => commands) / requests,
    redisMicroseconds: total(({ redisMicroseconds }) => redisMicroseconds) / requests,
    generatorShare: over(many, ({ bare }) => bare.cpuMicroseconds / (bare.seconds * 1e6)),
  };
}

function rate({ requests, seconds }: Slice): number {
  return requests / seconds;
}

function cpu({ serverMicroseconds, requests }: Slice): number {
  return serverMicroseconds / requests;
}

function user({ userMicroseconds, requests }: Slice): number {
  return userMicroseconds / requests;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
