import { button, make, say } from './dom.js';
import { STORIES } from './stories/index.js';
import type { Story } from './stories/story.js';

/** The stories to pick from, and what the one that is picked is about. */
export function makeStoryBar(pick: (story: Story) => void) {
  const buttons = STORIES.map((story) => ({
    story,
    made: button(story.title, () => pick(story), { class: 'pg-story' }),
  }));
  const text = make('p', { class: 'pg-story-text', 'aria-live': 'polite' });
  const group = make('div', { class: 'pg-stories', role: 'group', 'aria-label': 'Stories' });
  group.append(...buttons.map(({ made }) => made));
  const notice = make('p', { class: 'pg-notice', role: 'status' });
  const element = make('div', {}, notice, group, text);
  return {
    element,
    /** Says what became of a link, above everything else; `''` says nothing. */
    tell: (words: string) => say(notice, words),
    show(now: Story | null) {
      for (const { story, made } of buttons) made.setAttribute('aria-pressed', String(story === now));
      say(
        text,
        now?.text ?? 'Somebody shared this timeline with you. Change whatever you like: it stays in your browser.',
      );
    },
  };
}
