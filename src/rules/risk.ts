import type { Facts } from '../core/facts.js';
import type { Finding, Rule } from '../core/rule.js';
import { type ActiveRisk, isRaised } from '../core/signals.js';
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
    if (event.type === 'reauthenticated') return [...endsOnReauthentication(facts), ...after.risks.map(findingOf)];
    return after.risks.length === 0 ? NEVER : after.risks.map(findingOf);
  },
};

/** A reauthentication lifts challenges, but not what ends a session: that is judged by the login that it would replace. */
function endsOnReauthentication({ policy, session, event, stated, context, before, now }: Facts): Finding[] {
  const { at } = event;
  const compared = { policy, session, stated, context, at };
  return policy.risk
    .filter((rule) => rule.response === 'end')
    .flatMap((rule) => {
      const active = before.risks.find((one) => one.rule === rule);
      if (active !== undefined) return [findingOf(active)];
      // an authentication from before the last one rebinds nothing, so there is nothing to compare
      return at >= before.authenticatedAt && isRaised(compared, rule) ? [findingOf({ rule, since: Math.min(at, now) })] : [];
    });
}

function findingOf({ rule, since }: ActiveRisk): Finding {
  const code = rule.signal;
  if (rule.response === 'end') return { effect: 'deny', code, since };
  if (rule.response !== 'challenge') return { effect: 'permit', code, since };
  return { effect: 'challenge', code, since, assuranceLevel: rule.assuranceLevel };
}
