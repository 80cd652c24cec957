import type { Facts } from '../core/facts.js';
import type { Rule } from '../core/rule.js';

/**
 * Ends or locks a session that has gone `idleTimeout` without user activity (NIST SP 800-63B-4 section 2: inactivity
 * timeout; PCI DSS 8.2.8 lets the person reauthenticate).
 *
 * Half-open, as every rule: with 15 minutes, 14:59.999 after the last activity is fine and 15:00.000 is not.
 */
export const idle: Rule<null, Facts> = {
  id: 'idle',
  version: 1,
  settings: null,
  ends: true,
  limit: 'idle_timeout',
  evaluate({ policy, session, now, before, after }) {
    const isOpen = now < before.idle;
    if (isOpen && now < after.idle) return after.idle;
    const since = isOpen ? after.idle : before.idle;
    if (policy.onIdle === 'end' || session.stamps.onIdle === 'end')
      return { effect: 'deny', code: 'idle_timeout', since };
    // locked: what unlocks is a newer reauthentication that moves the idle deadline past now
    if (now < after.idle && after.authenticatedAt > before.authenticatedAt) return after.idle;
    return { effect: 'challenge', code: 'idle_timeout', since };
  },
};
