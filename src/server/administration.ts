import type { Session } from '../core/session.js';
import type { Call } from './call.js';
import type { LogRecord } from './log.js';
import type { Reply } from './reply.js';

/** What somebody with a key for administration did, as far as it may be told: no session, no subject. */
export interface Deed {
  /** How many sessions ended by it. */
  ended?: number;
  /** The reason that was given, or the signal that was reported. */
  code?: string;
  signal?: string;
}

/** An endpoint for administrators: it writes down what was done. */
export type Administer = (call: Call, deed: Deed) => Promise<Reply>;

/**
 * Writes a line for every call, whatever of the decisions is logged: who may end anybody's session, and look at it, has
 * to answer for it.
 *
 * @param endpoint its path without the names in it: `subjects/end`
 */
export function audited(endpoint: string, administer: Administer): (call: Call) => Promise<Reply> {
  return async (call) => {
    const deed: Deed = {};
    try {
      const reply = await administer(call, deed);
      call.log(line(call, endpoint, reply.status, deed));
      return reply;
    } catch (error) {
      // it may have been done in part
      call.log(line(call, endpoint, 500, deed));
      throw error;
    }
  };
}

function line({ caller }: Call, endpoint: string, status: number, deed: Deed): LogRecord {
  const level = status >= 500 ? 'warn' : 'info';
  return { level, event: 'administration', key: caller, endpoint, status, ...deed };
}

/** Notes how many of these sessions are over now. */
export function noteEnded(deed: Deed, sessions: readonly (Session | null)[]): void {
  deed.ended = sessions.filter((session) => session !== null && session.ended !== null).length;
}
