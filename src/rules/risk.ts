import type { ReauthenticatedEvent } from '../core/event.js';
import type { Facts } from '../core/facts.js';
import type { Finding, Rule } from '../core/rule.js';
import { type ActiveRisk, activeRisks, withRaised } from '../core/signals.js';
import { NEVER } from '../time/instant.js';

/**
 * Says what the policy wants done about each raised signal (NIST SP 800-63B-4 section 5.3, session monitoring).
 *
 * A signal applies until an authentication newer than it: a later, milder report lifts nothing.
 */
export const risk: Rule<null, Facts> = {
  id: 'risk',
  version: 1,
  settings: null,
  ends: true,
  evaluate(facts) {
    const { event, after } = facts;
    if (event.type === 'reauthenticated')
      return [...endsOnReauthentication(facts, event), ...lasting(after.risks).map(findingOf)];
    return after.risks.length === 0 ? NEVER : after.risks.map(findingOf);
  },
};

function lasting(risks: readonly ActiveRisk[]): readonly ActiveRisk[] {
  return risks.filter(({ rule }) => rule.response !== 'end');
}

/**
 * A reauthentication lifts challenges, but not what ends a session: that is judged by the login that it would replace.
 */
function endsOnReauthentication({ policy, session, context, before }: Facts, event: ReauthenticatedEvent): Finding[] {
  const signals = withRaised(policy, session, event, context);
  const active = activeRisks(policy, signals, before.authenticatedAt, before.proofs);
  return active.filter(({ rule }) => rule.response === 'end').map(findingOf);
}

function findingOf({ rule, since }: ActiveRisk): Finding {
  const code = rule.signal;
  if (rule.response === 'end') return { effect: 'deny', code, since };
  if (rule.response !== 'challenge') return { effect: 'permit', code, since };
  return { effect: 'challenge', code, since, assuranceLevel: rule.assuranceLevel };
}
