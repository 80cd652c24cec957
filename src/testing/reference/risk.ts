import type { SessionEvent } from '../../core/event.js';
import type { Policy, RiskRule } from '../../core/policy.js';
import type { RiskLevel, Session, Signals } from '../../core/session.js';
import type { Instant } from '../../time/instant.js';
import { latest } from './arithmetic.js';
import { differs } from './context.js';

const RANKED: readonly RiskLevel[] = ['low', 'medium', 'high'];
const COMPARED = [
  'ip_changed',
  'network_changed',
  'device_changed',
  'user_agent_changed',
  'country_changed',
  'impossible_travel',
];

/** A risk rule that applies, and since when. */
export interface ActiveRule {
  readonly rule: RiskRule;
  readonly since: Instant;
}

/** The session with the signals that an event raises: a reported one, or what comparing it with the login tells. */
export function withSignalsOf(policy: Policy, session: Session, event: SessionEvent): Session {
  if (event.type === 'signal') return raise(session, event.signal, event.level ?? 'high', event.at);
  if (event.type !== 'access' && event.type !== 'token_refreshed') return session;
  return withComparisons(policy, session, event);
}

/** The session with the comparison signals that a request raises. */
export function withComparisons(policy: Policy, session: Session, event: SessionEvent): Session {
  const raised = COMPARED.filter((signal) => {
    const known = levelsOf(session.signals, signal)['high'];
    if (known !== undefined && known >= session.authenticatedAt) return false;
    return policy.risk.some((rule) => rule.signal === signal && differs(policy, rule, session, event));
  });
  // a request is compared with the login of today, so it raises nothing that lies before it
  const at = event.type === 'reauthenticated' ? event.at : latest([event.at, session.authenticatedAt]);
  return raised.reduce((next, signal) => raise(next, signal, 'high', at), session);
}

function raise(session: Session, signal: string, level: RiskLevel, at: Instant): Session {
  const levels = levelsOf(session.signals, signal);
  const raised = { ...levels, [level]: latest([at, levels[level] ?? at]) };
  return { ...session, signals: { ...session.signals, [signal]: raised } };
}

function levelsOf(signals: Signals | null, signal: string): Readonly<Partial<Record<RiskLevel, Instant>>> {
  return new Map(Object.entries(signals ?? {})).get(signal) ?? {};
}

/** The risk rules that apply to a session as it is. */
export function activeRules(policy: Policy, session: Session): readonly ActiveRule[] {
  return policy.risk.flatMap((rule) => {
    const levels = levelsOf(session.signals, rule.signal);
    const instants = RANKED.slice(RANKED.indexOf(rule.atLeast)).flatMap((level) => levels[level] ?? []);
    const active = instants.filter((instant) => instant >= liftedBy(rule, session));
    return active.length === 0 ? [] : [{ rule, since: latest(active) }];
  });
}

/** From when on a signal still counts: only authentication at the level that is asked for lifts it. */
function liftedBy(rule: RiskRule, session: Session): Instant {
  if (rule.response !== 'challenge' || rule.assuranceLevel === null) return session.authenticatedAt;
  return session.proofs[rule.assuranceLevel] ?? 0;
}
