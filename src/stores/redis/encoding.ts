import type { Envelope, Loaded } from '../../engine/ports.js';
import { type Instant, isInstant, NEVER } from '../../time/instant.js';

/** Ends the subject: the one character that no subject has. */
const END = '\0';
const ENGINE_ID = /^[A-Za-z0-9_-]{22}$/;
/** Starts the name of an id that no engine made. */
const FOREIGN = '~';

/**
 * An id as it stands in a key, in the index and in an announcement: as it is if an engine made it, else in hexadecimal.
 * Only letters, digits, `_`, `-` and `~`, so that no id reads as a pattern, as a separator or as another key's name.
 */
export function nameOf(id: string): string {
  if (ENGINE_ID.test(id)) return id;
  const bytes = new TextEncoder().encode(id);
  return FOREIGN + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The id that a name stands for. */
export function idOf(name: string): string {
  if (!name.startsWith(FOREIGN)) return name;
  const pairs = name.slice(1).match(/../g) ?? [];
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)),
  );
}

/** What stands before the subject: the revision, and from when on the record may be removed. */
export function headOf({ revision, purgeAt }: Envelope): string {
  return `${revision},${purgeAt.toString(36)},`;
}

/** The value of a session's key: revision, purge instant (base 36), subject, NUL, record. */
export function textOf(envelope: Envelope): string {
  return headOf(envelope) + envelope.subject + END + envelope.record;
}

/** Reads a value; what does not parse is told as damage, without any of its content. */
export function parseValue(id: string, value: unknown): Loaded {
  if (typeof value !== 'string') return { id, damage: 'the value is no text' };
  const afterRevision = value.indexOf(',');
  const afterPurgeAt = value.indexOf(',', afterRevision + 1);
  const end = value.indexOf(END, afterPurgeAt + 1);
  if (afterRevision < 0 || afterPurgeAt < 0 || end < 0) return { id, damage: 'the value has no head' };
  const revision = numberIn(value.slice(0, afterRevision), 10);
  if (revision === null || revision < 1) return { id, damage: 'the revision is no number' };
  const purgeAt = numberIn(value.slice(afterRevision + 1, afterPurgeAt), 36);
  if (!isInstant(purgeAt)) return { id, damage: 'the purge instant is no instant' };
  return { id, subject: value.slice(afterPurgeAt + 1, end), record: value.slice(end + 1), revision, purgeAt };
}

/** The words of `SET` that make Redis remove the record by itself. One in the past removes it at once. */
export function expiryOf(purgeAt: Instant): string {
  // Redis refuses an expiry of 0
  return purgeAt >= NEVER ? '' : String(Math.max(1, Math.ceil(purgeAt)));
}

/** A number that is written in the only way we write it. */
function numberIn(text: string, base: number): number | null {
  const number = Number.parseInt(text, base);
  return Number.isSafeInteger(number) && number.toString(base) === text ? number : null;
}
