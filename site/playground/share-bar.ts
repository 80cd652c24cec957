import { button, make, say } from './dom.js';
import { encodeShared, LONGEST_LINK, type Shared } from './share.js';

/** The link that carries everything, and what became of it. */
export function makeShareBar(now: () => Shared) {
  const status = make('p', { role: 'status' });
  const link = make('input', { type: 'text', readonly: true, 'aria-label': 'Link', hidden: true });
  const share = async () => {
    const hash = await encodeShared(now());
    if (hash.length > LONGEST_LINK) {
      say(status, 'This is too long for a link: shorten the policies.');
      return;
    }
    history.replaceState(history.state, '', hash);
    link.value = location.href;
    link.hidden = false;
    link.select();
    const isCopied = await copied(link.value);
    say(status, isCopied ? 'The link is copied.' : 'Copy the link: it is in the address bar too.');
  };
  const words = 'The policies and the timeline travel in the part of the address that no server is sent.';
  const act = button('Share by link', () => void share(), { class: 'pg-button pg-primary' });
  const element = make('section', { class: 'pg-card pg-share', 'aria-label': 'Share' });
  element.append(act, make('p', { class: 'pg-help' }, words), link, status);
  return { element };
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
