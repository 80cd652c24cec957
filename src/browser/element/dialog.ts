/// <reference lib="dom" />
import type { SessionWatch } from '../options.js';
import { type Action, type Face, faceOf } from './face.js';
import { type DialogMessages, ENGLISH } from './messages.js';
import { type Parts, partsIn, setActions, setOpen, write } from './parts.js';

/** On a server there are no elements; the class is only made there, never used. */
const Base = typeof HTMLElement === 'undefined' ? (class {} as typeof HTMLElement) : HTMLElement;

/**
 * `<curfew-dialog>`: warns before a session ends, lets a person stay, and says why it ended. Give it a `session`; the
 * rest is its own.
 *
 * Attributes: `kept` (what was kept, said at the end; or fill the slot `kept`), `sign-in` and `unlock` (addresses;
 * default this page). Parts: `dialog`, `title`, `message`, `kept`, `failed`, `actions`, `action`, and one for each
 * action: `extend`, `dismiss`, `sign-out`, `unlock`, `sign-in`.
 */
export class CurfewDialog extends Base {
  static readonly observedAttributes: readonly string[] = ['kept', 'sign-in', 'unlock'];
  #session: SessionWatch | null = null;
  #messages = ENGLISH;
  #parts: Parts | null = null;
  #unsubscribe = () => {};
  #wasAlive = false;
  #face: Face | null = null;
  /** A warning that cannot be answered was read; it comes back with another phase only. */
  #isDismissed = false;

  /** The session to watch. */
  get session(): SessionWatch | null {
    return this.#session;
  }
  set session(session: SessionWatch | null) {
    this.#session = session;
    this.#wasAlive = false;
    if (this.isConnected) this.#listen();
  }

  /** Texts in another language; those that are left out stay English. */
  get messages(): DialogMessages {
    return this.#messages;
  }
  set messages(messages: Partial<DialogMessages>) {
    this.#messages = { ...ENGLISH, ...messages };
    this.#show();
  }

  connectedCallback(): void {
    this.#parts ??= this.#build();
    // a framework may have set these before the element was known, on the object itself
    for (const name of ['session', 'messages'] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete (this as Partial<Record<typeof name, unknown>>)[name];
      Object.assign(this, { [name]: value });
    }
    this.#listen();
  }

  disconnectedCallback(): void {
    this.#unsubscribe();
    if (this.#parts !== null) setOpen(this.#parts.dialog, false);
  }

  attributeChangedCallback(): void {
    this.#show();
  }

  #listen(): void {
    this.#unsubscribe();
    this.#unsubscribe = this.#session?.subscribe(() => this.#show()) ?? (() => {});
    this.#show();
  }

  #build(): Parts {
    const parts = partsIn(this.attachShadow({ mode: 'open' }));
    parts.actions.addEventListener('click', (event) => {
      const action = (event.target as HTMLElement).dataset['action'] as Action | undefined;
      if (action !== undefined) void this.#act(action, event);
    });
    parts.dialog.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#escape(event);
    });
    // the back gesture of a phone asks to close as well
    parts.dialog.addEventListener('cancel', (event) => this.#escape(event));
    parts.dialog.addEventListener('close', () => this.#show());
    return parts;
  }

  #show(): void {
    const { view } = this.#session ?? {};
    if (this.#parts === null || !this.isConnected) return;
    if (view === undefined) {
      setOpen(this.#parts.dialog, false);
      return;
    }
    if (view.phase === 'active' || view.phase === 'warning' || view.phase === 'locked') this.#wasAlive = true;
    if (view.phase !== 'warning' || view.canExtend) this.#isDismissed = false;
    const face = this.#isDismissed ? null : faceOf(view, this.#messages, this.#wasAlive);
    this.#face = face;
    if (face === null) setOpen(this.#parts.dialog, false);
    else this.#draw(this.#parts, face, view.phase);
  }

  #draw(parts: Parts, face: Face, phase: string): void {
    const { dialog, title, seen, spoken, kept, keptText, failed } = parts;
    const keptWords = this.getAttribute('kept') ?? '';
    dialog.toggleAttribute('data-cover', phase !== 'warning');
    write(title, face.title);
    write(seen, face.seen);
    write(spoken, face.spoken);
    write(keptText, keptWords);
    kept.hidden = phase !== 'ended' || (keptWords === '' && this.querySelector('[slot=kept]') === null);
    // an empty address would be the one of `<base>`
    const signIn = this.getAttribute('sign-in') || (location.href.split('#', 1)[0] as string);
    const hrefs = { signIn, unlock: this.getAttribute('unlock') || signIn };
    const isNew = setActions(parts, face, this.#messages, hrefs);
    // what the page opened meanwhile lies above it, and is not to hide another phase
    if (dialog.dataset['phase'] !== phase) setOpen(dialog, false);
    dialog.dataset['phase'] = phase;
    if (isNew) write(failed, '');
    const isOpening = !dialog.open;
    setOpen(dialog, true);
    // the first action does the least harm; where there is none, the title keeps the focus inside
    if (isOpening || isNew) (parts.actions.querySelector<HTMLElement>('.action') ?? title).focus();
  }

  /** Escape means stay. Where nothing can be stayed in, it means nothing. */
  #escape(event: Event): void {
    event.preventDefault();
    const [first] = this.#face?.actions ?? [];
    if (first === 'extend' || first === 'dismiss') void this.#act(first, event);
  }

  async #act(action: Action, event: Event): Promise<void> {
    const parts = this.#parts as Parts;
    if (action === 'dismiss') {
      this.#isDismissed = true;
      this.#show();
    } else if (action === 'signIn' || action === 'unlock') {
      const allowed = this.dispatchEvent(
        new CustomEvent(`curfew-${action === 'signIn' ? 'sign-in' : 'unlock'}`, { cancelable: true }),
      );
      if (!allowed) event.preventDefault();
    } else if (this.#session !== null) {
      write(parts.failed, '');
      const isDone = action === 'extend' ? await stayed(this.#session) : await this.#session.signOut();
      if (!isDone) write(parts.failed, this.#messages.failed);
    }
  }
}

/** A session that has ended meanwhile says so itself. */
async function stayed(session: SessionWatch): Promise<boolean> {
  const before = session.read().remainingMs ?? 0;
  const { phase, remainingMs } = await session.extend();
  return phase !== 'warning' || (remainingMs ?? 0) > before;
}

/**
 * Makes `<curfew-dialog>` known to the browser. A second call does nothing, nor does one on a server.
 *
 * @example
 * defineCurfewDialog();
 * document.querySelector('curfew-dialog').session = watchSession();
 */
export function defineCurfewDialog(): void {
  if (typeof customElements === 'undefined' || customElements.get('curfew-dialog') !== undefined) return;
  customElements.define('curfew-dialog', CurfewDialog);
}
