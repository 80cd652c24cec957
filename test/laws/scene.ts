import type { Decision } from '../../src/core/decision.js';
import type { SessionEvent } from '../../src/core/event.js';
import type { Policy } from '../../src/core/policy.js';
import type { Rule } from '../../src/core/rule.js';
import type { AssuranceLevel, Context, Session } from '../../src/core/session.js';
import { evaluate } from '../../src/evaluate.js';
import { definePolicy } from '../../src/policy/define.js';
import type { PolicyDocument } from '../../src/policy/document.js';
import { type Login, startSession } from '../../src/start-session.js';

/** Minutes in milliseconds. */
export const m = (minutes: number): number => minutes * 60_000;

/** A policy document that leaves out what does not matter. */
export type Parts = Omit<PolicyDocument, 'id' | 'absoluteTimeout'> & { readonly absoluteTimeout?: string };

/** A policy of eight hours, unless it says otherwise. */
export function policyOf(parts: Parts, rules: readonly Rule[] = []): Policy {
  return definePolicy({ id: 'example', absoluteTimeout: '8h', ...parts }, { rules }) as Policy;
}

/** A session that starts at 0, unless it says otherwise. */
export function login(policy: Policy, parts: Partial<Login> = {}): Session {
  return startSession(policy, { id: 's-1', subject: 'alice', at: 0, ...parts });
}

export type Surroundings = { operation?: string; context?: Context; attention?: 'visible' | 'hidden' | 'locked' };

export const user = (at: number, more: Surroundings = {}): SessionEvent => ({
  type: 'access',
  at: m(at),
  activity: 'user',
  ...more,
});
export const poll = (at: number, more: Surroundings = {}): SessionEvent => ({
  type: 'access',
  at: m(at),
  activity: 'background',
  ...more,
});
export const signal = (at: number, name: string, level?: 'low' | 'medium' | 'high'): SessionEvent => ({
  type: 'signal',
  at: m(at),
  signal: name,
  ...(level && { level }),
});
export const refresh = (at: number, generation: number): SessionEvent => ({
  type: 'token_refreshed',
  at: m(at),
  generation,
});
/** A reauthentication. */
export function proof(at: number, assuranceLevel: AssuranceLevel = 'aal1', context?: Context): SessionEvent {
  return { type: 'reauthenticated', at: m(at), assuranceLevel, ...(context && { context }) };
}

/** Lives through events under one policy; tells the last decision. */
export function live(policy: Policy, session: Session, ...events: readonly SessionEvent[]): Decision {
  const [first, ...rest] = events;
  if (first === undefined) throw new Error('live through at least one event');
  const decision = evaluate(policy, session, first);
  return rest.length === 0 ? decision : live(policy, decision.session, ...rest);
}

export const codes = ({ reasons }: Decision): readonly string[] => reasons.map(({ code }) => code);
export const untilOf = (decision: Decision): number | null => ('until' in decision ? decision.until : null);
