import type { Policy } from '../../core/policy.js';
import { evaluate } from '../../evaluate.js';
import { startSession } from '../../start-session.js';
import type { Attempt, LooseningExample, Outcome, Pair } from './comparison.js';

/** To leave out one event after another of more than these takes too long. */
const MOST_SHORTENED = 100;

/** The first attempt that the policy before refuses and the policy after permits, without what it can do without. */
export function exampleOf(pair: Pair, attempts: readonly Attempt[]): LooseningExample | null {
  const found = attempts.find((attempt) => isExample(pair, attempt));
  return found === undefined ? null : told(pair, shortened(pair, found));
}

function isExample({ before, after }: Pair, attempt: Attempt): boolean {
  return outcomeOf(after, attempt).effect === 'permit' && outcomeOf(before, attempt).effect !== 'permit';
}

/** What a policy makes of the last event, having seen all before it. */
function outcomeOf(policy: Policy, { login, events }: Attempt): Outcome {
  let session = startSession(policy, login);
  let outcome: Outcome = { effect: 'indeterminate', reasons: [] };
  for (const event of events) {
    const decision = evaluate(policy, session, event);
    session = decision.session;
    outcome = { effect: decision.effect, reasons: decision.reasons.map(({ code }) => code) };
  }
  return outcome;
}

/** Leaves out one event after another, until none can be. */
function shortened(pair: Pair, attempt: Attempt): Attempt {
  if (attempt.events.length > MOST_SHORTENED) return attempt;
  let shortest = attempt;
  for (let index = attempt.events.length - 2; index >= 0; index--) {
    const fewer = { login: attempt.login, events: shortest.events.filter((_, at) => at !== index) };
    if (isExample(pair, fewer)) shortest = fewer;
  }
  return shortest.events.length === attempt.events.length ? attempt : shortened(pair, shortest);
}

function told({ before, after }: Pair, attempt: Attempt): LooseningExample {
  const { login, events } = attempt;
  const last = events.at(-1);
  return {
    login,
    events,
    at: last?.at ?? 0,
    context: (last !== undefined && 'context' in last ? last.context : login.context) ?? null,
    attributes: login.attributes ?? {},
    attention: (last?.type === 'access' ? last.attention : undefined) ?? 'visible',
    requested: login.requested ?? null,
    before: outcomeOf(before, attempt),
    after: outcomeOf(after, attempt),
  };
}
