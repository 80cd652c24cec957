import type { AccessEvent } from '../../core/event.js';
import type { Policy } from '../../core/policy.js';
import type { Rule } from '../../core/rule.js';
import type { Session } from '../../core/session.js';
import { NEVER } from '../../time/instant.js';
import { same } from '../reference/arithmetic.js';
import { type Complaint, type Evaluate, eachStep, firstOf, type LawDefinition, type Step } from './scenario.js';

/** What the laws promise for the built-in rules, asked of your own. */
export const customRulesAreHonest: LawDefinition = {
  name: 'customRulesAreHonest',
  statement:
    'Every custom rule has a version and settings that are plain JSON, never fails, and answers exactly: what it ' +
    'permits until an instant it permits one millisecond before and not at it.',
  complain(engine, scenario) {
    const { rules } = scenario.policy;
    if (rules.length === 0) return undefined;
    return eachStep(engine, scenario, (step) => {
      const failed = step.decision.reasons.find(({ code }) => code === 'rule_failed');
      if (failed !== undefined) return `the rule ${failed.rule} failed`;
      return firstOf(
        ...rules.map(describesItself),
        ...rules.map((rule) => isExact(engine, scenario.policy, rule, step)),
      );
    });
  },
};

function describesItself({ id, version, settings }: Rule): Complaint {
  if (!Number.isSafeInteger(version)) return `the version of ${id} is not a whole number`;
  const text = JSON.stringify(settings);
  return text !== undefined && same(JSON.parse(text), settings) ? null : `the settings of ${id} are not plain JSON`;
}

function isExact(engine: Evaluate, policy: Policy, rule: Rule, { session, event, now }: Step): Complaint {
  if (session.ended !== null || event.type !== 'access' || event.at < session.recordedAt) return undefined;
  const alone = only(policy, rule);
  const unlimited = withoutLimits(session);
  const { operation: _, ...access } = event;
  const first = engine(alone, unlimited, access as AccessEvent);
  if (first.effect !== 'permit' || first.until === NEVER) return undefined;
  const again = (at: number) => engine(alone, first.session, { ...access, at } as AccessEvent).effect;
  if (again(first.until - 1) !== 'permit') return `${rule.id} permits at ${now} until ${first.until}, but not before`;
  return again(first.until) === 'permit' ? `${rule.id} permits until ${first.until}, and still then` : null;
}

/** The policy with nothing to limit a session but one rule. */
function only(policy: Policy, rule: Rule): Policy {
  const limits = { idleTimeout: NEVER, absoluteTimeout: NEVER };
  const reauthentication = { ...policy.reauthentication, after: NEVER };
  return { ...policy, limits, requestable: limits, reauthentication, conditions: [], risk: [], rules: [rule] };
}

function withoutLimits(session: Session): Session {
  const stamps = { idle: NEVER, absolute: NEVER, reauthentication: NEVER, onIdle: 'end' as const };
  return { ...session, stamps, lease: null };
}
