import type { Facts } from '../core/facts.js';
import type { Rule } from '../core/rule.js';
import { NEVER } from '../time/instant.js';

/** Tells that the client had asked for longer limits than it may; the limits themselves are clamped already. */
export const request: Rule<null, Facts> = {
  id: 'request',
  version: 1,
  settings: null,
  evaluate({ session, after }) {
    if (after.limits.isClamped !== true) return NEVER;
    return { effect: 'permit', code: 'request_clamped', since: session.createdAt };
  },
};
