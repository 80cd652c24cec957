import { expect } from 'vitest';
import type { Result } from './scenario.js';

/** The longest that one scenario may take, in milliseconds: as long as somebody asks for. */
export const PATIENCE = 1_800_000;

/** Nothing broke, and enough happened for that to say something. */
export function isSound(result: Result): void {
  expect(result.violations).toEqual([]);
  expect(result.unhandled).toEqual([]);
  expect(result.hasFlushed).toBe(true);
  expect(result.permits).toBeGreaterThan(200);
  expect(result.ended).toBeGreaterThan(3);
}
