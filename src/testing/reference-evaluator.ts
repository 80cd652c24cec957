import type { Challenge, Decision, Permit, Reason } from '../core/decision.js';
import type { SessionEvent } from '../core/event.js';
import type { Policy } from '../core/policy.js';
import type { Session } from '../core/session.js';
import type { Instant } from '../time/instant.js';
import { isEvent, isUsable } from './reference/admission.js';
import { earliest, LAST, latest, same } from './reference/arithmetic.js';
import { inNetworksOf } from './reference/context.js';
import { deadlinesOf } from './reference/deadlines.js';
import type { Contribution, Found } from './reference/findings.js';
import { type Moment, momentOf, refused } from './reference/moment.js';
import { refreshOutcome } from './reference/refresh.js';
import { contributions } from './reference/rules.js';

/**
 * A second `evaluate`, written from `docs/semantics.md` alone: the oracle that the engine is compared with.
 *
 * It shares no code with the engine and aims at being read, not at speed. Use it to check an engine of your own, in
 * this language or another.
 *
 * @example
 * referenceEvaluate(policy, session, { type: 'access', at: 60_000, activity: 'user' }).effect; // => 'permit'
 */
export function referenceEvaluate(policy: Policy, session: Session, event: SessionEvent): Decision {
  const refusal = refuseAtOnce(policy, session, event);
  if (refusal !== null) return refusal;
  const moment = momentOf(policy, session, event);
  const said = contributions(moment);
  const found = inOrder(said.flatMap((contribution) => contribution.found));
  const has = (effect: string) => found.some((one) => one.effect === effect);
  if (has('deny')) return deny(moment, found);
  if (has('challenge')) return challenge(moment, found, said);
  return permit(moment, found, said);
}

function refuseAtOnce(policy: Policy, session: Session, event: SessionEvent): Decision | null {
  const refuse = (effect: 'deny' | 'indeterminate', code: string, rule: string, since: Instant): Decision => {
    return { effect, session, reasons: [{ effect, code, rule, since }] };
  };
  if (!isUsable(session)) return refuse('indeterminate', 'session_invalid', 'session', 0);
  const { ended, recordedAt } = session;
  if (ended !== null) return refuse('deny', ended.code, 'ended', ended.since);
  if (!isEvent(event)) return refuse('deny', 'event_invalid', 'event', recordedAt);
  const needsTime = ['access', 'token_refreshed', 'reauthenticated'].includes(event.type);
  const isBehind = needsTime && event.at < recordedAt - policy.clockLeeway;
  return isBehind ? refuse('indeterminate', 'clock_behind', 'clock', recordedAt) : null;
}

/** Strictest first, those that end before those that do not, then by `since`; the sort keeps the rules' order. */
function inOrder(found: readonly Found[]): readonly Found[] {
  const rank = ({ effect, ends }: Found) => ['deny', 'challenge', 'permit'].indexOf(effect) * 2 + (ends ? 0 : 1);
  return [...found].sort((left, right) => rank(left) - rank(right) || left.since - right.since);
}

function reasonsOf(found: readonly Found[]): readonly Reason[] {
  return found.map(({ code, effect, rule, since }) => ({ code, effect, rule, since }));
}

/** The session that an event leaves; the one that it found, where it says nothing new. */
function settle({ policy, event, session }: Moment, next: Session): Session {
  // that today's policy names the networks otherwise is no news, but what is recorded has today's names
  if (same({ ...next, context: { ...next.context, networks: session.context.networks } }, session)) return session;
  const context = inNetworksOf(policy, next.context);
  return { ...next, context, recordedAt: latest([session.recordedAt, event.at]), policy: policy.fingerprint };
}

function deny(moment: Moment, found: readonly Found[]): Decision {
  const [first] = found.filter(({ ends }) => ends);
  const next = refused(moment);
  const ended = first === undefined ? null : { code: first.code, since: first.since, at: moment.now };
  return { effect: 'deny', session: settle(moment, { ...next, ended }), reasons: reasonsOf(found) };
}

function challenge(moment: Moment, found: readonly Found[], said: readonly Contribution[]): Challenge {
  const { policy, event, now, surroundings } = moment;
  const challenges = found.filter(({ effect }) => effect === 'challenge');
  const next = afterChallenge(moment, challenges);
  const deadlines = deadlinesOf(policy, next, surroundings, event);
  const ages = challenges.flatMap(({ maxAge }) => maxAge ?? []);
  const levels = challenges.flatMap(({ assuranceLevel }) => assuranceLevel ?? []).sort();
  const endsWhenIdle = next.stamps.onIdle === 'end' && now < deadlines.idleWithLease;
  return {
    effect: 'challenge',
    session: settle(moment, next),
    reasons: reasonsOf(found),
    until: earliest([
      deadlines.absolute,
      ...(endsWhenIdle ? [deadlines.idleWithLease] : []),
      ...said.filter(({ isCustom }) => isCustom).map(({ until }) => until),
    ]),
    maxAge: ages.length === 0 ? null : earliest(ages),
    assuranceLevel: levels[levels.length - 1] ?? null,
  };
}

function afterChallenge(moment: Moment, challenges: readonly Found[]): Session {
  const { event, after } = moment;
  const onlyOperation = challenges.every(({ rule }) => rule === 'operation');
  if (event.type === 'reauthenticated') return after;
  // Pressing a button is activity, even if what it does needs a stronger proof first.
  if (event.type === 'access' && onlyOperation) return { ...after, lease: refused(moment).lease };
  return refused(moment);
}

function permit(moment: Moment, found: readonly Found[], said: readonly Contribution[]): Permit {
  const { policy, after, now } = moment;
  const outcome = refreshOutcome(moment);
  const { generation } = after.refresh;
  const refresh = outcome === 'rotated' ? { generation: generation + 1, rotatedAt: now } : after.refresh;
  const until = earliest(said.map((contribution) => contribution.until));
  const binding = said.find((contribution) => contribution.until === until);
  return {
    effect: 'permit',
    session: settle(moment, { ...after, refresh }),
    reasons: reasonsOf(found),
    until,
    warnAt: latest([now, until - policy.warnBefore]),
    boundBy: until === LAST ? null : (binding?.limit ?? null),
    refresh: outcome === 'rotated' || outcome === 'replayed' ? outcome : null,
  };
}
