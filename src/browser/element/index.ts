import type { CurfewDialog } from './dialog.js';

export { CurfewDialog, defineCurfewDialog } from './dialog.js';
export { type DialogMessages, ENGLISH } from './messages.js';

declare global {
  interface HTMLElementTagNameMap {
    'curfew-dialog': CurfewDialog;
  }
}
