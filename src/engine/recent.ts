import { fault } from './faults.js';
import type { Held } from './held.js';
import type { Envelope } from './ports.js';
import { readRecord } from './record.js';

/** A session that was seen lately. */
interface Seen {
  readonly held: Held;
  /** The channel's run of trust in which it was loaded: a copy of an earlier one may have missed a change. */
  readonly run: number | null;
  /** When the store last confirmed it, on the monotonic clock. */
  readonly confirmedAt: number;
  /** How many questions had been asked when it was heard. */
  readonly heardAt: number;
}

/** When a call to the store began. */
export interface Asked {
  readonly at: number;
  /** Its number: what is heard by a later call is newer. */
  readonly question: number;
  readonly changes: number;
}

/** Sessions that were seen lately: read once, and with a watching store served without asking. */
export interface Recent {
  /**
   * Reads an envelope that was asked for at `asked`, or remembers how it read. Throws a fault `store_record_invalid`.
   */
  read(envelope: Envelope, asked: Asked): Held;
  /** Takes note of what has been written by a call that began at `asked`. */
  wrote(held: Held, asked: Asked): void;
  /**
   * To be kept when a call to the store begins: what is announced until its answer arrives makes a copy of it stale.
   */
  asking(): Asked;
  /** How many calls there were so far. */
  questions(): number;
  /** The copy that nothing has been announced about; `null` if there is none, or it cannot be trusted. */
  trusted(id: string): Held | null;
  /** Any copy that the store confirmed since `earliest`. */
  confirmedSince(id: string, earliest: number): Held | null;
  /** A change was announced. */
  changed(id: string): void;
  /** The record is gone, or another is known to be newer. */
  forget(id: string): void;
  /** Announcements may have been missed: no copy that is older may be trusted any more. */
  distrust(): void;
  readonly size: number;
}

/** Keeps at most `most` sessions; the one that was not asked for the longest goes first. */
export function recentSessions(most: number, monotonic: () => number): Recent {
  const sessions = new Map<string, Seen>();
  let run = 0;
  let changes = 0;
  let questions = 0;

  function remember(held: Held, { at, changes: before }: Asked): void {
    keep(held.session.id, { held, run: before === changes ? run : null, confirmedAt: at, heardAt: questions });
  }

  function keep(id: string, seen: Seen): void {
    sessions.delete(id);
    sessions.set(id, seen);
    if (sessions.size <= most) return;
    for (const oldest of sessions.keys()) {
      sessions.delete(oldest);
      return;
    }
  }

  return {
    asking() {
      questions += 1;
      return { at: monotonic(), question: questions, changes };
    },
    questions: () => questions,
    read(envelope, asked) {
      const { id, record, revision } = envelope;
      const known = sessions.get(id);
      const isKnown = known !== undefined && known.held.revision === revision && known.held.record === record;
      const held = isKnown ? known.held : readOrFault(envelope);
      // an answer to an earlier question does not push aside what was heard since
      const isOld = known !== undefined && asked.question <= known.heardAt && revision < known.held.revision;
      if (!isOld) remember(held, asked);
      return held;
    },
    wrote: remember,
    trusted(id) {
      const seen = sessions.get(id);
      if (seen === undefined || seen.run !== run) return null;
      // as long as there is room, nobody has to know who came last
      if (sessions.size > most / 2) {
        sessions.delete(id);
        sessions.set(id, seen);
      }
      return seen.held;
    },
    confirmedSince(id, earliest) {
      const seen = sessions.get(id);
      return seen !== undefined && seen.confirmedAt >= earliest ? seen.held : null;
    },
    changed(id) {
      changes += 1;
      sessions.delete(id);
    },
    forget(id) {
      sessions.delete(id);
    },
    distrust() {
      changes += 1;
      run += 1;
    },
    get size() {
      return sessions.size;
    },
  };
}

function readOrFault(envelope: Envelope): Held {
  try {
    return readRecord(envelope);
  } catch (error) {
    throw fault('store_record_invalid', error);
  }
}
