/// <reference lib="dom" />
import type { AccountHint } from '../shared.js';
import { call } from './api.js';
import { byId, say, show } from './dom.js';

export interface ProofQuestion {
  readonly title: string;
  readonly detail: string;
  /** Whether a password alone will not do. */
  readonly needsCode: boolean;
  readonly account: AccountHint | null;
  /** What the button says that proves nothing. */
  readonly otherwise: string;
}

let open: Promise<boolean> | null = null;

/** Asks for a new proof, and answers whether there is one. A second question waits for nobody: one dialog is enough. */
export function askProof(question: ProofQuestion): Promise<boolean> {
  open ??= ask(question).finally(() => {
    open = null;
  });
  return open;
}

/** Closes the dialog: the session that it asked about is over. */
export function closeProof(): void {
  byId<HTMLDialogElement>('proof').close('over');
}

function ask({ title, detail, needsCode, account, otherwise }: ProofQuestion): Promise<boolean> {
  const dialog = byId<HTMLDialogElement>('proof');
  const form = byId<HTMLFormElement>('proof-form');
  const code = byId<HTMLInputElement>('proof-code');
  say(byId('proof-title'), title);
  say(byId('proof-detail'), detail);
  say(byId('proof-hint'), `${account?.password ?? ''}${needsCode ? ` and ${account?.code ?? ''}` : ''}`);
  say(byId('proof-cancel'), otherwise);
  byId('proof-code-field').hidden = !needsCode;
  code.required = needsCode;
  show(byId('proof-error'), null);
  form.reset();
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      prove(needsCode).then((fault) => (fault === null ? dialog.close('proven') : show(byId('proof-error'), fault)));
    };
    byId('proof-cancel').onclick = () => dialog.close('cancelled');
    dialog.onclose = () => resolve(dialog.returnValue === 'proven');
    dialog.returnValue = '';
    dialog.showModal();
    byId('proof-password').focus();
  });
}

/** What went wrong; `null` if nothing did. */
async function prove(needsCode: boolean): Promise<string | null> {
  const password = byId<HTMLInputElement>('proof-password').value;
  const code = needsCode ? byId<HTMLInputElement>('proof-code').value.trim() : '';
  const { isOk, body } = await call('POST', '/session/reauthenticate', { body: { password, code } });
  return isOk ? null : (body.detail ?? 'That did not work.');
}
