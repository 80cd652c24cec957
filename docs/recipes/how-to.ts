/** The code of docs/how-to.md, as functions that a test calls. */
import {
  admit,
  type Decision,
  definePolicy,
  evaluate,
  type MissingDecision,
  missingSession,
  policyProblems,
  type Session,
  type SessionEvent,
  startSession,
} from 'curfew';

export const policy = definePolicy({
  id: 'shop',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  concurrency: { maxSessions: 2, onExceed: 'endOldest' },
  requestable: { absoluteTimeout: '30d' },
  tokens: { accessLifetime: '10m', refreshGrace: '10s' },
});

/** Makes room for a login: what to store, and whether the newcomer may stay. */
export function makeRoom(sessions: readonly Session[], newcomer: Session, now: number) {
  const { admitted, end, event } = admit(policy, sessions, newcomer, now);
  return { admitted, toStore: end.map((session) => evaluate(policy, session, event).session) };
}

/** Answers a refresh token, which names a session and a generation. */
export function refresh(session: Session, generation: number, now: number) {
  const decision = evaluate(policy, session, { type: 'token_refreshed', at: now, generation });
  if (decision.effect !== 'permit') return { toStore: decision.session, tokens: null, reasons: decision.reasons };
  return {
    toStore: decision.session, // store it before the tokens leave
    tokens: {
      refreshGeneration: decision.session.refresh.generation,
      accessExpiresAt: Math.min(now + policy.tokens.accessLifetime, decision.until),
    },
    reasons: decision.reasons,
  };
}

/** One answer for every request, with a session or without. */
export function ask(session: Session | null, event: SessionEvent): Decision | MissingDecision {
  return session === null ? missingSession(event) : evaluate(policy, session, event);
}

/** A login with the box "keep me signed in" ticked. */
export function longLogin(now: number): Session {
  const requested = { absoluteTimeout: 30 * 24 * 3_600_000 }; // milliseconds
  return startSession(policy, { id: 's-1', subject: 'alice', at: now, requested });
}

/** What to show beside a form in which somebody edits a policy, or in a pull request. */
export function complaints(text: string): readonly string[] {
  return policyProblems(JSON.parse(text)).map(({ path, message }) => `${path}: ${message}`);
}
