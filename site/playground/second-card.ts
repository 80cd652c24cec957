import { button, make } from './dom.js';
import { makePolicyCard, type PolicyCard } from './policy-card.js';
import type { Side, State } from './state.js';

/** The second policy, or the way to one. */
export function secondCard(now: () => State, change: (part: Partial<State>) => void) {
  const element = make('div', { class: 'pg-second' });
  let card: PolicyCard | null = null;
  const close = () => {
    card?.close();
    card = null;
  };
  const compare = () => {
    const { story, policy } = now();
    // what a story has to compare with answers the policy as the story tells it, and no other
    change({ other: story !== null && story.policy === policy ? story.other : policy });
  };
  const invite = make(
    'div',
    { class: 'pg-card pg-invite' },
    make('h2', {}, 'Compare with a second policy'),
    make('p', {}, 'Two lanes on one timeline, and what differs in words: who is let in, who is cut off.'),
    button('Compare', compare, { class: 'pg-button pg-primary' }),
  );
  return {
    element,
    close,
    show({ other }: State, side: Side | undefined) {
      if (other === null || side === undefined) {
        close();
        element.replaceChildren(invite);
        return;
      }
      if (card === null) {
        const onRemove = () => change({ other: null });
        card = makePolicyCard({ letter: 'B', onChange: (text) => change({ other: text }), onRemove });
        element.replaceChildren(card.element);
      }
      card.show(other, side);
    },
  };
}
