import { askForeign } from './core/ask.js';
import type { Decision, Permit } from './core/decision.js';
import type { SessionEvent } from './core/event.js';
import { type Facts, gatherFacts } from './core/facts.js';
import { type Applied, nextSession } from './core/next.js';
import { permitPlainAccess } from './core/plain-access.js';
import type { Policy } from './core/policy.js';
import type { ReasonCode } from './core/reason.js';
import type { Answer, Finding, Rule } from './core/rule.js';
import type { Ended, Lease, Refresh, Session } from './core/session.js';
import { isUsableEvent, isUsableSession } from './core/usable.js';
import { combine, type Found, PERMITTED, type Verdict } from './core/verdict.js';
import { RULES_BY_EVENT } from './rules/index.js';
import { refreshOutcome } from './rules/refresh.js';
import { type Instant, NEVER } from './time/instant.js';

/**
 * Decides whether a session is still valid, and what it is from now on.
 *
 * Pure: the same inputs give the same answer, nothing is read from outside, nothing is changed. It never throws: what
 * cannot be decided is `indeterminate`, and no other answer lets the request through than `permit`.
 *
 * @param policy made by `definePolicy`
 * @param session made by `startSession`, by an earlier decision, or by `parseSession`
 * @param event what happened, and when
 * @example
 * const decision = evaluate(policy, session, { type: 'access', at: now, activity: 'user' });
 * if (decision.effect === 'permit') save(decision.session);
 */
export function evaluate<Operation extends string>(
  policy: Policy<Operation>,
  session: Session,
  event: SessionEvent<NoInfer<Operation>>,
): Decision {
  try {
    const refused = unusable(policy, session, event);
    if (refused !== null) return refused;
    const plain = event.type === 'access' ? permitPlainAccess(policy, session, event) : null;
    return plain ?? askEveryRule(policy, session, event);
  } catch {
    return refusal('indeterminate', session, 'evaluation_failed', 'engine', 0);
  }
}

/** The decision by the rules, for a usable session and event. */
export function askEveryRule(policy: Policy, session: Session, event: SessionEvent): Decision {
  return conclude(judge(gatherFacts(policy, session, event)));
}

/** What the rules made of the facts. */
interface Judgement {
  readonly facts: Facts;
  readonly verdict: Verdict;
  readonly until: Instant;
  readonly boundBy: ReasonCode | null;
  /** The earliest instant that a custom rule answered. */
  readonly foreignUntil: Instant;
}

/** Refuses what no rule can judge; `null` where the rules may. */
function unusable(policy: Policy, session: Session, event: SessionEvent): Decision | null {
  if (!isUsableSession(session)) return refusal('indeterminate', session, 'session_invalid', 'session', 0);
  const { ended, recordedAt } = session;
  if (ended !== null) return refusal('deny', session, ended.code, 'ended', ended.since);
  if (!isUsableEvent(event)) return refusal('deny', session, 'event_invalid', 'event', recordedAt);
  const mayBeOld = event.type !== 'access' && event.type !== 'token_refreshed' && event.type !== 'reauthenticated';
  if (mayBeOld || !(event.at < recordedAt - policy.clockLeeway)) return null;
  return refusal('indeterminate', session, 'clock_behind', 'clock', recordedAt);
}

/** Asks every rule, the strict ones and the lenient ones alike: no reason is missing because another came first. */
function judge(facts: Facts): Judgement {
  let until = NEVER;
  let boundBy: ReasonCode | null = null;
  let foreignUntil = NEVER;
  let found: readonly Found[] = NOTHING_FOUND;
  const builtIn = RULES_BY_EVENT[facts.event.type];
  for (let index = 0; index < builtIn.length; index++) {
    const rule = builtIn[index] as (typeof builtIn)[number];
    const answer = rule.evaluate(facts, null);
    if (typeof answer !== 'number') found = withFindings(found, answer, rule);
    else if (answer < until) {
      until = answer;
      boundBy = rule.limit ?? rule.id;
    }
  }
  const { rules } = facts.policy;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index] as Rule;
    const answer = askForeign(rule, facts);
    if (typeof answer !== 'number') found = withFindings(found, answer, rule);
    else {
      foreignUntil = Math.min(foreignUntil, answer);
      if (answer < until) {
        until = answer;
        boundBy = rule.limit ?? rule.id;
      }
    }
  }
  const verdict = found.length === 0 ? PERMITTED : combine(found, facts.now);
  return { facts, verdict, until, boundBy, foreignUntil };
}

