'use client';
import { createElement, type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { type CurfewDialog, type DialogMessages, defineCurfewDialog } from '../browser/element/index.js';
import { useSession } from './session.js';

export interface SessionDialogProps {
  /** Where to sign in again. Default: this page. */
  readonly signIn?: string;
  /** Where to confirm who one is. Default: `signIn`. */
  readonly unlock?: string;
  /** Texts in another language. */
  readonly messages?: Partial<DialogMessages>;
  readonly className?: string;
  /** What was kept, said when the session has ended. */
  readonly children?: ReactNode;
}

/** The element `<curfew-dialog>` over the provider's session: it warns, extends, and says why a session ended. */
export function SessionDialog({ signIn, unlock, messages, className, children }: SessionDialogProps): ReactElement {
  const { session } = useSession();
  const element = useRef<CurfewDialog>(null);
  useEffect(() => {
    defineCurfewDialog();
    if (element.current !== null) element.current.session = session;
  }, [session]);
  useEffect(() => {
    if (element.current !== null) element.current.messages = messages ?? {};
  }, [messages]);
  const kept = children === undefined ? null : createElement('div', { slot: 'kept' }, children);
  return createElement('curfew-dialog', { ref: element, 'sign-in': signIn, unlock, class: className }, kept);
}
