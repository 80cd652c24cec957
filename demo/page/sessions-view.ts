/// <reference lib="dom" />
import type { OwnSession } from 'curfew/http';
import { call } from './api.js';
import { byId, make } from './dom.js';
import { clockText } from './words.js';

/** Shows where the person is signed in, each session but this one with a button that ends it. */
export async function showSessions(ended: () => void): Promise<void> {
  const { isOk, body } = await call<{ sessions?: OwnSession[] }>('GET', '/session/all', { activity: 'background' });
  if (!isOk) return;
  byId('sessions').replaceChildren(...(body.sessions ?? []).map((session) => lineOf(session, ended)));
}

function lineOf({ id, isCurrent, ip, remainingMs }: OwnSession, ended: () => void): HTMLElement {
  const left = remainingMs === null ? '' : `, had ${clockText(remainingMs)} left`;
  const text = make('span', {}, `${isCurrent ? 'This session' : 'Another session'} · ${ip ?? 'unknown address'}`);
  if (isCurrent) return make('li', {}, text);
  const button = make(
    'button',
    { type: 'button', class: 'secondary', 'aria-label': `End the session from ${ip}${left}` },
    'End',
  );
  button.addEventListener('click', () => {
    call('DELETE', `/session/all/${encodeURIComponent(id)}`).then(ended, () => undefined);
  });
  return make('li', {}, text, button);
}
