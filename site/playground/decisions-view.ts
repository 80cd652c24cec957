import { exactClock } from './axis.js';
import { button, make } from './dom.js';
import type { Lane, Step } from './run.js';
import { nameOf, type Scenario } from './scenario.js';
import type { Side } from './state.js';
import { EFFECTS, reasonsOf } from './words.js';

/** The events as a list, each with what every policy decided, its reasons and the sentence. */
export function decisionsView(
  scenario: Scenario,
  sides: readonly Side[],
  selected: number | null,
  select: (id: number) => void,
): HTMLElement[] {
  const lanes = sides.flatMap(({ letter, lane, isStale }) => (lane === null ? [] : [{ letter, lane, isStale }]));
  return scenario.marks.map((mark, index) => {
    const name = button(nameOf(mark), () => select(mark.id), { class: 'pg-name' });
    const time = make('span', { class: 'pg-time' }, exactClock(scenario, mark.at));
    const isNow = mark.id === selected;
    return make(
      'li',
      { class: 'pg-decision', 'aria-current': isNow ? 'true' : null },
      make('div', { class: 'pg-when' }, time, name),
      ...lanes.map(({ letter, lane, isStale }) => {
        const shown = answer(letter, lane, index, lanes.length > 1);
        if (isStale) shown.classList.add('pg-stale');
        return shown;
      }),
    );
  });
}

function answer(letter: string, lane: Lane, index: number, isNamed: boolean): HTMLElement {
  const step = lane.steps[index];
  if (step === undefined) return make('div');
  return make(
    'div',
    { class: 'pg-answer' },
    ...(isNamed ? [make('span', { class: `pg-letter pg-letter-${letter}` }, letter)] : []),
    chip(step),
    ...reasonsOf(step.decision).map((code) => make('code', {}, code)),
    make('p', {}, step.sentence),
  );
}

function chip({ decision: { effect } }: Step): HTMLElement {
  return make('span', { class: `pg-chip pg-chip-${effect}` }, EFFECTS[effect]);
}
