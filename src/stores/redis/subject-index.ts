import { curfewError } from '../../core/errors.js';
import type { Envelope, Loaded } from '../../engine/ports.js';
import { NEVER } from '../../time/instant.js';
import type { RedisConnection } from './connection.js';
import { idOf, nameOf } from './encoding.js';
import { EVICTION, INDEX, run, SETTLE } from './scripts.js';

const MINUTE = 60_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Which sessions a subject has, kept in buckets that many subjects share. */
export interface SubjectIndex {
  /** Adds a session, before its record is written: what is acknowledged is always listed. */
  add(envelope: Envelope): Promise<void>;
  /**
   * The ids that may be of this subject: a few of another one can be among them, and ids of what is gone. Rejects where
   * the server may have evicted the bucket: nobody uses it as often as sessions are used, so it goes first.
   */
  idsOf(subject: string): Promise<readonly string[]>;
}

/** How the index is laid out. */
export interface IndexOptions {
  readonly prefix: string;
  /** How many buckets: the first is written to, all are read. */
  readonly buckets: readonly [number, ...number[]];
  /** Reads records, to tell an entry that is stale from one whose session lives longer than it was to. */
  load(ids: readonly string[]): Promise<readonly Loaded[]>;
}

/**
 * A bucket is a hash from `<4 characters that the subject comes to><name of the session>` to the minute from which on
 * the entry may be stale. Redis keeps small hashes in one piece of memory, about 36 bytes an entry; a key for each
 * subject would be five times that.
 *
 * An entry goes when its minute has passed and its record is gone, never by its minute alone. So a session that is
 * prolonged costs the index nothing when it is, and a bucket needs no expiry of its own.
 */
export function subjectIndex(connection: RedisConnection, options: IndexOptions): SubjectIndex {
  const { prefix, buckets } = options;
  const keyOf = (subject: string, count: number) => `${prefix}.${count}.${mixed(subject, 1) % count}`;
  return {
    async add(envelope) {
      const key = keyOf(envelope.subject, buckets[0]);
      const entry = tagOf(envelope.subject) + nameOf(envelope.id);
      const args = [entry, minuteOf(envelope), String(mixed(envelope.id, 3))];
      const due = await run(connection, INDEX, { keys: [key], args });
      if (Array.isArray(due) && due.length > 0) await settle(connection, options, { key, due: due.map(String) });
    },
    async idsOf(subject) {
      const tag = tagOf(subject);
      const keys = buckets.map((count) => keyOf(subject, count));
      const [lists] = await Promise.all([
        Promise.all(keys.map((key) => scan(connection, key, tag))),
        Promise.all(keys.map((key) => requireKept(connection, key))),
      ]);
      return [...new Set(lists.flat())].map((entry) => idOf(entry.slice(tag.length)));
    },
  };
}

async function requireKept(connection: RedisConnection, key: string): Promise<void> {
  const policy = String(await run(connection, EVICTION, { keys: [key], args: [] }));
  if (policy === '') return;
  throw curfewError('store_unavailable', 'which sessions a subject has cannot be told:', [
    {
      path: '',
      code: 'evicts_index',
      message: `\`maxmemory-policy ${policy}\` lets the server evict the index of subjects: set \`noeviction\``,
    },
  ]);
}

/** Every entry with this tag; the server looks through the bucket. */
async function scan(connection: RedisConnection, key: string, tag: string): Promise<readonly string[]> {
  const entries: string[] = [];
  let cursor = '0';
  do {
    const words = ['HSCAN', key, cursor, 'MATCH', `${tag}*`, 'COUNT', '1000'];
    const [next, found] = (await connection.send(key, words)) as [unknown, readonly unknown[]];
    for (let at = 0; at < found.length; at += 2) entries.push(String(found[at]));
    cursor = String(next);
  } while (cursor !== '0');
  return entries;
}

/** Removes what is gone and puts off what lives on. A failure leaves it for the next time: nothing depends on it. */
async function settle(
  connection: RedisConnection,
  { load }: IndexOptions,
  { key, due }: { readonly key: string; readonly due: readonly string[] },
): Promise<void> {
  const entries = due.filter((_, at) => at % 2 === 0);
  try {
    const records = await load(entries.map((entry) => idOf(entry.slice(4))));
    const args = entries.flatMap((entry, at) => [entry, due[2 * at + 1] ?? '', nextMinute(records[at] ?? null)]);
    await run(connection, SETTLE, { keys: [key], args });
  } catch {
    // the session that is being created was added all the same
  }
}

/** `''` for an entry without a record; a damaged one is put off for good, as it may be repaired. */
function nextMinute(record: Loaded): string {
  if (record === null) return '';
  return 'damage' in record ? '0' : minuteOf(record);
}

/** The first whole minute that is not before the purge instant; 0 stands for never. */
function minuteOf({ purgeAt }: Envelope): string {
  return purgeAt >= NEVER ? '0' : String(Math.ceil(purgeAt / MINUTE));
}

/** Four characters of 64, so that of a thousand entries of other subjects one in 16,000 is looked at in vain. */
function tagOf(subject: string): string {
  const number = mixed(subject, 2);
  return [0, 6, 12, 18].map((shift) => ALPHABET[(number >>> shift) & 63]).join('');
}

/** A number from 0 to 2^32 - 1, spread evenly over texts. It guards no secret. */
function mixed(text: string, seed: number): number {
  let hash = Math.imul(seed, 0x9e3779b1);
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
