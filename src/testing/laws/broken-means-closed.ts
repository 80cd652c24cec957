import type { Decision } from '../../core/decision.js';
import type { SessionEvent } from '../../core/event.js';
import type { Policy } from '../../core/policy.js';
import type { Rule } from '../../core/rule.js';
import type { Session } from '../../core/session.js';
import { damaged, EVENT_DAMAGES, SESSION_DAMAGES } from '../arbitraries/damage.js';
import { BROKEN_RULES } from '../arbitraries/rules.js';
import { type Complaint, type Evaluate, eachStep, firstOf, type LawDefinition, type Step } from './scenario.js';

/** Law 8. */
export const brokenMeansClosed: LawDefinition = {
  name: 'brokenMeansClosed',
  statement:
    'A rule that throws or answers nonsense denies with `rule_failed` and ends nothing. A session or an event that ' +
    'is damaged is never permitted, never throws and changes nothing.',
  complain(engine, scenario) {
    return eachStep(engine, scenario, (step) => {
      if (step.session.ended !== null) return undefined;
      return firstOf(brokenRuleDenies(engine, scenario.policy, step), damageIsRefused(engine, scenario.policy, step));
    });
  },
};

function brokenRuleDenies(engine: Evaluate, policy: Policy, { session, event, decision, choice }: Step): Complaint {
  if (decision.effect === 'indeterminate') return undefined;
  const broken = BROKEN_RULES[choice % BROKEN_RULES.length] as Rule;
  const asked = attempt(engine, { ...policy, rules: [...policy.rules, broken] }, session, event);
  if (typeof asked === 'string') return asked;
  if (asked.effect !== 'deny') return `a broken rule answered ${asked.effect}`;
  if (!asked.reasons.some(({ code }) => code === 'rule_failed')) return 'a broken rule is not named';
  const isLogout = asked.session.ended !== null && decision.session.ended === null;
  return isLogout ? 'a broken rule ended the session' : null;
}

function damageIsRefused(engine: Evaluate, policy: Policy, { session, event, choice }: Step): Complaint {
  const badSession = damaged(session, SESSION_DAMAGES, choice) as Session;
  const badEvent = damaged(event, EVENT_DAMAGES, choice) as SessionEvent;
  return firstOf(
    isRefused(attempt(engine, policy, badSession, event), badSession),
    isRefused(attempt(engine, policy, session, badEvent), session),
  );
}

function isRefused(decision: Decision | string, given: Session): Complaint {
  if (typeof decision === 'string') return decision;
  if (decision.effect !== 'deny' && decision.effect !== 'indeterminate')
    return `damage was answered ${decision.effect}`;
  return decision.session === given ? null : 'damage changed the session';
}

function attempt(engine: Evaluate, policy: Policy, session: Session, event: SessionEvent): Decision | string {
  try {
    return engine(policy, session, event);
  } catch (error) {
    return `threw ${String(error)} for ${JSON.stringify({ session, event })}`;
  }
}
