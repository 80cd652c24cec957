import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDistinctCounter } from '../../src/replay/distinct.js';
import { popDue, pushDue } from '../../src/replay/heap.js';
import { createSpreadCounter } from '../../src/replay/percentiles.js';

describe('createDistinctCounter', () => {
  it('counts as a set does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 3000, size: 'max' }), (texts) => {
        const counter = createDistinctCounter();
        const set = new Set<string>();
        for (const text of texts) expect(counter.add(text)).toBe(set.size !== set.add(text).size);
        expect(counter.count()).toBe(set.size);
      }),
      { numRuns: 50 },
    );
  });

  it('tells a million addresses apart', () => {
    const counter = createDistinctCounter();
    for (let n = 0; n < 1_000_000; n++) counter.add(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    expect(counter.count()).toBe(1_000_000);
  });
});

describe('createSpreadCounter', () => {
  it('tells the smallest length that so many per cent do not exceed', () => {
    const aLength = fc.oneof(fc.nat({ max: 10_000 }), fc.nat({ max: 100_000_000 }));
    fc.assert(
      fc.property(fc.array(aLength, { minLength: 1, maxLength: 200 }), (lengths) => {
        const counter = createSpreadCounter();
        for (const length of lengths) counter.add(length);
        const seconds = lengths.map((length) => Math.floor(length / 1000) * 1000).sort((a, b) => a - b);
        const at = (percent: number) => seconds[Math.ceil((seconds.length * percent) / 100) - 1];
        const expected = {
          count: lengths.length,
          p50: at(50),
          p75: at(75),
          p90: at(90),
          p95: at(95),
          p99: at(99),
          max: at(100),
        };
        expect(counter.spread()).toEqual(expected);
      }),
    );
  });

  it('has no percentiles of nothing', () => {
    expect(createSpreadCounter().spread()).toEqual({
      count: 0,
      p50: null,
      p75: null,
      p90: null,
      p95: null,
      p99: null,
      max: null,
    });
  });
});

describe('the heap of what is due', () => {
  it('gives out the earliest first', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat({ max: 50 }))), (steps) => {
        const heap: { dueAt: number }[] = [];
        const naive: number[] = [];
        for (const step of steps) {
          if (step !== null) {
            pushDue(heap, { dueAt: step });
            naive.push(step);
            naive.sort((a, b) => a - b);
          } else expect(popDue(heap)?.dueAt).toBe(naive.shift());
        }
        expect(heap.length).toBe(naive.length);
      }),
      { numRuns: 500 },
    );
  });
});
