import type { Challenge, Decision } from '../core/decision.js';
import type { AccessEvent, SessionEvent } from '../core/event.js';
import type { ReasonCode } from '../core/reason.js';
import type { Ended } from '../core/session.js';
import { evaluate } from '../evaluate.js';
import type { Live, Outcome, State } from './state.js';
import { countUp } from './summary.js';

/** Asks the engine about a request; tells how the session is over, if it is. */
export function judge(state: State, live: Live, event: AccessEvent): Ended | null {
  // a log that counts in seconds has more requests in the instant before the challenge was passed
  const shifted = event.at === live.passedAt - 1 ? { ...event, at: live.passedAt } : event;
  const decision = decide(state, live, shifted);
  if (live.session.ended !== null || decision.effect === 'permit') return live.session.ended;
  if (decision.effect === 'challenge') return passChallenge(state, live, shifted, decision);
  refuse(state, decision);
  return null;
}

/** A person who is challenged is assumed to reauthenticate a millisecond later, and to repeat the request. */
function passChallenge(state: State, live: Live, event: AccessEvent, challenge: Challenge): Ended | null {
  note(state, 'challenged', codeOf(challenge));
  if (event.activity === 'background') {
    state.challengedBackground++;
    return null;
  }
  countUp(state.challenged, codeOf(challenge));
  const { context } = event;
  const at = event.at + 1;
  const assuranceLevel = challenge.assuranceLevel ?? 'aal1';
  decide(state, live, { type: 'reauthenticated', at, assuranceLevel, ...(context !== undefined && { context }) });
  if (live.session.ended !== null) return live.session.ended;
  live.passedAt = at;
  const decision = decide(state, live, { ...event, at });
  if (live.session.ended === null && decision.effect !== 'permit') refuse(state, decision);
  return live.session.ended;
}

/** Asks the engine, and keeps the session that it answers. */
export function decide(state: State, live: Live, event: SessionEvent): Decision {
  const decision = evaluate(state.policy, live.session, event);
  live.session = decision.session;
  return decision;
}

/** Counts a request or event that was refused while its session goes on. */
export function refuse(state: State, decision: Decision): void {
  countUp(state.refused, codeOf(decision));
  note(state, 'refused', codeOf(decision));
}

/** Notes what became of a request; the first thing that went wrong counts. */
export function note(state: State, outcome: Outcome, code: ReasonCode | null): void {
  if (state.outcome !== 'permitted') return;
  state.outcome = outcome;
  state.code = code;
}

/** The code of the strictest reason, which comes first. */
function codeOf({ reasons, effect }: Decision): string {
  return reasons[0]?.code ?? effect;
}