const NOTHING_FOUND: readonly Found[] = [];

/** New arrays, because one that grows takes room for 17. */
function withFindings(
  found: readonly Found[],
  answer: Exclude<Answer, Instant>,
  rule: Found['rule'],
): readonly Found[] {
  if (!Array.isArray(answer)) return [...found, { finding: answer as Finding, rule }];
  return [...found, ...(answer as readonly Finding[]).map((finding) => ({ finding, rule }))];
}

function conclude(judgement: Judgement): Decision {
  const { facts, verdict } = judgement;
  if (verdict.effect === 'permit') return permit(judgement);
  if (verdict.effect === 'challenge') return challenge(judgement);
  return { effect: 'deny', session: nextSession(facts, refused(facts, verdict.ended)), reasons: verdict.reasons };
}

function permit({ facts, verdict, until, boundBy }: Judgement): Permit {
  const { policy, session, event, now } = facts;
  const refresh =
    event.type === 'token_refreshed' ? refreshOutcome(policy, session.refresh, event.generation, now) : null;
  const isRotated = refresh === 'rotated';
  const rotated: Refresh = isRotated ? { generation: session.refresh.generation + 1, rotatedAt: now } : session.refresh;
  return {
    effect: 'permit',
    session: nextSession(facts, applied(facts, rotated, facts.after.lease)),
    reasons: verdict.reasons,
    until,
    warnAt: Math.max(now, until - policy.warnBefore),
    boundBy,
    refresh: isRotated ? 'rotated' : refresh === null ? null : 'replayed',
  };
}

function challenge({ facts, verdict, foreignUntil }: Judgement): Decision {
  const { policy, session, event, before, after, now } = facts;
  // pressing "Pay" is activity, even if paying needs a step-up; but a thief must not keep a challenged session alive
  const isApplied = event.type === 'reauthenticated' || verdict.isOperationOnly;
  // what opens a lease is a permit
  const opened = event.type === 'reauthenticated' ? after.lease : before.lease;
  const kept = isApplied ? applied(facts, session.refresh, opened) : refused(facts, null);
  const { lease, standing } = kept;
  const { absolute, idleStamp } = standing;
  const next = nextSession(facts, kept);
  const endsOnIdle = policy.onIdle === 'end' || next.stamps.onIdle === 'end';
  const idle = lease === null ? idleStamp : Math.max(idleStamp, lease.until);
  return {
    effect: 'challenge',
    session: next,
    reasons: verdict.reasons,
    until: Math.min(absolute, endsOnIdle && now < idle ? idle : NEVER, foreignUntil),
    maxAge: verdict.maxAge,
    assuranceLevel: verdict.assuranceLevel,
  };
}

/** The event takes effect. */
function applied(facts: Facts, refresh: Refresh, lease: Lease | null): Applied {
  const { session, event, after, before, context, own } = facts;
  const isNewLogin = after.authenticatedAt !== before.authenticatedAt;
  const movesContext = event.type === 'reauthenticated' ? isNewLogin : event.at >= session.recordedAt;
  return {
    standing: after,
    context: movesContext ? context : own,
    bound: isNewLogin ? context : session.bound,
    lease,
    refresh,
    ended: null,
  };
}

/** The event takes no effect but for the signals it raised, and deadlines that today's policy makes earlier. */
function refused({ session, before, own }: Facts, ended: Ended | null): Applied {
  return {
    standing: before,
    context: own,
    bound: session.bound,
    lease: before.lease,
    refresh: session.refresh,
    ended,
  };
}

function refusal(
  effect: 'deny' | 'indeterminate',
  session: Session,
  code: ReasonCode,
  rule: string,
  since: Instant,
): Decision {
  return { effect, session, reasons: [{ code, effect, rule, since }] };
}
