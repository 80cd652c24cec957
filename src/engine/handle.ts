import { type Instant, NEVER } from '../time/instant.js';
import { base64url, hashOf, isSameHash, type Random } from './secrets.js';

/** A handle as a session keeps it: no one who reads the store can present it. */
export interface StoredHandle {
  /** SHA-256 of the secret, base64url. */
  readonly hash: string;
  /** Until when it is accepted; `NEVER` for the current one. */
  readonly validUntil: Instant;
}

/** A handle that somebody presented: where to look, and what to compare. */
export interface Presented {
  readonly id: string;
  readonly hash: string;
}

/** 256 bits prove that one may use a session. */
const SECRET_BYTES = 32;
const HANDLE = /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/;
const ID_LENGTH = 22;

/** A new handle for a session: what the client presents, and the hash by which it is known again. */
export function makeHandle(random: Random, id: string): { readonly handle: string; readonly hash: string } {
  const secret = base64url(random(SECRET_BYTES));
  return { handle: `${id}.${secret}`, hash: hashOf(secret) };
}

/** Reads what a client presented; `null` if it cannot be a handle, so that nobody has to ask a store about it. */
export function readHandle(text: unknown): Presented | null {
  if (typeof text !== 'string' || !HANDLE.test(text)) return null;
  return { id: text.slice(0, ID_LENGTH), hash: hashOf(text.slice(ID_LENGTH + 1)) };
}

/**
 * The handle that was presented, if it is accepted now. How long the comparison takes says nothing about the hash,
 * though
 * it would be of no use: who chooses a secret does not choose its hash.
 */
export function acceptedHandle(handles: readonly StoredHandle[], hash: string, at: number): StoredHandle | null {
  let accepted: StoredHandle | null = null;
  for (const handle of handles) if (isSameHash(handle.hash, hash) && at < handle.validUntil) accepted = handle;
  return accepted;
}

/** A double click, an impatient person: more at once are nobody's. */
const MOST = 8;

/**
 * A new current handle; the one that was presented lives on for requests that are on their way.
 *
 * One that is living on already was rotated a moment ago, by another request of the same client, and nobody knows which
 * of the two answers its browser keeps: both handles stay current, until the next rotation retires all but its own.
 */
export function rotatedHandles(
  random: Random,
  id: string,
  handles: readonly StoredHandle[],
  presented: string,
  graceUntil: Instant,
) {
  const { handle, hash } = makeHandle(random, id);
  const isAgain = handles.some((one) => one.hash === presented && one.validUntil !== NEVER);
  const kept = handles
    .filter((one) => one.hash === presented || one.validUntil === NEVER)
    .map((one) => (isAgain ? one : { hash: one.hash, validUntil: Math.min(one.validUntil, graceUntil) }));
  return { handle, handles: [{ hash, validUntil: NEVER }, ...kept].slice(0, MOST) };
}

/** Those that are still accepted. */
export function liveHandles(handles: readonly StoredHandle[], at: Instant): readonly StoredHandle[] {
  return handles.every(({ validUntil }) => at < validUntil) ? handles : handles.filter((one) => at < one.validUntil);
}
