import type { AccessEvent } from '../core/event.js';
import type { Session } from '../core/session.js';
import type { Held } from './held.js';
import { type Policies, withActivity } from './merging.js';

/** How late a timer may fire, and a write may be, before another process could see a deadline pass that has moved. */
const SLACK = 1_000;

/** Activity of one session that no store knows of yet. */
interface Unwritten {
  /** What the store has, and which question of the store told so. */
  stored: Held;
  heardAt: number;
  /** What it is to have. */
  latest: Held;
  /** The latest activity, should somebody else write in between. */
  activity: AccessEvent;
  /** Since when, on the monotonic clock. */
  since: number;
}

/** What is about to be written: `latest` stands on what the store has. */
export interface Due {
  readonly id: string;
  readonly latest: Held;
  /** What the store has. */
  readonly stored: Held;
}

/**
 * Activity that was acknowledged and not written yet. Pure book-keeping: who writes it, and when, is another's task.
 */
export interface Activity {
  /**
   * The session with this process's activity, given what the store has, heard by the question `asked`.
   *
   * What was heard last is believed, whatever the revision: a store that lost its last writes counts up from an earlier
   * one, and a copy kept here would outlive a logout that came after.
   */
  over(stored: Held, asked: number): Held;
  /** Takes note of activity: `stored` is what the store has, `session` what is true from now on. */
  note(stored: Held, session: Session, activity: AccessEvent): void;
  /** What is to be written of one session; `null` for nothing. */
  of(id: string): Due | null;
  /** What has waited since `until` or longer, oldest first, at most so many. */
  due(until: number, most: number): readonly Due[];
  /** It was written as `stored`. */
  written(due: Due, stored: Held): void;
  /** The session is no more. */
  drop(id: string): void;
  /** Since when the oldest waits; `null` if nothing does. */
  oldest(): number | null;
  readonly size: number;
}

export interface ActivityOptions {
  readonly policies: () => Policies;
  readonly monotonic: () => number;
  /** How many questions a store has been asked so far. */
  readonly questions: () => number;
}

export function activityLog({ policies, monotonic, questions }: ActivityOptions): Activity {
  const unwritten = new Map<string, Unwritten>();

  /** What is left to write, on top of what the store has now. */
  function rebase(entry: Unwritten, stored: Held): Held {
    const session = withActivity(policies(), stored.session, entry.activity);
    if (session === stored.session) unwritten.delete(session.id);
    entry.stored = stored;
    entry.heardAt = questions();
    entry.latest = session === stored.session ? stored : { ...stored, session };
    return entry.latest;
  }

  return {
    over(stored, asked) {
      const entry = unwritten.get(stored.session.id);
      if (entry === undefined) return stored;
      const isSame = stored.revision === entry.stored.revision && stored.record === entry.stored.record;
      const isNews = asked > entry.heardAt || stored.revision > entry.stored.revision;
      return !isSame && isNews ? rebase(entry, stored) : entry.latest;
    },
    note(stored, session, activity) {
      const entry = unwritten.get(session.id);
      const latest: Held = { ...(entry?.stored ?? stored), session };
      if (entry === undefined) {
        unwritten.set(session.id, { stored, heardAt: questions(), latest, activity, since: monotonic() });
        return;
      }
      entry.latest = latest;
      // what a program does is no activity that could be lost
      if (activity.activity === 'user' && activity.at > entry.activity.at) entry.activity = activity;
    },
    of(id) {
      const entry = unwritten.get(id);
      return entry === undefined ? null : { id, latest: entry.latest, stored: entry.stored };
    },
    due(until, most) {
      const found: Due[] = [];
      for (const [id, { since, latest, stored }] of unwritten) {
        if (since > until || found.length === most) break;
        found.push({ id, latest, stored });
      }
      return found;
    },
    written({ id, latest }, stored) {
      const entry = unwritten.get(id);
      // somebody else's write may have been heard of since
      if (entry === undefined || entry.stored.revision >= stored.revision) return;
      unwritten.delete(id);
      if (entry.latest === latest) return;
      // more came while it was being written: that waits from now on
      unwritten.set(id, {
        stored,
        heardAt: questions(),
        latest: { ...stored, session: entry.latest.session },
        activity: entry.activity,
        since: monotonic(),
      });
    },
    drop: (id) => void unwritten.delete(id),
    oldest() {
      for (const { since } of unwritten.values()) return since;
      return null;
    },
    get size() {
      return unwritten.size;
    },
  };
}

/**
 * Whether activity must be written before it is acknowledged: a crash would otherwise take more than `recordEvery` of
 * it, or the idle deadline that other processes see is so near that it could pass before the next write.
 */
export function isUrgent(stored: Session, next: Session, at: number, recordEvery: number): boolean {
  const idle = next.stamps.idle - next.lastActivityAt;
  const seenByOthers = Math.min(stored.stamps.idle, stored.lastActivityAt + idle);
  return at - stored.lastActivityAt >= recordEvery || seenByOthers - at <= recordEvery + SLACK;
}

/** Whether what waits has to be written before it is acknowledged. */
export function isDueNow({ stored, latest: { session } }: Due, recordEvery: number): boolean {
  return isUrgent(stored.session, session, session.lastActivityAt, recordEvery);
}
