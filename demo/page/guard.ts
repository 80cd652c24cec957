/// <reference lib="dom" />
import { type CurfewDialog, defineCurfewDialog, ENGLISH } from 'curfew/browser/element';
import { byId } from './dom.js';
import { session } from './session.js';
import { WHY } from './words.js';

/** What the dialog of `curfew/browser/element` leaves to the page. */
export interface GuardEvents {
  /** Somebody wants to unlock the session. */
  unlock(): void;
  /** Somebody has read why it ended. */
  signIn(): void;
}

export interface Guard {
  /** Why the session ended, where the server cannot say it any more. */
  explainEnd(text: string): void;
  /** What is kept over the end. */
  setKept(text: string): void;
}

/** Warns before the end, covers the page of a locked session, and says why it ended. */
export function guardPage({ unlock, signIn }: GuardEvents): Guard {
  defineCurfewDialog();
  const dialog = byId<CurfewDialog>('guard');
  dialog.messages = { ended: { ...ENGLISH.ended, ...WHY } };
  dialog.session = session;
  dialog.addEventListener('curfew-unlock', (event) => {
    event.preventDefault();
    unlock();
  });
  dialog.addEventListener('curfew-sign-in', (event) => {
    event.preventDefault();
    // it says no more of a session that it has not seen alive
    dialog.session = session;
    signIn();
  });
  return {
    explainEnd(text) {
      dialog.messages = { ended: { ...ENGLISH.ended, ...WHY, session_missing: text } };
    },
    setKept: (text) => dialog.setAttribute('kept', text),
  };
}
