import { Buffer } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { curfewError } from '../../core/errors.js';
import type { Row } from '../sql/row.js';

/** A mark at the beginning of a text is a part of it, and what is not UTF-8 is not made to look like it. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The most bytes a column takes. */
const LONGEST = { id: 255, subject: 255, record: 2 ** 24 - 1 };

/** A text as the bytes that a column keeps of it, whatever the connection's character set is. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

/**
 * The bytes of a text that is to be written. Its length is checked here, because a server whose `sql_mode` is not
 * strict cuts off what does not fit, without a word.
 *
 * @throws CurfewError `store_value_invalid`
 */
export function bytesFor(column: keyof typeof LONGEST, text: string): Buffer {
  const bytes = bytesOf(text);
  if (bytes.length <= LONGEST[column]) return bytes;
  const message = `it takes at most ${LONGEST[column]} bytes of UTF-8`;
  throw curfewError('store_value_invalid', `the ${column} is too long for this store`, [
    { path: `/${column}`, code: 'too_long', message },
  ]);
}

/** A row with its texts in place of their bytes; what cannot be read stays what it was. */
export function readable(row: Row): Row {
  return { ...row, id: textOf(row.id), subject: textOf(row.subject), record: textOf(row.record) };
}

/** The text of a column's bytes; `null` where they are none. */
export function textOf(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  try {
    return decoder.decode(value);
  } catch {
    return null;
  }
}
