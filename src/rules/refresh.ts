import type { Facts } from '../core/facts.js';
import type { Policy } from '../core/policy.js';
import type { Rule } from '../core/rule.js';
import type { Refresh } from '../core/session.js';
import { after, type Instant, NEVER } from '../time/instant.js';

/** What a presented generation of a refresh token is. */
export type RefreshOutcome = 'rotated' | 'replayed' | 'reused' | 'unknown';

/**
 * Classifies a presented generation (RFC 9700 section 4.14.2).
 *
 * A generation rotates at most once per `refreshGrace`. Until then the current one and the one before it are answered
 * with the same successor: a lost response, two tabs and twenty parallel calls are no theft. Anything older is.
 */
export function refreshOutcome(policy: Policy, refresh: Refresh, generation: number, now: Instant): RefreshOutcome {
  if (generation > refresh.generation) return 'unknown';
  const { rotatedAt } = refresh;
  const isInGrace = rotatedAt !== null && now < after(rotatedAt, policy.tokens.refreshGrace);
  if (generation === refresh.generation) return isInGrace ? 'replayed' : 'rotated';
  return isInGrace && generation === refresh.generation - 1 ? 'replayed' : 'reused';
}

/**
 * Ends the session when a retired token comes back: the server cannot tell which of the two holders is the thief. A
 * generation that was never issued is refused only: the store may have lost a write.
 */
export const refresh: Rule<null, Facts> = {
  id: 'refresh',
  version: 1,
  settings: null,
  ends: true,
  evaluate({ policy, session, event, now }) {
    if (event.type !== 'token_refreshed') return NEVER;
    const outcome = refreshOutcome(policy, session.refresh, event.generation, now);
    if (outcome === 'unknown') return { effect: 'deny', code: 'refresh_unknown', ends: false };
    return outcome === 'reused' ? { effect: 'deny', code: 'refresh_reused' } : NEVER;
  },
};
