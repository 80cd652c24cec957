import type { Policy } from '../../core/policy.js';
import type { Instant } from '../../time/instant.js';
import { type Complaint, eachStepUnder, isNewer, type LawDefinition, type Step, show } from './scenario.js';

type Clock = 'idle_timeout' | 'absolute_timeout' | 'reauthentication_due';

/** A deadline that some policy gave, and that nobody may forget. */
interface Promised {
  readonly clock: Clock;
  readonly until: Instant;
  readonly ends: boolean;
}

/** Law 7. */
export const looseningNeverRevives: LawDefinition = {
  name: 'looseningNeverRevives',
  statement:
    'A tighter policy holds at once. Under a looser one, no deadline that an earlier policy gave is forgotten: idle ' +
    'moves later only by newer user activity or a reauthentication that resets it, absolute only by such a ' +
    'reauthentication.',
  complain(engine, scenario) {
    const { policy, other, choices } = scenario;
    const policyOf = (index: number) => ((choices[index % choices.length] ?? 0) % 3 === 0 ? other() : policy);
    let promised: readonly Promised[] = [];
    return eachStepUnder(engine, scenario, policyOf, (step) => {
      const today = policyOf(step.index);
      const complaint = keepsPromises(promised, step) ?? holdsAtOnce(today, step);
      promised = [...stillPromised(promised, today, step), ...promisedBy(today, step)];
      return complaint;
    });
  },
};

function keepsPromises(promised: readonly Promised[], { session, event, decision, now }: Step): Complaint {
  const isUnlocking = isNewer(session, event);
  const broken = promised.find(({ clock, until, ends }) => {
    if (now < until) return false;
    if (clock === 'absolute_timeout' || ends)
      return decision.session.ended === null && decision.effect !== 'indeterminate';
    return decision.effect === 'permit' && !isUnlocking;
  });
  if (broken === undefined) return undefined;
  return `${broken.clock} at ${show(broken.until)} is forgotten: ${decision.effect} at ${now}`;
}

/** Facts alone bound what today's policy can permit, whatever the stamps say. */
function holdsAtOnce(
  { limits, requestable, conditions, reauthentication }: Policy,
  { session, event, decision, now }: Step,
): Complaint {
  if (decision.effect !== 'permit' || isNewer(session, event)) return undefined;
  const relaxed = conditions.filter(({ relax }) => relax).map(({ idleTimeout }) => idleTimeout);
  const idle = Math.max(limits.idleTimeout, requestable.idleTimeout, ...relaxed);
  const absolute = Math.max(limits.absoluteTimeout, requestable.absoluteTimeout);
  const anchor = reauthentication.resetsAbsolute
    ? Math.max(session.createdAt, session.authenticatedAt)
    : session.createdAt;
  if (now >= anchor + absolute) return `permitted at ${now}, past today's absolute limit`;
  if (now >= session.authenticatedAt + reauthentication.after)
    return `permitted at ${now}, past today's reauthentication`;
  const isIdle = session.lease === null && now >= session.lastActivityAt + idle;
  return isIdle ? `permitted at ${now}, past today's idle limit` : null;
}

function stillPromised(
  promised: readonly Promised[],
  today: Policy,
  { session, event, decision }: Step,
): readonly Promised[] {
  const next = decision.session;
  const isReauthenticated = next.authenticatedAt !== session.authenticatedAt;
  const isLeased = next.lease !== null && next.lease.until > (session.lease?.until ?? 0);
  const { resetsIdle, resetsAbsolute } = today.reauthentication;
  const isActive = next.lastActivityAt !== session.lastActivityAt || isLeased;
  const moved: readonly (Clock | false)[] = [
    (isActive || (isReauthenticated && resetsIdle && isNewer(session, event))) && 'idle_timeout',
    isReauthenticated && 'reauthentication_due',
    isReauthenticated && resetsAbsolute && 'absolute_timeout',
  ];
  return promised.filter(({ clock }) => !moved.includes(clock));
}

function promisedBy({ onIdle }: Policy, { decision }: Step): readonly Promised[] {
  if (decision.effect !== 'permit') return [];
  const { boundBy, until } = decision;
  if (boundBy === 'idle_timeout') return [{ clock: 'idle_timeout', until, ends: onIdle === 'end' }];
  if (boundBy === 'absolute_timeout') return [{ clock: 'absolute_timeout', until, ends: true }];
  return boundBy === 'reauthentication_due' ? [{ clock: 'reauthentication_due', until, ends: false }] : [];
}
