import './style.css';
import { make } from './dom.js';
import { makePolicyCard } from './policy-card.js';
import { resultCards } from './result-cards.js';
import { secondCard } from './second-card.js';
import { decodeShared } from './share.js';
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
  const set = (next: State) => {
    state = next;
    sides = sidesOf(state, sides);
    show();
  };
  const change = (part: Partial<State>) => set({ ...state, ...part });
  const stories = makeStoryBar((story) => set({ ...stateOf(story), other: state.other === null ? null : story.other }));
  const share = makeShareBar(() => state);
  const focus = (id: number) => timeline.focus(id);
  const timeline: TimelineCard = makeTimelineCard(timelineEvents(() => state, change, focus));
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
  const resized = new ResizeObserver(() => timeline.show(state, sides));
  set(state);
  resized.observe(root);
  const unfollow = followLinks(set, share.refuse);
  return () => {
    resized.disconnect();
    unfollow();
    for (const card of [first, second]) card.close();
    root.replaceChildren();
  };
}

/** Shows what the address says, now and whenever it changes. */
function followLinks(show: (state: State) => void, refuse: () => void): () => void {
  const read = async () => {
    const { hash } = location;
    const shared = await decodeShared(hash);
    const story = STORIES.find(({ id }) => hash === `#${id}`);
    if (shared !== null) show({ ...stateOf(STORIES[0]), ...shared, story: null });
    else if (story !== undefined) show(stateOf(story));
    else if (hash.length > 1) refuse();
  };
  addEventListener('hashchange', read);
  void read();
  return () => removeEventListener('hashchange', read);
}
