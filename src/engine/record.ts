import type { Lease, Proofs, Session, Stamps } from '../core/session.js';
import { parseSession } from '../parse-session.js';
import { NEVER } from '../time/instant.js';
import { frozen } from './frozen.js';
import type { StoredHandle } from './handle.js';
import type { Held } from './held.js';
import type { Envelope } from './ports.js';
import { isBlank, isSameContext, longContext, type ShortContext, shortContext } from './record-context.js';

/** Written into every record; a record of a later format is left alone. */
const FORMAT = 1;

/**
 * A record: JSON with short keys, without what goes without saying, instants counted from another one. A million
 * sessions lie in memory somewhere; written out, each would take four times as much.
 *
 * docs/stores.md lists the keys.
 */
interface Short {
  /** The format; negative for a session that has ended. */
  v: number;
  /** createdAt */
  c: number;
  /** authenticatedAt, from createdAt */
  a?: number;
  /** lastActivityAt, from createdAt */
  l?: number;
  /** recordedAt, from lastActivityAt */
  r?: number;
  /** proofs, from authenticatedAt */
  p?: readonly (number | null)[];
  /** bound, and context where it differs */
  b?: ShortContext;
  x?: ShortContext;
  /** attributes, and attributesAt from createdAt */
  t?: Session['attributes'];
  u?: number;
  /** signals, requested, lease, refresh, candidate, ended: as they are */
  g?: Session['signals'];
  q?: Session['requested'];
  e?: Lease;
  f?: readonly (number | null)[];
  w?: Session['candidate'];
  z?: Session['ended'];
  /** stamps: idle from lastActivityAt, absolute from createdAt, reauthentication from authenticatedAt, 1 for lock */
  s: readonly (number | null)[];
  /** the policy's fingerprint */
  k: string;
  /** handles: the current one's hash, then hash and end of the one before */
  h: readonly (string | number)[];
}

/** A session and its handles as the text that stores keep. */
export function writeRecord(session: Session, handles: readonly StoredHandle[]): string {
  const { createdAt, authenticatedAt, lastActivityAt, recordedAt, bound, context, refresh } = session;
  const short: Short = {
    v: session.ended === null ? FORMAT : -FORMAT,
    c: createdAt,
    s: shortStamps(session),
    k: session.policy,
    h: shortHandles(handles),
  };
  if (authenticatedAt !== createdAt) short.a = authenticatedAt - createdAt;
  if (lastActivityAt !== createdAt) short.l = lastActivityAt - createdAt;
  if (recordedAt !== lastActivityAt) short.r = recordedAt - lastActivityAt;
  if (!isPlainProof(session)) short.p = LEVELS.map((level) => from(session.proofs[level], authenticatedAt));
  if (!isBlank(bound)) short.b = shortContext(bound);
  if (context !== bound && !isSameContext(context, bound)) short.x = shortContext(context);
  if (Object.keys(session.attributes).length > 0) short.t = session.attributes;
  if (session.attributesAt !== createdAt) short.u = session.attributesAt - createdAt;
  if (session.signals !== null) short.g = session.signals;
  if (session.requested !== null) short.q = session.requested;
  if (session.lease !== null) short.e = session.lease;
  if (refresh.generation !== 0) short.f = [refresh.generation, from(refresh.rotatedAt, createdAt)];
  if (session.candidate !== null) short.w = session.candidate;
  if (session.ended !== null) short.z = session.ended;
  return JSON.stringify(short);
}

/**
 * Reads a record; what it says is checked like anything that comes from outside.
 *
 * @throws whatever is wrong with it; nothing of its content is in the message.
 */
export function readRecord({ id, subject, record, revision }: Envelope): Held {
  const short = parsedJson(record) as Short;
  checkFormat(short);
  const session = parseSession(longSession(short, id, subject));
  return { session: frozen(shared(session, short)), handles: longHandles(short.h), revision, record };
}

