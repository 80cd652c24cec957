import type { Session } from '../../core/session.js';
import { same } from '../reference/arithmetic.js';
import { eachStep, type LawDefinition } from './scenario.js';

/** Law 10. */
export const nothingChangedNothingWritten: LawDefinition = {
  name: 'nothingChangedNothingWritten',
  statement:
    'A decision that changes no fact returns the same session; one that does sets `recordedAt` to the latest `at` ' +
    'and stamps the policy. The same event again changes nothing.',
  complain(engine, scenario) {
    const { policy } = scenario;
    return eachStep(engine, scenario, ({ session, event, decision }) => {
      const next = decision.session;
      if (same(factsOf(next), factsOf(session)))
        return next === session ? null : 'nothing changed, but the session is another';
      if (decision.effect === 'indeterminate') return 'changed without a verdict';
      if (next.recordedAt !== Math.max(session.recordedAt, event.at))
        return `recordedAt ${next.recordedAt} after a change`;
      if (next.policy !== policy.fingerprint) return 'changed, but not stamped with the policy';
      // presenting a refresh token twice is not the same as once; and a proof is judged by what the one before it bound
      if (event.type === 'token_refreshed' || event.type === 'reauthenticated') return null;
      return engine(policy, next, event).session === next ? null : `the same ${event.type} again changes the session`;
    });
  },
};

/** Every fact but those that follow from another one having changed. */
function factsOf({ recordedAt, policy, context, ...facts }: Session) {
  const { networks, ...stated } = context;
  return { ...facts, context: stated };
}
