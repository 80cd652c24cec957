import type { Decision } from '../../core/decision.js';
import type { Policy } from '../../core/policy.js';
import { type Complaint, type Evaluate, eachStep, type LawDefinition, type Step, severity } from './scenario.js';
import { tightened } from './tightening.js';

/** Law 6. */
export const tighteningIsMonotone: LawDefinition = {
  name: 'tighteningIsMonotone',
  statement:
    'Same session, same event, tighter policy: the effect is not milder, `until` is not later, no reason is missing.',
  complain(engine, scenario) {
    const tighter = tightened(scenario.policy, scenario.choices);
    return eachStep(engine, scenario, (step) => isNotMilder(engine, tighter, step));
  },
};

/** Compares a decision with the one that a tighter policy gives in its place. */
export function isNotMilder(engine: Evaluate, tighter: Policy, { session, event, decision: loose }: Step): Complaint {
  if (session.ended !== null) return undefined;
  const tight = engine(tighter, session, event);
  if (severity(tight) < severity(loose)) return `${loose.effect} becomes ${tight.effect} (${codes(tight)})`;
  if ('until' in loose && 'until' in tight && tight.effect === loose.effect && tight.until > loose.until) {
    return `${loose.effect} until ${loose.until} becomes until ${tight.until}`;
  }
  const missing = loose.reasons.find(({ code }) => !tight.reasons.some((reason) => reason.code === code));
  return missing === undefined ? null : `the reason ${missing.code} is missing (${codes(tight)})`;
}

function codes({ reasons }: Decision): string {
  return reasons.map(({ code }) => code).join(', ');
}
