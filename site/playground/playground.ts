import './style.css';
import { make } from './dom.js';
import { followLinks, onResize, onUndo, refusalOf } from './page.js';
import { makePolicyCard } from './policy-card.js';
import { resultCards } from './result-cards.js';
import { secondCard } from './second-card.js';
import { makeShareBar } from './share-bar.js';
import { type Side, type State, sidesOf, stateOf } from './state.js';
import { STORIES } from './stories/index.js';
import { makeStoryBar } from './story-bar.js';
import { makeTimelineCard, type TimelineCard } from './timeline-card.js';
import { timelineEvents } from './timeline-events.js';

/** Builds the playground into an element. What it answers takes it away again. */
export function mountPlayground(root: HTMLElement): () => void {
  let state: State = stateOf(STORIES[0]);
  let sides: readonly Side[] = [];
  const set = (next: State, before: readonly Side[]) => {
    state = next;
    sides = sidesOf(state, before);
    show();
  };
  const change = (part: Partial<State>) => set({ ...state, ...part }, sides);
  // what another document once meant says nothing of this one
  const begin = (next: State) => {
    set(next, []);
    stories.tell('');
  };
  const stories = makeStoryBar((story) => begin(stateOf(story, state.other !== null)));
  const share = makeShareBar(() => state);
  const focus = (id: number) => timeline.focus(id);
  const events = timelineEvents(() => state, change, focus);
  const timeline: TimelineCard = makeTimelineCard(events);
  const first = makePolicyCard({ letter: 'A', onChange: (policy) => change({ policy }), onRemove: null });
  const second = secondCard(() => state, change);
  const results = resultCards((selected) => change({ selected }));
  const policies = make('div', { class: 'pg-pair' }, first.element, second.element);
  root.replaceChildren(stories.element, timeline.element, policies, results.element, share.element);
  const show = () => {
    stories.show(state.story);
    timeline.show(state, sides);
    first.show(state.policy, sides[0] as Side);
    second.show(state, sides[1]);
    results.show(state, sides);
  };
  set(state, sides);
  const refuse = () => stories.tell(refusalOf(state));
  const redraw = () => timeline.show(state, sides);
  const ends = [followLinks(begin, refuse), onUndo(events.undo), onResize(root, redraw), first.close, second.close];
  return () => {
    for (const end of ends) end();
    root.replaceChildren();
  };
}
