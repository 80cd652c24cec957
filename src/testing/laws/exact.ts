import type { Decision } from '../../core/decision.js';
import type { SessionEvent } from '../../core/event.js';
import type { Policy } from '../../core/policy.js';
import { NEVER } from '../../time/instant.js';
import { type Complaint, type Evaluate, eachStep, firstOf, type LawDefinition, type Step, show } from './scenario.js';

const LIMITS = ['absolute_timeout', 'idle_timeout', 'reauthentication_due', 'authentication_too_old'];

/** Law 1. */
export const exact: LawDefinition = {
  name: 'exact',
  statement:
    'A permit holds until exactly `until`: the same request with nothing in between is permitted one millisecond ' +
    'before and not at it. `warnAt` is `max(now, until - warnBefore)`. A challenge says until when a ' +
    'reauthentication helps.',
  complain(engine, scenario) {
    const { policy } = scenario;
    return eachStep(engine, scenario, (step) => {
      if (step.decision.effect === 'permit') return permitIsExact(engine, policy, step);
      if (step.decision.effect !== 'challenge') return undefined;
      return challengeIsExact(engine, policy, step);
    });
  },
};

function permitIsExact(engine: Evaluate, policy: Policy, { session, event, decision, now, choice }: Step): Complaint {
  if (decision.effect !== 'permit') return undefined;
  const { until, warnAt, boundBy } = decision;
  if (!(Number.isSafeInteger(until) && until > now && until <= NEVER)) return `permitted at ${now} until ${until}`;
  if (warnAt !== Math.max(now, until - policy.warnBefore)) return `warnAt ${warnAt} does not fit until ${until}`;
  if ((boundBy === null) !== (until === NEVER)) return `bound by ${boundBy} until ${show(until)}`;
  // A late event's surroundings are superseded: the same request later is another request.
  if (event.type !== 'access' || event.at < session.recordedAt) return null;
  const again = (at: number): Decision => engine(policy, decision.session, { ...event, at });
  const between = now + Math.floor(((until - 1 - now) * (choice % 100)) / 100);
  const late = [between, until - 1].find((at) => again(at).effect !== 'permit');
  if (late !== undefined) return `permitted until ${show(until)}, but ${again(late).effect} at ${late}`;
  const over = again(until);
  if (over.effect === 'permit') return `permitted until ${show(until)}, and still permitted then`;
  const isNamed = boundBy === null || !LIMITS.includes(boundBy) || over.reasons.some(({ code }) => code === boundBy);
  return isNamed ? null : `bound by ${boundBy}, but refused for ${over.reasons.map(({ code }) => code).join()}`;
}

function challengeIsExact(engine: Evaluate, policy: Policy, { decision, now }: Step): Complaint {
  if (decision.effect !== 'challenge') return undefined;
  const { until } = decision;
  if (!(Number.isSafeInteger(until) && until > now && until <= NEVER)) return `challenged at ${now} until ${until}`;
  // The instant of a custom rule may be one that reauthentication moves.
  if (policy.rules.length > 0) return null;
  const proof: SessionEvent = { type: 'reauthenticated', at: until, assuranceLevel: 'aal3' };
  const { effect } = engine(policy, decision.session, proof);
  return firstOf(effect === 'permit' ? `reauthentication still helps at ${show(until)}` : null);
}
