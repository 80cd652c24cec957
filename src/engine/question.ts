import type { SessionEvent } from '../core/event.js';
import type { Instant } from '../time/instant.js';
import { readHandle } from './handle.js';
import type { Decided } from './merging.js';
import { isId } from './session-id.js';

/** Not to be had from JSON: a body that claims to be a reference is none. */
const SESSION_ID: unique symbol = Symbol.for('curfew.sessionId') as never;

/** A session named by its id; made by `byId`. */
export interface SessionReference {
  readonly [SESSION_ID]: string;
}

/** Which session: the handle that a client presented, or `byId(id)` for whoever acts on its behalf. */
export type Which = string | SessionReference;

/**
 * Names a session by its id, which is no secret: for administrators, signals and jobs. What a client sent is never to
 * be
 * wrapped in it.
 *
 * @example
 * await engine.end(byId(session.id), { code: 'account_disabled', by: 'support' });
 */
export function byId(sessionId: string): SessionReference {
  return { [SESSION_ID]: sessionId };
}

/** Where a session is looked for, and with what it must have been presented; no hash for who acts by its id. */
export interface Target {
  readonly id: string;
  readonly hash: string | null;
}

/** Reads which session is meant; `null` if it can be none. */
export function targetOf(which: Which): Target | null {
  if (typeof which === 'string') return readHandle(which);
  const id = typeof which === 'object' && which !== null ? which[SESSION_ID] : undefined;
  return isId(id) ? { id, hash: null } : null;
}

/** What is asked of a session. */
export interface Question {
  readonly type: SessionEvent['type'];
  /** The event, once it is known when. */
  readonly event: (at: Instant) => SessionEvent;
  /** Whether a copy in memory will do, where the store tells of changes. */
  readonly isFromMemory?: boolean;
  /** Whether a permit gives the client a new handle. */
  readonly rotates?: boolean;
  /** Whether what is decided now, somebody else having been first, would blame the client for having been second. */
  readonly isSuperseded?: (first: Decided, now: Decided) => boolean;
}
