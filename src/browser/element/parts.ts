/// <reference lib="dom" />
import type { Action, Face } from './face.js';
import type { DialogMessages } from './messages.js';
import { STYLES } from './styles.js';

/** The nodes of the dialog. */
export interface Parts {
  readonly dialog: HTMLDialogElement;
  readonly title: HTMLElement;
  readonly seen: HTMLElement;
  readonly spoken: HTMLElement;
  readonly kept: HTMLElement;
  readonly keptText: HTMLElement;
  readonly failed: HTMLElement;
  readonly actions: HTMLElement;
}

/** Builds the dialog, node by node: no markup is parsed, so a page with Trusted Types may use it. */
export function partsIn(root: ShadowRoot): Parts {
  const dialog = node(root, 'dialog', {
    part: 'dialog',
    role: 'alertdialog',
    'aria-modal': 'true',
    'aria-labelledby': 'title',
    'aria-describedby': 'spoken',
  });
  const title = node(dialog, 'h2', { id: 'title', part: 'title', tabindex: '-1' });
  // sighted people see it count; whoever listens hears the line after it, which changes seldom
  const seen = node(dialog, 'p', { class: 'countdown', part: 'message', 'aria-hidden': 'true' });
  const spoken = node(dialog, 'p', { id: 'spoken', class: 'spoken', 'aria-live': 'polite', 'aria-atomic': 'true' });
  const kept = node(dialog, 'div', { part: 'kept' });
  const keptText = node(node(kept, 'slot', { name: 'kept' }), 'p', {});
  const failed = node(dialog, 'p', { class: 'failed', part: 'failed', role: 'status' });
  const actions = node(dialog, 'div', { class: 'actions', part: 'actions' });
  addStyles(root);
  return { dialog, title, seen, spoken, kept, keptText, failed, actions };
}

/** Opens or closes it. Where an environment has no modal dialogs, as those for tests, it is at least shown. */
export function setOpen(dialog: HTMLDialogElement, isOpen: boolean): void {
  if (dialog.open === isOpen) return;
  if (typeof dialog.showModal !== 'function') dialog.open = isOpen;
  else if (isOpen) dialog.showModal();
  else dialog.close();
}

/** Writes what has changed, and nothing else: a live region repeats what is written again. */
export function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The buttons and links for a face, made anew only where they differ. Answers whether they were. */
export function setActions(
  { actions }: Parts,
  face: Face,
  messages: DialogMessages,
  hrefs: { readonly signIn: string; readonly unlock: string },
): boolean {
  const wanted = `${face.actions.join()} ${hrefs.signIn} ${hrefs.unlock}`;
  const isNew = actions.dataset['actions'] !== wanted;
  if (isNew) {
    actions.dataset['actions'] = wanted;
    actions.replaceChildren();
    for (const action of face.actions) addAction(actions, action, hrefs);
  }
  for (const element of actions.querySelectorAll<HTMLElement>('.action')) {
    write(element, messages[element.dataset['action'] as Action]);
  }
  return isNew;
}

function addAction(actions: HTMLElement, action: Action, hrefs: { signIn: string; unlock: string }): void {
  const attributes = { class: 'action', part: `action ${kebab(action)}`, 'data-action': action };
  if (action === 'signIn' || action === 'unlock') node(actions, 'a', { ...attributes, href: hrefs[action] });
  else node(actions, 'button', { ...attributes, type: 'button' });
}

function kebab(action: Action): string {
  return action.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
}

/** A constructed sheet passes a content security policy that forbids inline styles. */
function addStyles(root: ShadowRoot): void {
  if ('adoptedStyleSheets' in root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
  } else node(root, 'style', {}).textContent = STYLES;
}

function node<Name extends keyof HTMLElementTagNameMap>(
  parent: Node,
  name: Name,
  attributes: Readonly<Record<string, string>>,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.appendChild(element);
  return element;
}
