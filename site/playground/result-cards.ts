import { compareView } from './compare-view.js';
import { decisionsView } from './decisions-view.js';
import { make } from './dom.js';
import { type Side, STALE, type State } from './state.js';

/** The decisions, and beside them what the second policy changes. */
export function resultCards(select: (id: number) => void) {
  const list = make('ol', { class: 'pg-decisions', tabindex: 0, 'aria-label': 'Decisions' });
  const note = () => make('p', { class: 'pg-stale-note', hidden: true }, STALE);
  const [staleList, staleChanges] = [note(), note()];
  const changes = make('div', { class: 'pg-compare' });
  const compare = make('section', { class: 'pg-card', 'aria-label': 'Comparison' });
  compare.append(make('header', { class: 'pg-card-head' }, make('h2', {}, 'What B changes'), staleChanges), changes);
  const decisions = make('section', { class: 'pg-card', 'aria-label': 'Decisions' });
  decisions.append(make('header', { class: 'pg-card-head' }, make('h2', {}, 'Decisions'), staleList), list);
  const element = make('div', { class: 'pg-pair' }, decisions, compare);
  return {
    element,
    show({ scenario, selected }: State, [first, second]: readonly Side[]) {
      const shown = [first, second].filter((side) => side !== undefined);
      list.replaceChildren(...decisionsView(scenario, shown, selected, select));
      compare.hidden = second === undefined;
      element.dataset['columns'] = second === undefined ? '1' : '2';
      const isStale = shown.some((side) => side.isStale);
      for (const one of [staleList, staleChanges]) one.hidden = !isStale;
      changes.classList.toggle('pg-stale', isStale);
      const isReady = first?.policy != null && second?.policy != null;
      changes.replaceChildren(...(isReady ? compareView(first.policy, second.policy) : []));
    },
  };
}
