import type { Envelope } from '../../engine/ports.js';
import type { Instant } from '../../time/instant.js';
import { NEVER } from '../../time/instant.js';

const HOUR = 3_600_000;

/** What most cases say about a record: only what they are about. */
export interface EnvelopeOptions {
  readonly subject?: string;
  readonly record?: string;
  readonly purgeAt?: Instant;
}

/** A first revision that stays for an hour. */
export function newEnvelope(now: Instant, id: string, options: EnvelopeOptions = {}): Envelope {
  return { id, subject: 'alice', record: `{"of":"${id.length}"}`, revision: 1, purgeAt: now + HOUR, ...options };
}

/** What replaces it. */
export function nextOf(envelope: Envelope, changes: Partial<Envelope> = {}): Envelope {
  return { ...envelope, revision: envelope.revision + 1, record: `${envelope.record}+`, ...changes };
}

/** Ids as an engine makes them: 22 characters, told apart by a number. */
export function engineId(number: number): string {
  return `Ab-_${String(number).padStart(18, '0')}`;
}

/**
 * Strings that meet where a store compares by something else than their characters: patterns, separators, quotes,
 * case, composed letters, padding, numbers, names of JavaScript and paths.
 */
export const LOOKALIKES: readonly string[] = [
  ...['a', 'A', 'a ', ' a', 'aa', 'a*', 'a?', '[a]', 'a%', 'a_', 'ab', 'a-b', 'a:b', 'a:', ':a', '{a}', '{a}b', 'a}b'],
  ...[
    "a'b",
    'a"b',
    'a`b',
    'a;b',
    "a'; --",
    'a\\',
    'a\\b',
    'a\tb',
    'a\nb',
    'a\r\nb',
    'a/b',
    '../a',
    'a/../a',
    '.',
    '..',
  ],
  ...['1', '01', '1.0', '1e0', '+1', 'null', 'true', '[]', '{}', '__proto__', 'constructor', 'hasOwnProperty'],
  ...['\u00e9', 'e\u0301', 'E\u0301', '\u00df', 'ss', 'SS', '\ufb01', 'fi', '\u0130', 'i', 'I', '\u0131', '\uff21'],
  ...[
    '\u03c3',
    '\u03c2',
    '\u03a3',
    'a\u200d',
    'a\u00ad',
    'a\u00a0',
    '\ufeffa',
    '\u{1f600}',
    '\u{1f601}',
    '\u2028',
    '$1',
    '$&',
  ],
];

/** The longest subjects: 255 bytes of UTF-8, alike up to the last character. */
export const LONG_SUBJECTS: readonly string[] = ['x', 'y', 'X'].map((last) => `${'\u20ac'.repeat(84)}ab${last}`);

/** Records that come back changed where a store trims, decodes, converts or cuts. */
export const RECORDS: readonly string[] = [
  ...['x', ' ', ' x ', '\n', '0', '007', '1e3', 'null', 'undefined', '""', '{}', '[]', '{"v":1,"a":[null,true]}'],
  ...[
    '\u00e9',
    'e\u0301',
    '\u{1f469}\u200d\u{1f692}',
    '\ufffd',
    '\ufeffx',
    '\u2028\u2029',
    '\u007f\u0080',
    'a\\u0000b',
    '\'"`\\',
  ],
  ...['%s %d $1 ? :a @b', '\u{10ffff}', '\r\n\t\v\f\b\u001b', '\u0001'],
];

/** Instants that come back changed where a store keeps seconds, 32 bits or a float. */
export function instantsAfter(now: Instant): readonly Instant[] {
  const far = [2 ** 31 * 1_000, 2 ** 32 * 1_000, 2 ** 42 + 1, 2 ** 52 + 1, NEVER - 1, NEVER];
  return [now + HOUR, now + HOUR + 1, now + HOUR + 999, ...far.filter((instant) => instant > now + HOUR)];
}
