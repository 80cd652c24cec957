import { make, say } from './dom.js';
import { atOf, type Frame } from './layout.js';
import type { Scenario } from './scenario.js';
import type { Side } from './state.js';
import { cursorText } from './words.js';

/** As much as half a label may need. */
const HALF = 130;

/** The line under the mouse, with what is so at that instant. The list of decisions says it to whoever has no mouse. */
export function makeCursor(stage: HTMLElement) {
  const words = make('span');
  const element = make('div', { class: 'pg-cursor', 'aria-hidden': 'true', hidden: true }, words);
  let shown: { scenario: Scenario; sides: readonly Side[]; frame: Frame } | null = null;
  stage.addEventListener('pointermove', ({ clientX, buttons }) => {
    const x = clientX - stage.getBoundingClientRect().left;
    element.hidden = shown === null || buttons !== 0;
    if (shown === null) return;
    const { scenario, sides, frame } = shown;
    const lanes = sides.flatMap(({ letter, lane }) => (lane === null ? [] : [[letter, lane] as const]));
    element.style.left = `${Math.min(frame.width - frame.side, Math.max(frame.side, x))}px`;
    element.dataset['side'] = x < HALF ? 'left' : x > frame.width - HALF ? 'right' : 'middle';
    say(words, cursorText(scenario, lanes, atOf(frame, x)));
  });
  stage.addEventListener('pointerleave', () => {
    element.hidden = true;
  });
  return {
    element,
    show(scenario: Scenario, sides: readonly Side[], frame: Frame) {
      shown = { scenario, sides, frame };
    },
  };
}
