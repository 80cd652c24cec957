import { NEVER } from '../time/instant.js';
import { NOTHING, type SessionStatus } from './status.js';

/**
 * What a page is to do:
 *
 * - `active`: nothing.
 * - `warning`: tell the person, and let them decide.
 * - `locked`: cover the page; a reauthentication resumes it.
 * - `ended`: say why, and offer to sign in.
 * - `unknown`: nobody has answered yet; or, with `remainingMs` 0, the time is up and the server is being asked.
 */
export type SessionPhase = 'active' | 'warning' | 'locked' | 'ended' | 'unknown';

/** What a page may show of its session. */
export interface SessionView {
  readonly phase: SessionPhase;
  /** Milliseconds until it ends or locks if nothing happens; `null` where nothing is set, or known. */
  readonly remainingMs: number | null;
  /** Milliseconds until nothing can extend it any more. */
  readonly absoluteRemainingMs: number | null;
  /** Whether staying is possible at all: a person's activity moves the limit that comes first. */
  readonly canExtend: boolean;
  /** The code of that limit: `idle_timeout`, `absolute_timeout`, `reauthentication_due`. */
  readonly boundBy: string | null;
  /** Why it ended, or what it waits for; `null` while it is active. */
  readonly code: string | null;
  /** The level that a reauthentication needs; any if `null`. */
  readonly assuranceLevel: string | null;
}

/** What the server said, and when: an answer is as old as its question, so a slow network makes it early. */
export interface KnownStatus extends SessionStatus {
  /** A reading of the page's own steady clock. */
  readonly askedAt: number;
}

/** WCAG 2.2 SC 2.2.1: a person has at least 20 seconds to ask for more time, whatever the policy says. */
const LEAST_WARNING = 20_000;
/** The server is asked once more just before a warning, so that nobody is warned of what another device has moved. */
const AHEAD = 2_000;
const SECOND = 1_000;

/** What a page knows and shows before anybody has answered, and on a server. */
export const UNKNOWN: KnownStatus & SessionView = { ...NOTHING, state: 'unknown', phase: 'unknown', askedAt: -NEVER };

/**
 * What to show at `now`. It depends on nothing else, so a timer that fired late, early or not at all cannot make it
 * wrong: a deadline that has passed is never shown as a warning.
 *
 * @example
 * const status = { state: 'active', remainingMs: 900_000, warnInMs: 780_000, absoluteRemainingMs: null };
 * const known = { ...status, boundBy: 'idle_timeout', canExtend: true, code: null, assuranceLevel: null, askedAt: 0 };
 *
 * phaseAt(known, 779_999).phase; // => 'active'
 * phaseAt(known, 780_000).phase; // => 'warning'
 * phaseAt(known, 900_000).phase; // => 'unknown'
 */
export function phaseAt(known: KnownStatus, now: number): SessionView {
  const { state, askedAt, warnInMs: _, ...facts } = known;
  const passed = now - askedAt;
  const remainingMs = left(facts.remainingMs, passed);
  const whileActive = remainingMs === 0 ? 'unknown' : warnIn(known, passed) > 0 ? 'active' : 'warning';
  return {
    ...facts,
    phase: state === 'active' ? whileActive : state,
    remainingMs,
    absoluteRemainingMs: left(facts.absoluteRemainingMs, passed),
    canExtend: facts.canExtend && remainingMs !== 0,
  };
}

/**
 * What is known once this was said. Another session is told as an end first: whoever shows what belongs to somebody has
 * to hear that it is somebody else now. An end is as old as the news of it: what was asked before is from before.
 */
export function follow(known: KnownStatus, said: KnownStatus, now: number): KnownStatus {
  const wasOver = known.state === 'ended';
  const isOther = !wasOver && known.tag !== null && known.tag !== said.tag;
  // after a while the server only knows that there is none
  const isLess = wasOver && /_missing$/.test(said.code as string);
  const code = said.state === 'ended' ? (isLess ? known.code : said.code) : isOther && 'session_replaced';
  return code ? { ...said, state: 'ended', remainingMs: 0, code, askedAt: now } : said;
}

/** Whether it is time to ask once more before a warning. */
export function isWarningNear(known: KnownStatus, now: number): boolean {
  return warnIn(known, 0) > AHEAD && warnIn(known, now - known.askedAt) <= AHEAD;
}

/** Milliseconds until there is something new to show or to ask. */
export function nextLookIn(known: KnownStatus, now: number): number {
  const passed = now - known.askedAt;
  const warn = warnIn(known, passed);
  if (warn > 0) return warn > AHEAD ? warn - AHEAD : warn;
  return (left(known.remainingMs, passed) as number) % SECOND || SECOND;
}

/** Milliseconds until the warning, less than 0 in it. Without a deadline there is none. */
function warnIn({ state, warnInMs, remainingMs }: KnownStatus, passed: number): number {
  if (state !== 'active' || remainingMs === null) return NEVER;
  return Math.min(warnInMs ?? remainingMs, remainingMs - LEAST_WARNING) - passed;
}

function left(milliseconds: number | null, passed: number): number | null {
  return milliseconds === null ? null : Math.max(0, milliseconds - passed);
}