/** Reads JSON; what a parser has to say of bad JSON quotes it, and nobody should find that in a log. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('it is not JSON');
  }
}

const KEYS = new Set('v c a l r p b x t u g q e f w z s k h'.split(' '));

/** The keys of the format and no others: one that was damaged must not look as if it had never been. */
function checkFormat(short: Short): void {
  if (typeof short !== 'object' || short === null) throw new TypeError('it is no record');
  const isEnded = short.v === -FORMAT;
  if (short.v !== FORMAT && !isEnded) throw new TypeError('it is of a format that this version does not know');
  if (isEnded !== (short.z !== undefined)) throw new TypeError('it does not agree with itself on whether it has ended');
  for (const key of Object.keys(short)) if (!KEYS.has(key)) throw new TypeError('it has a key that no record has');
}

/** One context, where the parser made two of one: most sessions stay where they logged in. */
function shared(session: Session, short: Short): Session {
  return short.x === undefined ? { ...session, context: session.bound } : session;
}

function longSession(short: Short, id: string, subject: string): unknown {
  const createdAt = short.c;
  const authenticatedAt = createdAt + (short.a ?? 0);
  const lastActivityAt = createdAt + (short.l ?? 0);
  const bound = longContext(short.b ?? {});
  const proofs = (short.p ?? [0, null, null]).map((proof) => (proof === null ? null : proof + authenticatedAt));
  const [generation = 0, rotated = null] = short.f ?? [0, null];
  return {
    id,
    subject,
    createdAt,
    authenticatedAt,
    proofs: { aal1: proofs[0], aal2: proofs[1], aal3: proofs[2] },
    lastActivityAt,
    recordedAt: lastActivityAt + (short.r ?? 0),
    bound,
    context: short.x === undefined ? bound : longContext(short.x),
    attributes: short.t ?? {},
    attributesAt: createdAt + (short.u ?? 0),
    signals: short.g ?? null,
    requested: short.q ?? null,
    stamps: longStamps(short.s, lastActivityAt, createdAt, authenticatedAt),
    lease: short.e ?? null,
    refresh: { generation, rotatedAt: rotated === null ? null : rotated + createdAt },
    policy: short.k,
    candidate: short.w ?? null,
    ended: short.z ?? null,
  };
}

const LEVELS = ['aal1', 'aal2', 'aal3'] as const satisfies readonly (keyof Proofs)[];

function isPlainProof({ proofs, authenticatedAt }: Session): boolean {
  return proofs.aal1 === authenticatedAt && proofs.aal2 === null && proofs.aal3 === null;
}

function shortStamps({ stamps, lastActivityAt, createdAt, authenticatedAt }: Session): (number | null)[] {
  const { idle, absolute, reauthentication, onIdle } = stamps;
  const all = [from(idle, lastActivityAt), from(absolute, createdAt), from(reauthentication, authenticatedAt)];
  return onIdle === 'lock' ? [...all, 1] : all;
}

function longStamps(short: Short['s'], lastActivityAt: number, createdAt: number, authenticatedAt: number): Stamps {
  const [idle = null, absolute = null, reauthentication = null, lock = null] = short;
  const to = (length: number | null, start: number) => (length === null ? NEVER : start + length);
  return {
    idle: to(idle, lastActivityAt),
    absolute: to(absolute, createdAt),
    reauthentication: to(reauthentication, authenticatedAt),
    onIdle: lock === 1 ? 'lock' : 'end',
  };
}

/** `null` for no instant, and for one that never comes. */
function from(at: number | null, start: number): number | null {
  return at === null || at === NEVER ? null : at - start;
}

function shortHandles(handles: readonly StoredHandle[]): (string | number)[] {
  return handles.flatMap(({ hash, validUntil }) => (validUntil === NEVER ? [hash] : [hash, validUntil]));
}

function longHandles(short: Short['h']): StoredHandle[] {
  const handles: StoredHandle[] = [];
  for (const [index, hash] of short.entries()) {
    const next = short[index + 1];
    if (typeof hash === 'string') handles.push({ hash, validUntil: typeof next === 'number' ? next : NEVER });
  }
  return handles;
}
