import type { Facts } from '../core/facts.js';
import type { Rule } from '../core/rule.js';
import { NEVER } from '../time/instant.js';

/** Asks for a new authentication when the last one is `reauthentication.after` old (NIST SP 800-63B-4 section 5.2). */
export const reauthentication: Rule<null, Facts> = {
  id: 'reauthentication',
  version: 1,
  settings: null,
  limit: 'reauthentication_due',
  evaluate({ policy, now, after }) {
    if (now < after.reauthentication) return after.reauthentication;
    // a stamp of an earlier policy may be due where today's asks for none
    const maxAge = policy.reauthentication.after === NEVER ? 0 : policy.reauthentication.after;
    return { effect: 'challenge', code: 'reauthentication_due', since: after.reauthentication, maxAge };
  },
};
