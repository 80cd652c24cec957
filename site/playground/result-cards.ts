import { compareView } from './compare-view.js';
import { decisionsView } from './decisions-view.js';
import { make } from './dom.js';
import type { Side, State } from './state.js';

/** The decisions, and beside them what the second policy changes. */
export function resultCards(select: (id: number) => void) {
  const list = make('ol', { class: 'pg-decisions', tabindex: 0, 'aria-label': 'Decisions' });
  const changes = make('div', { class: 'pg-compare' });
  const compare = make('section', { class: 'pg-card', 'aria-label': 'Comparison' });
  compare.append(make('header', { class: 'pg-card-head' }, make('h2', {}, 'What B changes')), changes);
  const decisions = make('section', { class: 'pg-card', 'aria-label': 'Decisions' });
  decisions.append(make('header', { class: 'pg-card-head' }, make('h2', {}, 'Decisions')), list);
  const element = make('div', { class: 'pg-pair' }, decisions, compare);
  return {
    element,
    show({ scenario, selected }: State, [first, second]: readonly Side[]) {
      const shown = [first, second].filter((side) => side !== undefined);
      list.replaceChildren(...decisionsView(scenario, shown, selected, select));
      compare.hidden = second === undefined;
      element.dataset['columns'] = second === undefined ? '1' : '2';
      const isReady = first?.policy != null && second?.policy != null;
      changes.replaceChildren(...(isReady ? compareView(first.policy, second.policy) : []));
    },
  };
}
