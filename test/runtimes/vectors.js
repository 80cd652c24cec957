import changes from '../vectors/changes.json' with { type: 'json' };
import conditions from '../vectors/conditions.json' with { type: 'json' };
import invalid from '../vectors/invalid.json' with { type: 'json' };
import limits from '../vectors/limits.json' with { type: 'json' };
import locking from '../vectors/locking.json' with { type: 'json' };
import operations from '../vectors/operations.json' with { type: 'json' };
import random from '../vectors/random.json' with { type: 'json' };
import risk from '../vectors/risk.json' with { type: 'json' };
import time from '../vectors/time.json' with { type: 'json' };
import tokens from '../vectors/tokens.json' with { type: 'json' };

/** The portable test vectors, all of them. */
export const VECTORS = [changes, conditions, invalid, limits, locking, operations, random, risk, time, tokens].flat();

/** What a runtime answers to a vector: the session as it starts, and the decision of each step. */
export function answersTo({ definePolicy, startSession, evaluate }, { policy, login, steps }) {
  let today = definePolicy(policy);
  let session = startSession(today, login);
  const answers = [session];
  for (const step of steps) {
    if (step.policy !== undefined) today = definePolicy(step.policy);
    const decision = evaluate(today, session, step.event);
    answers.push({ ...decision, session: decision.session === session ? 'unchanged' : decision.session });
    session = decision.session;
  }
  return answers;
}
