import type { AccessEvent } from '../../core/event.js';
import type { Policy } from '../../core/policy.js';
import type { Session } from '../../core/session.js';
import type { Instant } from '../../time/instant.js';
import {
  type Complaint,
  type Evaluate,
  eachStep,
  firstOf,
  type LawDefinition,
  type Step,
  severity,
} from './scenario.js';

/** Law 3. */
export const onlyPeopleExtend: LawDefinition = {
  name: 'onlyPeopleExtend',
  statement:
    'Only user activity and reauthentication move the idle deadline later, and only user activity opens or renews a ' +
    'lease. What a client says of its attention only tightens.',
  complain(engine, scenario) {
    const { policy } = scenario;
    return eachStep(engine, scenario, (step) => {
      return firstOf(machineExtendsNothing(engine, policy, step), hiddenNeverHelps(engine, policy, step));
    });
  },
};

function machineExtendsNothing(engine: Evaluate, policy: Policy, { session, event, decision, now }: Step): Complaint {
  const isPerson = event.type === 'reauthenticated' || (event.type === 'access' && event.activity === 'user');
  if (isPerson || session.ended !== null) return undefined;
  const next = decision.session;
  if (next.lastActivityAt !== session.lastActivityAt) return `${event.type} moved lastActivityAt`;
  if (next.stamps.idle > session.stamps.idle) return `${event.type} moved the idle stamp later`;
  if (next.lease !== null && next.lease.until > (session.lease?.until ?? 0)) return `${event.type} lengthened a lease`;
  if (event.type !== 'access' && event.type !== 'token_refreshed') return null;
  const deadline = idleDeadline(engine, policy, session, now);
  if (deadline === null) return null;
  const then = engine(policy, next, poll(deadline));
  return then.effect === 'permit' ? `idle until ${deadline}, yet permitted then after ${event.type}` : null;
}

/** A request of a program that states nothing. */
function poll(at: Instant): AccessEvent {
  return { type: 'access', at, activity: 'background' };
}

/** When the session would lapse by idleness, as the engine itself tells; `null` if something else comes first. */
function idleDeadline(engine: Evaluate, policy: Policy, session: Session, now: Instant): Instant | null {
  const decision = engine(policy, session, poll(now));
  return decision.effect === 'permit' && decision.boundBy === 'idle_timeout' ? decision.until : null;
}

function hiddenNeverHelps(engine: Evaluate, policy: Policy, { session, event, decision }: Step): Complaint {
  if (event.type !== 'access' || event.attention === undefined || event.attention === 'visible') return undefined;
  const visible = engine(policy, session, { ...event, attention: 'visible' });
  if (severity(decision) < severity(visible))
    return `${event.attention} is answered ${decision.effect}, visible ${visible.effect}`;
  if (decision.session.stamps.idle > visible.session.stamps.idle)
    return `${event.attention} moved the idle stamp later`;
  const isLater = decision.effect === 'permit' && visible.effect === 'permit' && decision.until > visible.until;
  return isLater ? `${event.attention} lasts until ${decision.until}, visible until ${visible.until}` : null;
}
