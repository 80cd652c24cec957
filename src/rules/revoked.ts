import type { Facts } from '../core/facts.js';
import type { Rule } from '../core/rule.js';
import { NEVER } from '../time/instant.js';

/** Ends a session that somebody revoked: a logout, an administrator, a limit on concurrent sessions. */
export const revoked: Rule<null, Facts> = {
  id: 'revoked',
  version: 1,
  settings: null,
  ends: true,
  evaluate({ event }) {
    return event.type === 'revoked' ? { effect: 'deny', code: event.code, since: event.at } : NEVER;
  },
};
