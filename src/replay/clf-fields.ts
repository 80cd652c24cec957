import type { Instant } from '../time/instant.js';
import { instantFrom, monthNumber } from './calendar.js';
import type { MalformedReason } from './record.js';

const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const SLASH = 0x2f;
const COLON = 0x3a;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const ZERO = 0x30;

/** Length of `10/Oct/2000:13:55:36 -0700`. */
const TIME_LENGTH = 26;

const MONTH_OF: ReadonlyMap<number, number> = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    monthNumber(name),
  ]),
);

/** Where the parts of a Common or Combined Log Format record lie: offsets into the bytes, ends exclusive. */
export interface ClfFields {
  readonly at: Instant;
  readonly hostEnd: number;
  readonly userStart: number;
  readonly userEnd: number;
  readonly requestStart: number;
  readonly requestEnd: number;
  /** -1 where the record has no user agent. */
  readonly agentStart: number;
}

/**
 * Finds the fields of one record, `host ident user [time] "request" status size` and then nothing, or the referer and
 * the user agent in quotes, or more fields after those.
 *
 * It makes no strings. Old servers did not escape quotes in a request, so the request ends at the first quote that a
 * status, a size and a whole rest of the line follow.
 */
export function clfFields(bytes: Uint8Array, start: number, end: number): ClfFields | MalformedReason {
  const hostEnd = tokenEnd(bytes, start, end);
  const identEnd = tokenEnd(bytes, hostEnd + 1, end);
  const userEnd = tokenEnd(bytes, identEnd + 1, end);
  const time = userEnd + 2;
  const requestStart = time + TIME_LENGTH + 3;
  const isComplete = hostEnd > 0 && identEnd > 0 && userEnd > 0 && requestStart <= end;
  if (!isComplete || bytes[userEnd + 1] !== OPEN) return 'fields_missing';
  const isOpened =
    bytes[requestStart - 3] === CLOSE && bytes[requestStart - 2] === SPACE && bytes[requestStart - 1] === QUOTE;
  const at = clfInstant(bytes, time);
  if (at === null) return 'time_invalid';
  if (!isOpened) return 'request_incomplete';
  let failure: MalformedReason = 'request_incomplete';
  for (let index = requestStart; index < end; index++) {
    if (bytes[index] === BACKSLASH) index++;
    else if (bytes[index] === QUOTE) {
      const rest = restOf(bytes, index + 1, end);
      if (rest < 0) continue;
      const agentStart = rest === end ? -1 : agentAt(bytes, rest, end);
      const userStart = identEnd + 1;
      if (agentStart !== 0) return { at, hostEnd, userStart, userEnd, requestStart, requestEnd: index, agentStart };
      failure = 'agent_incomplete';
    }
  }
  return failure;
}

/** End of a token that a space follows; -1 if there is none, or it is empty. */
function tokenEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let index = start; index < end; index++) {
    if (bytes[index] === SPACE) return index > start ? index : -1;
  }
  return -1;
}

/** End of ` 200 512` or ` 304 -`; -1 if something else is there. */
function restOf(bytes: Uint8Array, start: number, end: number): number {
  if (start + 6 > end || bytes[start] !== SPACE || bytes[start + 4] !== SPACE) return -1;
  if (!isDigit(bytes[start + 1]) || !isDigit(bytes[start + 2]) || !isDigit(bytes[start + 3])) return -1;
  let index = start + 5;
  if (bytes[index] === MINUS) index++;
  else while (index < end && isDigit(bytes[index])) index++;
  const isSize = index > start + 5 && (index === end || bytes[index] === SPACE);
  return isSize ? index : -1;
}

/** Where the user agent of ` "referer" "agent"` starts; 0 if one of the two, or a field after them, is cut off. */
function agentAt(bytes: Uint8Array, start: number, end: number): number {
  const refererEnd = quotedEnd(bytes, start + 1, end);
  if (refererEnd < 0 || bytes[refererEnd] !== SPACE) return 0;
  const agentEnd = quotedEnd(bytes, refererEnd + 1, end);
  return agentEnd >= 0 && areFields(bytes, agentEnd, end) ? refererEnd + 2 : 0;
}

/** The index after the closing quote of a quoted field that starts here; -1 if it does not, or is cut off. */
export function quotedEnd(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end || bytes[start] !== QUOTE) return -1;
  for (let index = start + 1; index < end; index++) {
    if (bytes[index] === QUOTE) return index + 1;
    if (bytes[index] === BACKSLASH) index++;
  }
  return -1;
}

function areFields(bytes: Uint8Array, start: number, end: number): boolean {
  let index = start;
  while (index < end) {
    if (bytes[index] !== SPACE) return false;
    index++;
    if (bytes[index] === QUOTE && index < end) {
      index = quotedEnd(bytes, index, end);
      if (index < 0) return false;
    } else while (index < end && bytes[index] !== SPACE) index++;
  }
  return true;
}

function clfInstant(bytes: Uint8Array, start: number): Instant | null {
  const isShaped =
    bytes[start + 2] === SLASH &&
    bytes[start + 6] === SLASH &&
    bytes[start + 11] === COLON &&
    bytes[start + 14] === COLON &&
    bytes[start + 17] === COLON &&
    bytes[start + 20] === SPACE;
  const sign = bytes[start + 21];
  const offsetMinutes = twoDigits(bytes, start + 24);
  const offsetHours = twoDigits(bytes, start + 22);
  const century = twoDigits(bytes, start + 7);
  const yearOfCentury = twoDigits(bytes, start + 9);
  if (!isShaped || (sign !== PLUS && sign !== MINUS)) return null;
  if (offsetHours < 0 || offsetMinutes < 0 || offsetMinutes > 59 || century < 0 || yearOfCentury < 0) return null;
  const name =
    ((bytes[start + 3] as number) << 16) | ((bytes[start + 4] as number) << 8) | (bytes[start + 5] as number);
  return instantFrom(
    century * 100 + yearOfCentury,
    MONTH_OF.get(name) ?? 0,
    twoDigits(bytes, start),
    twoDigits(bytes, start + 12),
    twoDigits(bytes, start + 15),
    twoDigits(bytes, start + 18),
    (sign === MINUS ? -1 : 1) * (offsetHours * 60 + offsetMinutes),
  );
}

/** The value of two digits, -1 if they are none. */
function twoDigits(bytes: Uint8Array, index: number): number {
  const tens = (bytes[index] as number) - ZERO;
  const ones = (bytes[index + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
