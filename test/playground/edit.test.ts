import { describe, expect, it } from 'vitest';
import {
  keyAction,
  MOST_MARKS,
  neighbour,
  snapped,
  stepOf,
  withChanged,
  withKind,
  withMark,
  without,
} from '../../site/playground/edit.js';
import { anchorOf, atOf, fallPath, inRows, xOf } from '../../site/playground/layout.js';
import type { Scenario } from '../../site/playground/scenario.js';
import { STORIES } from '../../site/playground/stories/index.js';
import { pastOf, undone } from '../../site/playground/timeline-events.js';

const MINUTE = 60_000;
const empty: Scenario = { ...STORIES[0].scenario, marks: [] };

describe('the marks', () => {
  const one = withMark(empty, 'user', 10 * MINUTE)?.scenario as Scenario;
  const two = withMark(one, 'operation', 2.0001 * MINUTE)?.scenario as Scenario;

  it('are added in order, at round places, with an example', () => {
    expect(two.marks).toEqual([
      { id: 2, at: 2 * MINUTE, kind: 'operation', value: 'payment:create' },
      { id: 1, at: 10 * MINUTE, kind: 'user', value: '' },
    ]);
    expect([snapped(empty, -5), snapped(empty, 1e12), stepOf(empty.span)]).toEqual([0, empty.span, 15_000]);
  });

  it('are so many at most', () => {
    const full = {
      ...empty,
      marks: Array.from({ length: MOST_MARKS }, (_, id) => ({ id, at: 0, kind: 'user', value: '' }) as const),
    };
    expect(withMark(full, 'user', 0)).toBeNull();
    expect(withMark(without(full, 7), 'user', 0)?.scenario.marks).toHaveLength(MOST_MARKS);
  });

  it('change place, kind and value, and go', () => {
    expect(withChanged(two, 2, { at: 11 * MINUTE }).marks.map(({ id }) => id)).toEqual([1, 2]);
    expect(withKind(two, 1, 'signal').marks[1]).toEqual({
      id: 1,
      at: 10 * MINUTE,
      kind: 'signal',
      value: 'device_changed',
    });
    expect(without(two, 2).marks.map(({ id }) => id)).toEqual([1]);
  });

  it('have neighbours, and keys', () => {
    expect([neighbour(two, 2, 1)?.id, neighbour(two, 2, -1)?.id, neighbour(empty, 1, 1)]).toEqual([1, 2, null]);
    expect(keyAction('ArrowLeft', false, empty.span)).toEqual({ type: 'move', by: -15_000 });
    expect(keyAction('ArrowRight', true, empty.span)).toEqual({ type: 'move', by: 150_000 });
    expect(keyAction('ArrowDown', false, empty.span)).toEqual({ type: 'focus', direction: 1 });
    expect(keyAction('Delete', false, empty.span)).toEqual({ type: 'remove' });
    expect([keyAction('Tab', false, empty.span), keyAction('Enter', false, empty.span)]).toEqual([null, null]);
  });
});

describe('the past of the timeline', () => {
  it('takes back a whole drag at once, and what was cleared', () => {
    const full = STORIES[0].scenario;
    const dragged = pastOf({ past: pastOf({ past: [], scenario: full }, 'at 1'), scenario: empty }, 'at 1');
    expect(dragged).toEqual([{ scenario: full, change: 'at 1' }]);
    const cleared = pastOf({ past: dragged, scenario: full }, 'clear');
    expect(undone({ past: cleared, selected: 1 })).toEqual({ scenario: full, selected: 1, past: dragged });
    expect(undone({ past: cleared, selected: 99 }).selected).toBeNull();
    expect(undone({ past: [], selected: 1 })).toEqual({});
  });
});

describe('the drawing', () => {
  const frame = { width: 120, side: 10, span: 1_000 };

  it('turns instants into places, and back', () => {
    expect([xOf(frame, -5), xOf(frame, 0), xOf(frame, 500), xOf(frame, 2_000)]).toEqual([10, 10, 60, 110]);
    expect([atOf(frame, 0), atOf(frame, 60), atOf(frame, 500)]).toEqual([0, 500, 1_000]);
  });

  it('draws what is left as a fall', () => {
    const falls = [
      { from: 0, to: 500, left: 1_000, leftAtEnd: 500 },
      { from: 500, to: 1_000, left: 500, leftAtEnd: 0 },
    ];
    expect(fallPath(frame, falls, 0, 100, false)).toBe('M10 0L60 50M60 50L110 100');
    expect(fallPath(frame, falls.slice(0, 1), 0, 100, true)).toBe('M10 100L10 0L60 50L60 100Z');
    expect(fallPath(frame, [], 0, 100, true)).toBe('');
  });

  it('puts what is too near in another row, as long as there is one', () => {
    const rows = inRows([0, 5, 7, 30, 31], (x) => x, 20, 2).map(({ row }) => row);
    expect(rows).toEqual([0, 1, 0, 0, 1]);
    expect([anchorOf(5, 100, 10), anchorOf(50, 100, 10), anchorOf(95, 100, 10)]).toEqual(['start', 'middle', 'end']);
  });
});
