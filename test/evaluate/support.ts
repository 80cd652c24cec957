import {
  type AccessEvent,
  type Decision,
  definePolicy,
  evaluate,
  type Login,
  type Policy,
  type PolicyDocument,
  type Session,
  type SessionEvent,
  startSession,
} from '../../src/index.js';

export const MINUTE = 60_000;
export const minutes = (count: number) => count * MINUTE;

/** A policy with small limits; `part` adds to it or replaces. */
export const policyWith = (part: Partial<PolicyDocument> = {}): Policy =>
  definePolicy({ id: 'test', idleTimeout: '15m', absoluteTimeout: '8h', ...part } as PolicyDocument);

export const sessionOf = (policy: Policy, part: Partial<Login> = {}): Session =>
  startSession(policy, { id: 's-1', subject: 'alice', at: 0, ...part });

export const user = (at: number, part: Partial<AccessEvent> = {}): AccessEvent => ({
  type: 'access',
  at,
  activity: 'user',
  ...part,
});

export const background = (at: number, part: Partial<AccessEvent> = {}): AccessEvent =>
  user(at, { activity: 'background', ...part });

/** Plays events one after the other, and answers the last decision. */
export function play(policy: Policy, session: Session, ...events: readonly SessionEvent[]): Decision {
  const [first, ...rest] = events;
  if (first === undefined) throw new Error('nothing to play');
  const decision = evaluate(policy, session, first);
  return rest.length === 0 ? decision : play(policy, decision.session, ...rest);
}

/** What a decision says, in one line: `deny idle_timeout absolute_timeout`. */
export const said = ({ effect, reasons }: Decision): string => [effect, ...reasons.map(({ code }) => code)].join(' ');
