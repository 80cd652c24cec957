import type { Session } from '../core/session.js';

/**
 * Whether a session is what a job goes by (`curfew/jobs`), and no login: it takes no place of one, and no person is
 * shown it as theirs. Whoever ends all of a subject's sessions ends it too.
 */
export function isGrant({ attributes }: Session): boolean {
  return attributes['grantOf'] !== undefined;
}
