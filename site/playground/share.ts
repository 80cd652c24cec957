import { ASSURANCE_LEVELS } from '../../src/core/levels.js';
import type { Attributes } from '../../src/core/session.js';
import { isInstant } from '../../src/time/instant.js';
import { isZone } from './axis.js';
import { MOST_MARKS } from './edit.js';
import { inOrder, KINDS, type Mark, type Scenario } from './scenario.js';

/** Everything that a link carries. */
export interface Shared {
  readonly policy: string;
  /** The policy that it is compared with; `null` for none. */
  readonly other: string | null;
  readonly scenario: Scenario;
}

/** Longer addresses are cut off on their way. */
export const LONGEST_LINK = 16_000;
const LONGEST_TEXT = 100_000;
const LONGEST_POLICY = 40_000;
const LONGEST_VALUE = 64;
const LONGEST_SPAN = 400 * 86_400_000;
/** The last instant of which every time zone can tell the year in four digits. */
const LAST_START = Date.UTC(9_000, 0);
const PREFIX = '#1.';

/** The part of an address behind `#`: JSON, compressed, in letters that need no escape. */
export async function encodeShared({ policy, other, scenario }: Shared): Promise<string> {
  const marks = scenario.marks.map(({ at, kind, value }) => [at, kind, value]);
  const bytes = new TextEncoder().encode(JSON.stringify({ policy, other, scenario: { ...scenario, marks } }));
  const packed = await piped(bytes, new CompressionStream('deflate-raw'), Number.POSITIVE_INFINITY);
  return PREFIX + base64(packed as Uint8Array);
}

/** What an address says; `null` for whatever `encodeShared` did not write. Anybody may have written it. */
export async function decodeShared(hash: string): Promise<Shared | null> {
  if (!hash.startsWith(PREFIX) || hash.length > LONGEST_LINK) return null;
  try {
    const packed = fromBase64(hash.slice(PREFIX.length));
    const bytes = await piped(packed, new DecompressionStream('deflate-raw'), LONGEST_TEXT);
    return bytes === null ? null : checked(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return null;
  }
}

/** All that comes out; `null` as soon as it is more than allowed, however little went in. */
async function piped(
  bytes: Uint8Array,
  through: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array | null> {
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(through).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function base64(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
}

type Loose = Readonly<Record<string, unknown>>;

function checked(value: unknown): Shared | null {
  if (!isObject(value)) return null;
  const { policy, other } = value;
  const scenario = scenarioOf(value['scenario']);
  if (!isText(policy, LONGEST_POLICY) || scenario === null) return null;
  if (other !== null && !isText(other, LONGEST_POLICY)) return null;
  return { policy, other, scenario };
}

function scenarioOf(value: unknown): Scenario | null {
  if (!isObject(value)) return null;
  const { start, span, zone, ip, assuranceLevel, attributes, marks } = value;
  const level = ASSURANCE_LEVELS.find((one) => one === assuranceLevel);
  const isRight =
    isInstant(start) &&
    start <= LAST_START &&
    isInstant(span) &&
    span >= 60_000 &&
    span <= LONGEST_SPAN &&
    isText(zone, LONGEST_VALUE) &&
    isZone(zone) &&
    isText(ip, LONGEST_VALUE) &&
    level !== undefined &&
    areAttributes(attributes) &&
    Array.isArray(marks) &&
    marks.length <= MOST_MARKS;
  if (!isRight) return null;
  const read = marks.map((mark, index) => markOf(mark, index + 1, span));
  if (read.includes(null)) return null;
  return { start, span, zone, ip, assuranceLevel: level, attributes, marks: inOrder(read as Mark[]) };
}

function markOf(entry: unknown, id: number, span: number): Mark | null {
  if (!Array.isArray(entry)) return null;
  const [at, kind, value] = entry;
  const known = KINDS.find((one) => one === kind);
  if (!isInstant(at) || at > span || known === undefined || !isText(value, LONGEST_VALUE)) return null;
  return { id, at, kind: known, value };
}

function areAttributes(value: unknown): value is Attributes {
  if (!isObject(value) || Object.keys(value).length > 20) return false;
  return Object.entries(value).every(([name, one]) => name !== '__proto__' && isText(one, LONGEST_VALUE));
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most;
}
