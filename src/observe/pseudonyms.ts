import { createHmac } from 'node:crypto';
import { curfewError } from '../core/errors.js';
import { type Random, systemRandom } from '../engine/secrets.js';

/** What a pseudonym stands for: the same text gets another one in each of these. */
export type PseudonymKind = 'session' | 'subject' | 'device';

/** Gives names that say nothing without the key: 22 characters of `A-Z a-z 0-9 - _`. */
export type Pseudonyms = (kind: PseudonymKind, value: string) => string;

/** Where pseudonyms come from. */
export interface PseudonymOptions {
  /**
   * A secret of yours, at least 32 bytes, the same in every process. Whoever has it can tell which pseudonym is
   * whose; whoever changes it cuts the tie to all that was written before. Default: one that is drawn when this is
   * called and never written down, so that records of two processes, or of one before and after a restart, cannot be
   * joined.
   */
  readonly key?: string | Uint8Array;
  /** Where a key is drawn from if none is given. Default: the host's source for secrets. */
  readonly random?: Random;
}

const KEY_BYTES = 32;
/** 132 bits: more than sessions will ever collide in. */
const LENGTH = 22;
/** Half a megabyte in each generation; a device's id may be as long as a header, and is not kept. */
const REMEMBERED = 4_096;
const LONGEST_REMEMBERED = 128;

/**
 * Makes pseudonyms by HMAC-SHA256 (RFC 2104). A bare hash would not do: subjects are few, and whoever has the log could
 * hash them all.
 *
 * @throws an error with code `observe_key_invalid` if the key is shorter than 32 bytes, or stated and undefined.
 * @example
 * const pseudonym = pseudonyms({ key: '0123456789abcdef0123456789abcdef' });
 * pseudonym('subject', 'alice'); // => 'AfxhkaFtuAoTBqP78PWbNL'
 * pseudonym('subject', 'alice') === pseudonym('session', 'alice'); // => false
 */
export function pseudonyms(options: PseudonymOptions = {}): Pseudonyms {
  const { key, random = systemRandom } = options;
  // an environment variable that was forgotten would give each process names of its own, and nobody would be told
  const isForgotten = 'key' in options && key === undefined;
  const secret = key === undefined && !isForgotten ? random(KEY_BYTES) : bytesOf(key ?? '');
  if (secret.length < KEY_BYTES) {
    const message = `must be at least ${KEY_BYTES} bytes: one that can be guessed gives every name away`;
    throw curfewError('observe_key_invalid', 'no pseudonyms can be made:', [
      { path: '/key', code: 'too_short', message },
    ]);
  }
  return remembered((text) => createHmac('sha256', secret).update(text).digest('base64url').slice(0, LENGTH));
}

/** One session makes many requests: its name is made once while it is in use. The older of two generations goes. */
function remembered(nameOf: (text: string) => string): Pseudonyms {
  let recent = new Map<string, string>();
  let older = new Map<string, string>();
  return (kind, value) => {
    const text = `${kind}\0${value}`;
    const known = recent.get(text);
    if (known !== undefined) return known;
    const name = older.get(text) ?? nameOf(text);
    if (text.length > LONGEST_REMEMBERED) return name;
    if (recent.size >= REMEMBERED) [recent, older] = [new Map(), recent];
    recent.set(text, name);
    return name;
  };
}

/** A copy, so that whoever overwrites the key later changes nothing. */
function bytesOf(key: string | Uint8Array): Uint8Array {
  if (typeof key === 'string') return new TextEncoder().encode(key);
  return key instanceof Uint8Array ? key.slice() : new Uint8Array(0);
}
