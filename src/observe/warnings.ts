import type { DecisionRecord } from '../engine/index.js';
import { recentKeys } from './recent-keys.js';

/** What a record says of warnings. */
export interface WarningNews {
  /** A session is within its warning that was not before. */
  readonly isWarning: boolean;
  /** A person went on. */
  readonly isExtension: boolean;
}

const NONE: WarningNews = { isWarning: false, isExtension: false };

/**
 * Tells warnings that began, and people who went on. A warning is seen only if something is asked meanwhile: the page's
 * poll, mostly.
 */
export function warnings(most: number): (record: DecisionRecord) => WarningNews {
  const warned = recentKeys<true>(most);
  return ({ warned: isWarned, sessionId, at, until, effect, activity, type }) => {
    if (!isWarned || sessionId === null || effect !== 'permit') return NONE;
    const isWarning = warned.get(sessionId, at) === null;
    const isExtension = activity === 'user' || type === 'reauthenticated';
    if (isExtension) warned.delete(sessionId);
    // a background poll does not move the deadline: until then it is the same warning
    else if (until !== null) warned.put(sessionId, true, until);
    return { isWarning, isExtension };
  };
}
