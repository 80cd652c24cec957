import { curfewError } from '../core/errors.js';
import type { Envelope, SessionStore, WriteOutcome } from '../engine/ports.js';
import type { Clock } from '../time/clock.js';
import type { Instant } from '../time/instant.js';
import { systemTimers } from '../time/timer.js';
import { createSchedule, type Schedule, type Scheduled } from './memory/schedule.js';
import { createShardedMap, type ShardedMap } from './memory/sharded-map.js';

/** How a memory store is bounded, and what it sweeps by. */
export interface MemoryStoreOptions {
  /**
   * The most records to hold, ended ones that are not purged yet included. Default 1,000,000, which take up to 700 MB.
   *
   * A store that is full refuses new sessions, with an error of code `memory_store_full`: to make room by dropping live
   * ones would end sessions that nobody ended.
   */
  readonly maxSessions?: number;
  /**
   * The clock that the engine goes by. With it, every write removes up to two records that may go, so that the store
   * keeps itself clean with no timer and no `purge`. Without it, records go by `purge` alone.
   */
  readonly clock?: Clock;
}

/** A store that also tells how much it holds. */
export interface MemoryStore extends SessionStore {
  /** Records held, ended ones that are not purged yet included. */
  readonly size: number;
}

/** A record, linked with the others of its subject. Its purgeAt is in the schedule. */
interface Entry extends Scheduled {
  readonly id: string;
  readonly subject: string;
  record: string;
  revision: number;
  previous: Entry | null;
  next: Entry | null;
}

interface Shelf {
  readonly byId: ShardedMap<Entry>;
  /** The latest entry of each subject. */
  readonly bySubject: ShardedMap<Entry>;
  readonly schedule: Schedule<Entry>;
}

const DEFAULT_MAX_SESSIONS = 1_000_000;
const DEFAULT_LIMIT = 1_000;
/** How many a write removes at most: more than it adds, so that the store cannot fill with what may go. */
const SWEPT_BY_A_WRITE = 2;
/** How many a purge removes before it lets others have a turn: a fraction of a millisecond's worth. */
const REMOVED_BY_A_TURN = 64;

/**
 * Keeps sessions in the memory of this process: for tests, development, and a service of one process that may forget
 * its sessions when it restarts. Bounded; see {@link MemoryStoreOptions.maxSessions} for what happens at the bound.
 *
 * No `watch`: there is no other process, and nothing to be had from caching what is in memory already.
 *
 * @example
 * const store = memoryStore({ maxSessions: 100_000, clock: systemClock });
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { maxSessions = DEFAULT_MAX_SESSIONS, clock } = options;
  if (!(maxSessions >= 1)) throw invalidBound();
  const shelf: Shelf = { byId: createShardedMap(), bySubject: createShardedMap(), schedule: createSchedule() };
  const sweep = () => {
    if (clock !== undefined) removeDue(shelf, clock.now(), SWEPT_BY_A_WRITE);
  };
  return {
    get size() {
      return shelf.schedule.size;
    },
    async create(envelope) {
      sweep();
      return create(shelf, envelope, maxSessions);
    },
    async load(ids) {
      return ids.map((id) => {
        const entry = shelf.byId.get(id);
        return entry === undefined ? null : envelopeOf(shelf, entry);
      });
    },
    async replace(envelopes) {
      const outcomes = envelopes.map((envelope) => replace(shelf, envelope));
      sweep();
      return outcomes;
    },
    async listBySubject(subject) {
      return listOf(shelf, subject);
    },
    purge: (now, limit = DEFAULT_LIMIT) => purge(shelf, now, limit),
  };
}

function create({ byId, bySubject, schedule }: Shelf, envelope: Envelope, maxSessions: number): WriteOutcome {
  if (byId.get(envelope.id) !== undefined) return 'conflict';
  if (schedule.size >= maxSessions) throw full(maxSessions);
  const { id, revision, purgeAt } = envelope;
  const next = bySubject.get(envelope.subject) ?? null;
  // One string for all the sessions of a subject.
  const subject = next?.subject ?? envelope.subject;
  const entry: Entry = { id, subject, record: flat(envelope.record), revision, place: 0, previous: null, next };
  if (next !== null) next.previous = entry;
  byId.set(id, entry);
  bySubject.set(subject, entry);
  schedule.add(entry, purgeAt);
  return 'written';
}

function replace({ byId, schedule }: Shelf, { id, record, revision, purgeAt }: Envelope): WriteOutcome {
  const entry = byId.get(id);
  if (entry === undefined || entry.revision !== revision - 1) return 'conflict';
  entry.record = flat(record);
  entry.revision = revision;
  if (schedule.dueOf(entry) !== purgeAt) schedule.move(entry, purgeAt);
  return 'written';
}

/**
 * The same text, in one piece. What `JSON.stringify` gives can be a tree of pieces, which takes half as much memory
 * again; it is put together when a character of it is first looked at.
 */
function flat(text: string): string {
  return Number.isNaN(text.charCodeAt(0)) ? '' : text;
}

function envelopeOf({ schedule }: Shelf, entry: Entry): Envelope {
  const { id, subject, record, revision } = entry;
  return { id, subject, record, revision, purgeAt: schedule.dueOf(entry) };
}

function listOf(shelf: Shelf, subject: string): Envelope[] {
  const list: Envelope[] = [];
  let entry = shelf.bySubject.get(subject) ?? null;
  for (; entry !== null; entry = entry.next) list.push(envelopeOf(shelf, entry));
  return list;
}

async function purge(shelf: Shelf, now: Instant, limit: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const most = Math.min(limit - removed, REMOVED_BY_A_TURN);
    const count = removeDue(shelf, now, most);
    removed += count;
    if (count < most || removed >= limit) return removed;
    await new Promise<void>((resolve) => systemTimers.soon(resolve));
  }
}

function removeDue(shelf: Shelf, now: Instant, most: number): number {
  const { byId, schedule } = shelf;
  for (let removed = 0; removed < most; removed++) {
    const entry = schedule.first();
    if (entry === null || schedule.dueOf(entry) > now) return removed;
    schedule.removeFirst();
    byId.delete(entry.id);
    unlink(shelf, entry);
  }
  return most;
}

function unlink({ bySubject }: Shelf, { subject, previous, next }: Entry): void {
  if (next !== null) next.previous = previous;
  if (previous !== null) previous.next = next;
  else if (next !== null) bySubject.set(subject, next);
  else bySubject.delete(subject);
}

function full(maxSessions: number): Error {
  const message = `raise \`maxSessions\`, or purge more often; no session was dropped to make room`;
  return curfewError('memory_store_full', `the memory store holds ${maxSessions} sessions, as many as it may`, [
    { path: '', code: 'memory_store_full', message },
  ]);
}

function invalidBound(): Error {
  const message = 'write a number, 1 or more';
  return curfewError('store_options_invalid', 'the memory store cannot be made', [
    { path: '/maxSessions', code: 'invalid_value', message },
  ]);
}
