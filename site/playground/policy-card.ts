import { button, make, say } from './dom.js';
import { type Editor, makeEditor } from './editor.js';
import type { Side } from './state.js';

/** A policy with its editor and what is wrong with it. */
export interface PolicyCard {
  readonly element: HTMLElement;
  show(text: string, side: Side): void;
  close(): void;
}

export interface CardOptions {
  readonly letter: 'A' | 'B';
  readonly onChange: (text: string) => void;
  /** Takes the policy away; `null` where there must be one. */
  readonly onRemove: (() => void) | null;
}

export function makePolicyCard({ letter, onChange, onRemove }: CardOptions): PolicyCard {
  const place = make('div', { class: 'pg-editor' });
  const state = make('p', { class: 'pg-policy-state', role: 'status' });
  const print = make('code', { title: 'The fingerprint: equal for documents that mean the same' });
  const troubles = make('ul', { class: 'pg-troubles' });
  const heading = make('h2', {}, make('span', { class: `pg-letter pg-letter-${letter}` }, letter), `Policy ${letter}`);
  const remove = onRemove === null ? [] : [button('Remove', onRemove, { class: 'pg-button pg-quiet' })];
  const header = make('header', { class: 'pg-card-head' }, heading, print, state, ...remove);
  const element = make('section', { class: 'pg-card', 'aria-label': `Policy ${letter}` }, header, place, troubles);
  const editor: Editor = makeEditor(place, `Document of policy ${letter}`, onChange);
  return {
    element,
    close: () => editor.close(),
    show(text, side) {
      editor.write(text);
      editor.mark(side.troubles);
      const { length } = side.troubles;
      print.textContent = side.policy?.fingerprint.slice(0, 12) ?? '';
      print.hidden = length > 0;
      say(state, length === 0 ? '' : length === 1 ? 'one problem' : `${length} problems`);
      const items = side.troubles.map(({ path, message, from }) => {
        const where = button(path === '' ? 'here' : path, () => editor.show(from), { class: 'pg-where' });
        return make('li', {}, where, ` ${message}`);
      });
      troubles.replaceChildren(...items);
      troubles.hidden = length === 0;
    },
  };
}
