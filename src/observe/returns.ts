import type { DecisionRecord } from '../engine/index.js';
import { after, type Instant } from '../time/instant.js';
import { recentKeys } from './recent-keys.js';
import { isAfterEnd } from './security-event.js';

/** As in a replay: so soon after a timeout, it was the timeout that sent the person away. */
const RETURN_WINDOW = 300_000;

const TIMEOUTS: ReadonlySet<string> = new Set(['idle_timeout', 'absolute_timeout']);

/** A session that timed out, and whose person is not back yet. */
interface Gone {
  readonly code: string;
  readonly since: Instant;
  isCounted: boolean;
}

/**
 * Tells of people who came back to a session that had timed out less than 5 minutes before, once for each session: by
 * presenting it, or by logging in again. The code of the timeout; `null` for every other record.
 */
export function returns(most: number): (record: DecisionRecord) => string | null {
  const bySession = recentKeys<Gone>(most);
  const bySubject = recentKeys<Gone>(most);
  return (record) => {
    const { at, type, sessionId, subject, effect } = record;
    if (record.endedNow) {
      const gone = goneBy(record);
      if (gone === null) return null;
      const until = after(gone.since, RETURN_WINDOW);
      if (sessionId !== null) bySession.put(sessionId, gone, until);
      if (subject !== null) bySubject.put(subject, gone, until);
      // whoever finds it ended as a person is the one who came back
      return record.activity === 'user' && at < until ? counted(gone) : null;
    }
    if (type === 'start') return effect === 'permit' && subject !== null ? counted(bySubject.get(subject, at)) : null;
    const isPerson = record.activity === 'user' && isAfterEnd(record) && sessionId !== null;
    return isPerson ? counted(bySession.get(sessionId, at)) : null;
  };
}

function goneBy({ reasons }: DecisionRecord): Gone | null {
  const timeout = reasons.find(({ code, effect }) => effect === 'deny' && TIMEOUTS.has(code));
  return timeout === undefined ? null : { code: timeout.code, since: timeout.since, isCounted: false };
}

function counted(gone: Gone | null): string | null {
  if (gone === null || gone.isCounted) return null;
  gone.isCounted = true;
  return gone.code;
}
