import type { Facts } from '../core/facts.js';
import type { Rule } from '../core/rule.js';

/**
 * Ends a session that is older than `absoluteTimeout`, however active (NIST SP 800-63B-4 section 2: overall timeout).
 *
 * Only a newer reauthentication moves the deadline, and only where the policy resets it.
 */
export const absolute: Rule<null, Facts> = {
  id: 'absolute',
  version: 1,
  settings: null,
  ends: true,
  limit: 'absolute_timeout',
  evaluate({ now, before, after }) {
    if (now < before.absolute) return after.absolute;
    return { effect: 'deny', code: 'absolute_timeout', since: before.absolute };
  },
};
