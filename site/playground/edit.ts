import type { Duration } from '../../src/time/duration.js';
import { inOrder, type Kind, type Mark, type Scenario, WORDS } from './scenario.js';

/** More than a person draws, and little enough to decide between two frames. */
export const MOST_MARKS = 200;

const STEPS = [1, 5, 10, 15, 30, 60, 300, 600, 900, 1_800, 3_600].map((seconds) => seconds * 1_000);
/** How many steps the keyboard needs from end to end. */
const STEPS_ACROSS = 300;

/** The round length of time by which marks are placed and moved: some hundred of them make the span. */
export function stepOf(span: Duration): Duration {
  return STEPS.find((step) => span / step <= STEPS_ACROSS) ?? (STEPS.at(-1) as Duration);
}

/** The nearest place that a mark may have. */
export function snapped({ span }: Scenario, at: Duration): Duration {
  const step = stepOf(span);
  return Math.min(span, Math.max(0, Math.round(at / step) * step));
}

/** The scenario with one mark more, and the mark; `null` if there is no room for any. */
export function withMark(scenario: Scenario, kind: Kind, at: Duration): { scenario: Scenario; mark: Mark } | null {
  if (scenario.marks.length >= MOST_MARKS) return null;
  const id = 1 + Math.max(0, ...scenario.marks.map((mark) => mark.id));
  const mark = { id, at: snapped(scenario, at), kind, value: WORDS[kind].example };
  return { scenario: { ...scenario, marks: inOrder([...scenario.marks, mark]) }, mark };
}

/** The scenario with something of one mark changed. */
export function withChanged(scenario: Scenario, id: number, change: Partial<Omit<Mark, 'id'>>): Scenario {
  const marks = scenario.marks.map((mark) => (mark.id === id ? { ...mark, ...change } : mark));
  return { ...scenario, marks: inOrder(marks) };
}

/** The scenario with a mark of another kind; its value becomes that kind's example. */
export function withKind(scenario: Scenario, id: number, kind: Kind): Scenario {
  return withChanged(scenario, id, { kind, value: WORDS[kind].example });
}

/** The scenario without a mark. */
export function without(scenario: Scenario, id: number): Scenario {
  return { ...scenario, marks: scenario.marks.filter((mark) => mark.id !== id) };
}

/** The mark before or after one in time; itself where there is none. */
export function neighbour({ marks }: Scenario, id: number, direction: -1 | 1): Mark | null {
  const index = marks.findIndex((mark) => mark.id === id);
  return marks[index + direction] ?? marks[index] ?? null;
}

/** What a key does to a mark that has the focus. */
export type KeyAction =
  | { readonly type: 'move'; readonly by: Duration }
  | { readonly type: 'focus'; readonly direction: -1 | 1 }
  | { readonly type: 'remove' };

/** Arrows move, with Shift ten steps; up and down go to the neighbours; Delete removes. */
export function keyAction(key: string, isShifted: boolean, span: Duration): KeyAction | null {
  const by = stepOf(span) * (isShifted ? 10 : 1);
  if (key === 'ArrowLeft') return { type: 'move', by: -by };
  if (key === 'ArrowRight') return { type: 'move', by };
  if (key === 'ArrowUp') return { type: 'focus', direction: -1 };
  if (key === 'ArrowDown') return { type: 'focus', direction: 1 };
  return key === 'Delete' || key === 'Backspace' ? { type: 'remove' } : null;
}
