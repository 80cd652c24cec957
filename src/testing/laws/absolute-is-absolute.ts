import { NEVER } from '../../time/instant.js';
import { eachStep, isNewer, type LawDefinition } from './scenario.js';

/** Law 4. */
export const absoluteIsAbsolute: LawDefinition = {
  name: 'absoluteIsAbsolute',
  statement:
    'Only a reauthentication newer than `authenticatedAt`, where the policy resets `absolute`, moves the absolute ' +
    'deadline later. No permit outlasts it.',
  complain(engine, scenario) {
    const { policy } = scenario;
    return eachStep(engine, scenario, ({ session, event, decision }) => {
      const next = decision.session;
      const deadline = session.stamps.absolute;
      if (decision.effect === 'permit' && decision.until > next.stamps.absolute)
        return 'a permit outlasts the absolute deadline';
      if (next.createdAt !== session.createdAt) return 'createdAt moved';
      if (isNewer(session, event) && policy.reauthentication.resetsAbsolute) return undefined;
      if (next.stamps.absolute > deadline) return `${event.type} moved the absolute deadline later`;
      if (deadline === NEVER || next.ended !== null) return null;
      const then = engine(policy, next, { type: 'access', at: deadline, activity: 'user' });
      return then.effect === 'permit' ? `permitted at the absolute deadline ${deadline}` : null;
    });
  },
};
