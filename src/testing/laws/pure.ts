import type { Session } from '../../core/session.js';
import { same } from '../reference/arithmetic.js';
import { eachStep, type LawDefinition } from './scenario.js';

/** Law 9. */
export const pure: LawDefinition = {
  name: 'pure',
  statement:
    'The same inputs give the same decision, inputs are never changed, and a session survives JSON: nothing but its ' +
    'plain facts counts.',
  complain(engine, scenario) {
    const { policy } = scenario;
    return eachStep(engine, scenario, ({ session, event, decision }) => {
      const before = JSON.stringify({ policy, session, event });
      const again = engine(policy, session, event);
      if (!same(again, decision)) return 'asked twice, answered differently';
      if (JSON.stringify({ policy, session, event }) !== before) return 'an input was changed';
      const stored = JSON.parse(JSON.stringify(session)) as Session;
      if (!same(engine(policy, stored, event), decision)) return 'a stored session is answered differently';
      return same(JSON.parse(JSON.stringify(decision)), decision) ? null : 'the decision is not plain JSON';
    });
  },
};
