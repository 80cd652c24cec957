import { inOrder, type Kind, type Mark, type Scenario } from '../scenario.js';
import type { Shared } from '../share.js';

/** Something that happens to sessions, with a policy that answers it and one that does not. */
export interface Story extends Shared {
  readonly id: string;
  readonly title: string;
  /** What happens, and what to look at. */
  readonly text: string;
}

const MINUTE = 60_000;

/** A mark as a story tells it: minutes after the login, kind, value. */
export type Told = readonly [minutes: number, kind: Kind, value?: string];

/** The marks of a story, numbered. */
export function marksOf(...told: readonly Told[]): Mark[] {
  return inOrder(
    told.map(([minutes, kind, value = ''], index) => ({ id: index + 1, at: minutes * MINUTE, kind, value })),
  );
}

/** The same thing again and again, from one minute to another. */
export function every(step: number, from: number, to: number, kind: Kind): Told[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => [from + index * step, kind] as const);
}

/** A login on an ordinary working day. */
export const ORDINARY: Omit<Scenario, 'marks' | 'span'> = {
  start: Date.UTC(2026, 2, 3, 9),
  zone: 'Europe/London',
  ip: '203.0.113.20',
  assuranceLevel: 'aal1',
  attributes: {},
};

/** Minutes as the engine counts them. */
export const minutes = (count: number) => count * MINUTE;
