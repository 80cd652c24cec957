import { type Complaint, type Evaluate, eachStep, type LawDefinition, type Scenario, type Step } from './scenario.js';

const NEVER_ENDS = ['operation_unknown', 'refresh_unknown', 'rule_failed', 'event_invalid', 'clock_behind'];

/** Law 2. */
export const final: LawDefinition = {
  name: 'final',
  statement:
    'Once `session.ended` is set, no event and no policy revives it: every later decision is a deny with the same ' +
    'code and the same session. Only a deny sets it, and never for a request that is merely refused.',
  complain(engine, scenario) {
    return eachStep(engine, scenario, (step) => {
      return step.session.ended === null ? endsProperly(step) : staysEnded(engine, scenario, step);
    });
  },
};

function endsProperly({ decision, now }: Step): Complaint {
  const { ended } = decision.session;
  if (ended === null) return undefined;
  if (decision.effect !== 'deny') return `ended with ${ended.code}, but answered ${decision.effect}`;
  if (ended.at !== now) return `ended at ${ended.at}, decided at ${now}`;
  if (decision.reasons[0]?.code !== ended.code) return `ended with ${ended.code}, which is not the first reason`;
  return NEVER_ENDS.includes(ended.code) ? `${ended.code} must refuse the request only` : null;
}

function staysEnded(engine: Evaluate, { policy, other }: Scenario, { session, event }: Step): Complaint {
  for (const one of [policy, other()]) {
    const { effect, session: next, reasons } = engine(one, session, event);
    if (effect !== 'deny') return `an ended session was answered ${effect}`;
    if (next !== session) return 'an ended session was changed';
    if (reasons[0]?.code !== session.ended?.code)
      return `ended with ${session.ended?.code}, denied with ${reasons[0]?.code}`;
  }
  return null;
}
