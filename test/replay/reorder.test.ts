import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../src/replay/record.js';
import { createReorder } from '../../src/replay/reorder.js';

function recordAt(at: number, visitor = 'v'): LogRecord {
  return { visitor, event: { type: 'access', at, activity: 'user' }, attributes: null };
}

function reorder(window: number, instants: readonly number[]) {
  const sorted: number[] = [];
  const late: number[] = [];
  const buffer = createReorder(window, ({ event }, isLate) => (isLate ? late : sorted).push(event.at));
  for (const at of instants) buffer.push(recordAt(at));
  buffer.flush();
  return { sorted, late };
}

const instants = fc.array(fc.oneof(fc.nat({ max: 20_000 }), fc.nat({ max: 500_000 })), { maxLength: 60 });

describe('createReorder', () => {
  it('gives out in order what lies within the window, and calls the rest late', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(0, 1, 999, 1000, 5000, 60_000), (given, window) => {
        const { sorted, late } = reorder(window, given);
        let newest = -1;
        const isLate = (at: number) => {
          const answer = at < newest - window;
          newest = Math.max(newest, at);
          return answer;
        };
        const expectedLate = given.filter(isLate);
        expect(late).toEqual(expectedLate);
        expect(sorted.length + late.length).toBe(given.length);
        expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the order of equal instants', () => {
    const seen: string[] = [];
    const buffer = createReorder(1000, ({ visitor }) => seen.push(visitor));
    for (const [at, visitor] of [
      [5, 'a'],
      [9, 'b'],
      [5, 'c'],
      [9, 'd'],
    ] as const)
      buffer.push(recordAt(at, visitor));
    buffer.flush();
    expect(seen).toEqual(['a', 'c', 'b', 'd']);
  });

  it('holds no more than the window', () => {
    let given = 0;
    const buffer = createReorder(60_000, () => given++);
    for (let at = 0; at < 1_000_000; at += 1000) buffer.push(recordAt(at));
    expect(given).toBe(1000 - 61);
  });

  it('takes a jump of thousands of years', () => {
    expect(reorder(1000, [0, 8e15, 8e15 - 500]).sorted).toEqual([0, 8e15 - 500, 8e15]);
  });
});
