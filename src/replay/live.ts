import type { Policy } from '../core/policy.js';
import type { Ended, Session } from '../core/session.js';
import { deadlines } from '../deadlines.js';
import type { Instant } from '../time/instant.js';
import { popDue, pushDue } from './heap.js';
import type { Live, State } from './state.js';
import { countUp, type ReplayedSession } from './summary.js';

/** A visitor counts as coming back to a session that timed out for this long; so long it is remembered. */
const RETURN_WINDOW = 300_000;

const TIMEOUTS: ReadonlySet<string> = new Set(['idle_timeout', 'absolute_timeout']);

/** When a session ended, or will if nothing happens; a deadline that only locks it does not end it. */
export function endOf(policy: Policy, session: Session): Ended {
  if (session.ended !== null) return session.ended;
  const { absolute, idle } = deadlines(policy, session);
  const isIdle = policy.onIdle === 'end' && idle < absolute;
  const since = isIdle ? idle : absolute;
  return { code: isIdle ? 'idle_timeout' : 'absolute_timeout', since, at: since };
}

/** Whether the idle deadline of a session that goes on has passed. */
export function isLocked({ policy, lastAt }: State, { session }: Live): boolean {
  return lastAt >= deadlines(policy, session).idle;
}

/** Counts a session that is over. */
export function close(state: State, live: Live, { code, since }: Ended): void {
  const start = live.session.createdAt;
  const end = Math.max(start, since);
  countUp(state.ended, code);
  state.length.add(end - start);
  state.active.add(Math.max(0, live.lastRequestAt - start));
  // a locked session is of no use to whoever finds it
  state.unattendedTime += Math.max(0, Math.min(end, live.session.stamps.idle) - live.session.lastActivityAt);
  state.onSession(replayed(live, end, code));
}

/** A session as `onSession` tells it. */
export function replayed(live: Live, end: Instant | null, reason: string | null): ReplayedSession {
  const { visitor, requests, lastRequestAt, session } = live;
  return { visitor, start: session.createdAt, end, reason, requests, lastRequestAt };
}

/** Until when a person counts as coming back, where a session ended like this and the next one starts at `at`. */
export function returnByAfter({ code, since }: Ended, at: Instant): Instant {
  const returnBy = since + RETURN_WINDOW;
  return TIMEOUTS.has(code) && at < returnBy ? returnBy : 0;
}

/** Whether a session ended so long ago that its visitor is as good as forgotten. */
export function isForgotten({ policy, lastAt }: State, { session }: Live): boolean {
  return endOf(policy, session).since + RETURN_WINDOW <= lastAt;
}

/**
 * Forgets visitors whose session is over and who can no longer count as coming back.
 *
 * A deadline mostly moves later, so each visitor is looked at when the deadline that was known last has passed, and put
 * back if it has moved: once per idle timeout, not once per request.
 */
export function sweep(state: State): void {
  const { due, lastAt } = state;
  for (let first = due[0]; first !== undefined && first.dueAt <= lastAt; first = due[0]) {
    popDue(due);
    if (isForgotten(state, first)) forget(state, first);
    else watch(state, first);
  }
}

/** Sets when to look at a visitor again. */
export function watch({ policy, due }: State, live: Live): void {
  live.dueAt = endOf(policy, live.session).since + RETURN_WINDOW;
  pushDue(due, live);
}

function forget(state: State, live: Live): void {
  if (live.session.ended === null) close(state, live, endOf(state.policy, live.session));
  state.visitors.delete(live.visitor);
}
