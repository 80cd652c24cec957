import type { Reason } from './core/decision.js';
import type { SessionEvent } from './core/event.js';

/** The decision where there is no session. */
export interface MissingDecision {
  readonly effect: 'deny';
  readonly session: null;
  readonly reasons: readonly [Reason];
}

/**
 * The decision for a request whose handle belongs to no session: it never did, or the record is gone.
 *
 * @example
 * missingSession({ type: 'access', at: 0, activity: 'user' }).reasons[0].code; // => 'session_missing'
 */
export function missingSession(event: SessionEvent): MissingDecision {
  return {
    effect: 'deny',
    session: null,
    reasons: [{ code: 'session_missing', effect: 'deny', rule: 'session', since: event.at }],
  };
}
