import type { ReasonCode } from '../core/reason.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import type { Spread } from './percentiles.js';
import type { ProductionFigures } from './production.js';
import type { MalformedLine } from './record.js';

/** Counts by reason code. */
export type CodeCounts = Readonly<Record<string, number>>;

/** One session of the replay. */
export interface ReplayedSession {
  readonly visitor: string;
  readonly start: Instant;
  /** `null`: still open at the end of the log. */
  readonly end: Instant | null;
  /** The code that it ended with; `null` while it is open. */
  readonly reason: ReasonCode | null;
  /** Requests in the session, background ones included. */
  readonly requests: number;
  readonly lastRequestAt: Instant;
}

/** What the sessions of a log would have been under a policy. */
export interface SessionFigures {
  /** Requests that were read: user and background, in time and late. */
  readonly requests: number;
  /** Those of them that are not user activity. */
  readonly background: number;
  /** Lines that are another event than a request. */
  readonly events: number;
  /** Those of them whose visitor had no session. They change nothing. */
  readonly eventsWithoutSession: number;
  readonly visitors: number;
  /** `sessions` is the sum of `ended` and `open`. */
  readonly sessions: number;
  /** Sessions that background requests alone started and kept busy: a tab that polls, a robot. */
  readonly unattended: number;
  readonly ended: CodeCounts;
  readonly open: number;
  /** Open sessions that are locked until a reauthentication. */
  readonly locked: number;
  /** User requests that asked for a reauthentication, which is then assumed to succeed. */
  readonly challenged: CodeCounts;
  /** Background requests that asked for one; nobody is there to answer. */
  readonly challengedBackground: number;
  /** Requests that were refused although their session went on. */
  readonly refused: CodeCounts;
  /** Requests that found the visitor's session over, and started the next. */
  readonly requestsAfterEnd: number;
  /** Sessions that ended by a timeout and whose visitor was back, as a person, within 5 minutes. */
  readonly dropOffs: number;
  /**
   * From the last activity of a person to the end (or the lock), summed over ended sessions: for how long they could
   * still be used with nobody there.
   */
  readonly unattendedTime: Duration;
  /** From start to end, of ended sessions. */
  readonly length: Spread;
  /** From start to last request, of ended sessions. */
  readonly active: Spread;
  /** Between one request and the next of a visitor within a session. */
  readonly gaps: Spread;
  /** The earliest and the latest instant of the log; `null` where there was none. */
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
}

/** The result of a replay. Instants and durations in milliseconds; plain JSON. */
export interface ReplaySummary extends SessionFigures {
  readonly policy: { readonly id: string; readonly fingerprint: string };
  /** `lines` is the sum of `malformed`, `requests` and `events`. */
  readonly lines: number;
  /** Lines that are not a whole record. */
  readonly malformed: number;
  /** The first ten of them. */
  readonly malformedLines: readonly MalformedLine[];
  /** Records that were later than the window could sort. */
  readonly late: number;
  /** The window, in milliseconds. */
  readonly reorder: Duration;
  /** What was answered in production; `null` unless the log is an engine's records. */
  readonly production: ProductionFigures | null;
}

/** Counts up by code. */
export function countUp(counts: Map<ReasonCode, number>, code: ReasonCode): void {
  counts.set(code, (counts.get(code) ?? 0) + 1);
}

/** Counts as an object, the most frequent code first. */
export function countsOf(counts: ReadonlyMap<ReasonCode, number>): CodeCounts {
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}
