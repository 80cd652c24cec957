import { base64url, type Random } from './secrets.js';

/** 128 bits name a session. */
const BYTES = 16;
const ID = /^[A-Za-z0-9_-]{22}$/;

/** A new session id: unique, and not secret. */
export function makeId(random: Random): string {
  return base64url(random(BYTES));
}

/** Whether this can name a session. What cannot is asked of no store: one odd id can spoil a whole batch there. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}
