import { decodeShared } from './share.js';
import { type State, stateOf } from './state.js';
import { STORIES } from './stories/index.js';

const REFUSED = 'This link holds nothing that the playground can show: it may have been cut off on its way.';

/** What is said of a link that holds nothing, above what there is instead of it. */
export function refusalOf({ story, policy, past }: State): string {
  const isAsItBegan = story === STORIES[0] && policy === story.policy && past.length === 0;
  return `${REFUSED} ${isAsItBegan ? 'Here is an example instead.' : 'What was here before is still here.'}`;
}

/** Ctrl+Z, wherever nobody is writing: a field takes back its own changes. */
export function onUndo(undo: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, shiftKey, altKey, target, defaultPrevented } = event;
    if (key.toLowerCase() !== 'z' || !(ctrlKey || metaKey) || shiftKey || altKey || defaultPrevented) return;
    if (target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null) return;
    event.preventDefault();
    undo();
  };
  addEventListener('keydown', listen);
  return () => removeEventListener('keydown', listen);
}

/** Shows what the address says, now and whenever it changes. */
export function followLinks(show: (state: State) => void, refuse: () => void): () => void {
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

/** Draws again whenever there is more or less room. */
export function onResize(root: HTMLElement, draw: () => void): () => void {
  const resized = new ResizeObserver(draw);
  resized.observe(root);
  return () => resized.disconnect();
}
