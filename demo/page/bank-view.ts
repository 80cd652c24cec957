/// <reference lib="dom" />
import type { AccountHint } from '../shared.js';
import { call, type Problem, type Reply } from './api.js';
import { byId, make, say, show } from './dom.js';
import { session } from './session.js';
import { askProof } from './step-up.js';
import { money, whyChallenged } from './words.js';

/** The application: the part of the page that a customer's own users would see. */
export interface BankView {
  /** Whom the page knows, from the first facts. */
  setAccounts(accounts: readonly AccountHint[]): void;
  showLogin(reason: string | null): void;
  showApplication(subject: string): void;
  account(): AccountHint | null;
  /** What is kept over the end of a session, in words; `null` if nothing is. */
  kept(): string | null;
}

/** What the bank tells the rest of the page. */
export interface BankEvents {
  signedIn(): void;
  /** A request was refused, so what is known of the session is out of date. */
  refused(): void;
}

const DRAFT = 'demo-draft';

export function bankView({ signedIn, refused }: BankEvents): BankView {
  let accounts: readonly AccountHint[] = [];
  let subject: string | null = null;
  const account = () => accounts.find(({ username }) => username === subject) ?? null;
  const draft = byId<HTMLInputElement>('draft');
  draft.addEventListener('input', () => sessionStorage.setItem(DRAFT, draft.value));

  takeSignIns(signedIn);
  takeActions(account, refused);
  const kept = () => (draft.value === '' ? null : `Your payment reference “${draft.value}” is kept.`);
  return {
    account,
    kept,
    setAccounts(known) {
      accounts = known;
      showChoices(known);
    },
    showLogin(reason) {
      subject = null;
      byId('application').hidden = true;
      byId('login').hidden = false;
      show(byId('ended'), reason);
    },
    showApplication(name) {
      subject = name;
      byId('application').hidden = false;
      byId('login').hidden = true;
      show(byId('ended'), null);
      say(byId('code'), account()?.code ?? '');
      draft.value = sessionStorage.getItem(DRAFT) ?? '';
    },
  };
}

function takeSignIns(signedIn: () => void): void {
  byId<HTMLFormElement>('login').addEventListener('submit', (event) => {
    event.preventDefault();
    signIn().then((fault) => {
      show(byId('login-error'), fault);
      if (fault === null) signedIn();
    });
  });
}

function takeActions(account: () => AccountHint | null, refused: () => void): void {
  const act = (id: string, path: string, words: (body: ActionBody) => string) => {
    byId(id).addEventListener('click', () => {
      perform(path, account, refused).then((body) => {
        if (body !== null) tell(words(body));
      });
    });
  };
  act('visit', '/bank/visit', () => 'That was a person’s action: the idle limit starts anew.');
  act('pay', '/bank/pay', ({ paid = 0 }) => `Paid ${money(paid)}.`);
}

interface ActionBody {
  readonly paid?: number;
  readonly balance?: number;
}

function tell(text: string, tone: 'good' | 'bad' = 'good'): void {
  say(byId('bank-result'), text, tone);
}

/** Fills the form in: it is a demo, nobody is to type passwords. */
function showChoices(accounts: readonly AccountHint[]): void {
  const place = byId('accounts');
  if (place.querySelector('button') !== null) return;
  for (const { username, password, note } of accounts) {
    const button = make('button', { type: 'button', class: 'choice', title: note }, username);
    button.addEventListener('click', () => {
      byId<HTMLInputElement>('username').value = username;
      byId<HTMLInputElement>('password').value = password;
    });
    place.append(button);
  }
  place.querySelector('button')?.click();
}

/** What went wrong; `null` if nothing did. */
async function signIn(): Promise<string | null> {
  const body = {
    username: byId<HTMLInputElement>('username').value,
    password: byId<HTMLInputElement>('password').value,
  };
  const { isOk, body: told } = await call('POST', '/login', { body });
  tell('');
  return isOk ? null : (told.detail ?? 'That did not work.');
}

/** Does something in the application; asks for a proof where the policy does, and then does it again. */
async function perform(
  path: string,
  account: () => AccountHint | null,
  refused: () => void,
): Promise<ActionBody | null> {
  const first = await call<ActionBody>('POST', path);
  const mayAsk = isChallenge(first) && !(await isLocked());
  const last = mayAsk && (await proven(first.body, account())) ? await call<ActionBody>('POST', path) : first;
  if (last.body.balance !== undefined) say(byId('balance'), money(last.body.balance));
  if (last.isOk) return last.body;
  tell(isChallenge(last) ? 'Not done: it needs a proof.' : (last.body.detail ?? 'That did not work.'), 'bad');
  refused();
  return null;
}

/** Where the whole session waits for a proof, and not this operation, the page's guard asks for it. */
async function isLocked(): Promise<boolean> {
  return (await session.refresh()).phase === 'locked';
}

function isChallenge({ status, body }: Reply<Problem>): boolean {
  return status === 401 && body.assuranceLevel !== undefined;
}

function proven({ code = '', assuranceLevel }: Problem, account: AccountHint | null): Promise<boolean> {
  return askProof({
    title: 'Confirm that it is you',
    detail: whyChallenged(code),
    needsCode: assuranceLevel === 'aal2' || assuranceLevel === 'aal3',
    account,
    otherwise: 'Not now',
  });
}
