import type { Duration } from '../../src/time/duration.js';
import type { Fall } from './run.js';

/** The drawing's measures in pixels. */
export interface Frame {
  readonly width: number;
  /** Room at both sides, so that nothing at an end is cut off. */
  readonly side: number;
  readonly span: Duration;
}

/** Where an instant is drawn. */
export function xOf({ width, side, span }: Frame, at: Duration): number {
  const part = Math.min(1, Math.max(0, at / span));
  return side + part * (width - 2 * side);
}

/** Which instant is drawn there. */
export function atOf({ width, side, span }: Frame, x: number): Duration {
  const part = (x - side) / (width - 2 * side);
  return Math.min(1, Math.max(0, part)) * span;
}

/** The line of what is left of a limit: one path for each unbroken fall, from full height down to zero. */
export function fallPath(frame: Frame, falls: readonly Fall[], top: number, bottom: number, isArea: boolean): string {
  const full = Math.max(1, ...falls.map(({ left }) => left));
  const y = (left: Duration) => round(bottom - (Math.max(0, left) / full) * (bottom - top));
  return falls
    .map(({ from, to, left, leftAtEnd }) => {
      const [x1, x2] = [round(xOf(frame, from)), round(xOf(frame, to))];
      const line = `${x1} ${y(left)}L${x2} ${y(leftAtEnd)}`;
      return isArea ? `M${x1} ${bottom}L${line}L${x2} ${bottom}Z` : `M${line}`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** What has to be told apart. */
export interface Spot<Item> {
  readonly item: Item;
  readonly x: number;
  readonly row: number;
}

/** Puts things that are too near each other in rows below one another; those that fit in none share the last. */
export function inRows<Item>(
  items: readonly Item[],
  x: (item: Item) => number,
  gap: number,
  rows: number,
): Spot<Item>[] {
  const ends: number[] = Array.from({ length: rows }, () => Number.NEGATIVE_INFINITY);
  return items.map((item) => {
    const place = x(item);
    const free = ends.findIndex((end) => place - end >= gap);
    const row = free === -1 ? ends.indexOf(Math.min(...ends)) : free;
    ends[row] = place;
    return { item, x: place, row };
  });
}

/** How a label is anchored so that it stays inside. */
export function anchorOf(x: number, width: number, letters: number): 'start' | 'middle' | 'end' {
  const half = letters * 3.6;
  if (x < half) return 'start';
  return x > width - half ? 'end' : 'middle';
}
