/// <reference lib="dom" />
import { ADDRESSES, DEVICES } from '../pretend.js';
import { call } from './api.js';
import { byId, make, say } from './dom.js';
import { pretending } from './pretending.js';

/** How often the page polls, in milliseconds. */
const POLL_EVERY = 4_000;

export interface SimulateEvents {
  isSignedIn(): boolean;
  /** A poll was refused: something has happened to the session. */
  refused(): void;
}

/** What the world does to a session: another address, another device, a reported risk, a page that polls. */
export function simulate({ isSignedIn, refused }: SimulateEvents): void {
  choose('address', ADDRESSES);
  choose('device', DEVICES);
  for (const level of ['medium', 'high'] as const) {
    byId(`risk-${level}`).addEventListener('click', () => {
      report(level).then(refused, () => undefined);
    });
  }
  setInterval(() => {
    if (!byId<HTMLInputElement>('poll').checked || !isSignedIn()) return;
    poll().then((isOk) => (isOk ? undefined : refused()));
  }, POLL_EVERY);
}

function choose(
  name: 'address' | 'device',
  options: readonly { readonly value: string; readonly label: string }[],
): void {
  const select = byId<HTMLSelectElement>(name);
  select.append(...options.map(({ value, label }) => make('option', { value }, label)));
  select.value = pretending[name];
  select.addEventListener('change', () => {
    pretending[name] = select.value;
    const chosen = options.find(({ value }) => value === select.value);
    say(byId('simulate-result'), `From the next request on: ${chosen?.label ?? select.value}.`);
  });
}

async function report(level: 'medium' | 'high'): Promise<void> {
  const { isOk, body } = await call<{ effect?: string }>('POST', '/demo/risk', {
    body: { level },
    activity: 'background',
  });
  const text = isOk ? `A ${level} risk was reported: ${body.effect}.` : (body.detail ?? 'That did not work.');
  say(byId('simulate-result'), text, isOk ? 'good' : 'bad');
}

/** Asks once, as the timer does. Answers whether it was let in. */
export async function poll(): Promise<boolean> {
  const { isOk, body } = await call<{ rate?: string }>('GET', '/bank/rate', { activity: 'background' });
  if (body.rate !== undefined) say(byId('rate'), body.rate);
  return isOk;
}
