// @vitest-environment jsdom
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faceOf, seenTime, spokenTime } from '../../src/browser/element/face.js';
import { type CurfewDialog, defineCurfewDialog, ENGLISH } from '../../src/browser/element/index.js';
import type { SessionView, SessionWatch } from '../../src/browser/index.js';
import { UNKNOWN } from '../../src/browser/phase.js';

const WARNED: SessionView = {
  ...UNKNOWN,
  phase: 'warning',
  remainingMs: 110_000,
  canExtend: true,
  boundBy: 'idle_timeout',
};

function aWatch(view: SessionView) {
  let now = view;
  const listeners = new Set<() => void>();
  const calls: string[] = [];
  const session: SessionWatch = {
    get view() {
      return now;
    },
    read: () => now,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    extend: async () => {
      calls.push('extend');
      return now;
    },
    signOut: async () => calls.push('signOut') > 99,
    refresh: async () => now,
    fetch,
    stop() {},
  };
  const becomes = (changes: Partial<SessionView>) => {
    now = { ...now, ...changes };
    for (const listener of listeners) listener();
  };
  return { session, becomes, calls, listeners };
}

beforeAll(() => {
  defineCurfewDialog();
  defineCurfewDialog();
});
beforeEach(() => document.body.replaceChildren());

function aDialog(session: SessionWatch | null, attributes: Record<string, string> = {}) {
  const element = document.createElement('curfew-dialog') as CurfewDialog;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  element.session = session;
  const root = element.shadowRoot as ShadowRoot;
  const text = (selector: string) => root.querySelector(selector)?.textContent;
  const dialog = root.querySelector('dialog') as HTMLDialogElement;
  const actions = () => [...root.querySelectorAll<HTMLElement>('.action')];
  return { element, root, text, dialog, actions };
}

describe('<curfew-dialog>', () => {
  it('is closed while nothing is to be said', () => {
    const { dialog } = aDialog(aWatch({ ...UNKNOWN, phase: 'active' }).session);
    expect(dialog.open).toBe(false);
    expect(aDialog(null).dialog.open).toBe(false);
    expect(aDialog(aWatch({ ...UNKNOWN, phase: 'ended', code: 'session_missing' }).session).dialog.open).toBe(false);
  });

  it('is an alertdialog with a name, a description and the focus on staying', () => {
    const { dialog, root } = aDialog(aWatch(WARNED).session);
    expect(dialog.open).toBe(true);
    expect(dialog.getAttribute('role')).toBe('alertdialog');
    for (const name of ['aria-labelledby', 'aria-describedby']) {
      expect(root.getElementById(dialog.getAttribute(name) as string)?.textContent).not.toBe('');
    }
    expect(root.activeElement?.textContent).toBe(ENGLISH.extend);
  });

  it('extends, signs out, and says what did not work', async () => {
    const { session, calls } = aWatch(WARNED);
    const { actions, text } = aDialog(session);
    for (const action of actions()) action.click();
    expect(calls).toEqual(['extend', 'signOut']);
    await Promise.resolve();
    await Promise.resolve();
    expect(text('.failed')).toBe(ENGLISH.failed);
  });

  it('says why it ended, and what was kept', () => {
    const { session, becomes } = aWatch(WARNED);
    const { text, root, actions } = aDialog(session, { kept: 'Your draft', 'sign-in': '/login' });
    expect((root.querySelector('[part=kept]') as HTMLElement).hidden).toBe(true);
    becomes({ phase: 'ended', code: 'absolute_timeout', remainingMs: 0 });
    expect(text('.countdown')).toBe(ENGLISH.ended['absolute_timeout']);
    expect(text('[part=kept]')).toBe('Your draft');
    expect(actions().map((action) => action.getAttribute('href'))).toEqual(['/login']);
    becomes({ phase: 'active' });
    expect(root.querySelector('dialog')?.open).toBe(false);
  });

  it('speaks another language, whenever it is told', () => {
    const { session } = aWatch(WARNED);
    const { element, text } = aDialog(session);
    element.messages = { extend: 'Angemeldet bleiben', warning: (time) => `Noch ${time}`, minutes: (n) => `${n} Min.` };
    expect([text('.action'), text('.countdown')]).toEqual(['Angemeldet bleiben', 'Noch 2 Min.']);
  });

  it('takes what a framework set before it was known', () => {
    const element = document.createElement('curfew-dialog') as CurfewDialog;
    const { session } = aWatch(WARNED);
    Object.defineProperty(element, 'session', { value: session, configurable: true, writable: true });
    document.body.append(element);
    expect(element.shadowRoot?.querySelector('dialog')?.open).toBe(true);
  });

  it('closes where it has no session any more', () => {
    const { element, dialog } = aDialog(aWatch(WARNED).session);
    element.session = null;
    expect(dialog.open).toBe(false);
  });

  it('leads to this page where no other is named, whatever the base', () => {
    const base = document.head.appendChild(document.createElement('base'));
    base.href = '/assets/';
    const { session, becomes } = aWatch(WARNED);
    const { actions } = aDialog(session);
    becomes({ phase: 'ended', code: 'idle_timeout', remainingMs: 0 });
    const [link] = actions() as HTMLAnchorElement[];
    expect(link?.href).toBe(location.href.split('#')[0]);
    base.remove();
  });

  it('comes to the top again with another phase', () => {
    const { session, becomes } = aWatch(WARNED);
    const { dialog } = aDialog(session);
    const opened: boolean[] = [];
    dialog.showModal = () => {
      opened.push(true);
      dialog.open = true;
    };
    dialog.close = () => {
      dialog.open = false;
    };
    becomes({ remainingMs: 100_000 });
    expect(opened).toEqual([]);
    becomes({ phase: 'ended', code: 'idle_timeout', remainingMs: 0 });
    expect(opened).toEqual([true]);
  });

  it('listens no more once it is gone', () => {
    const { session, listeners } = aWatch(WARNED);
    const { element } = aDialog(session);
    element.remove();
    expect(listeners.size).toBe(0);
  });
});

describe('what is said', () => {
  it.each([
    [120_000, '2 minutes', '2 minutes'],
    [61_000, '2 minutes', '2 minutes'],
    [60_000, '60 seconds', '1 minute'],
    [41_000, '41 seconds', '1 minute'],
    [40_000, '40 seconds', '40 seconds'],
    [999, '1 second', '20 seconds'],
  ])('of %d ms', (left, seen, spoken) => {
    expect([seenTime(left, ENGLISH), spokenTime(left, ENGLISH)]).toEqual([seen, spoken]);
  });

  it.each([
    [
      'a limit that cannot be moved',
      { canExtend: false, boundBy: 'absolute_timeout' },
      /cannot be extended/,
      'dismiss',
    ],
    ['a proof', { canExtend: false, boundBy: 'reauthentication_due' }, /confirm who you are/, 'dismiss'],
    ['a lock', { phase: 'locked' as const }, /Confirm who you are/, 'unlock'],
    ['the time is up', { phase: 'unknown' as const, remainingMs: 0 }, /checking/, undefined],
    ['a code that is a word of the language', { phase: 'ended' as const, code: 'toString' }, /has ended/, 'signIn'],
  ])('%s', (_name, changes, text, first) => {
    const face = faceOf({ ...WARNED, ...changes }, ENGLISH, true);
    expect(face?.seen).toMatch(text);
    expect(face?.actions[0]).toBe(first);
  });
});
