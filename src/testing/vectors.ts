import type { Decision } from '../core/decision.js';
import type { SessionEvent } from '../core/event.js';
import type { Policy } from '../core/policy.js';
import type { Session } from '../core/session.js';
import { definePolicy } from '../policy/define.js';
import type { PolicyDocument } from '../policy/document.js';
import { type Login, startSession } from '../start-session.js';
import type { Evaluate } from './laws/scenario.js';
import { same } from './reference/arithmetic.js';

/** A decision as JSON: `unchanged` stands for the very session that was asked about. */
export type ExpectedDecision = Decision extends infer One
  ? One extends Decision
    ? Omit<One, 'session'> & { readonly session: Session | 'unchanged' }
    : never
  : never;

/** One event, and what must be answered. */
export interface VectorStep {
  readonly event: SessionEvent;
  /** The policy from this event on, where it changes. */
  readonly policy?: PolicyDocument;
  readonly decision: ExpectedDecision;
}

/** A session's life as JSON: an implementation in any language must answer the same, step by step. */
export interface Vector {
  /** What it shows. */
  readonly name: string;
  readonly policy: PolicyDocument;
  readonly login: Login;
  /** The session as it starts. */
  readonly session: Session;
  readonly steps: readonly VectorStep[];
}

/** What a vector is made of. */
export interface VectorInput {
  readonly name: string;
  readonly policy: PolicyDocument;
  readonly login: Login;
  readonly steps: readonly { readonly event: SessionEvent; readonly policy?: PolicyDocument }[];
}

/**
 * Writes down what an engine answers, as a test vector.
 *
 * @example
 * const vector = makeVector(evaluate, {
 *   name: 'a session is over at its idle deadline',
 *   policy: { id: 'web', idleTimeout: '15m', absoluteTimeout: '8h' },
 *   login: { id: 's-1', subject: 'alice', at: 0 },
 *   steps: [{ event: { type: 'access', at: 900_000, activity: 'user' } }],
 * });
 * vector.steps[0]?.decision.effect; // => 'deny'
 */
export function makeVector(engine: Evaluate, { name, policy, login, steps }: VectorInput): Vector {
  let today: Policy = definePolicy(policy);
  const started = startSession(today, login);
  let session = started;
  const answered = steps.map((step) => {
    if (step.policy !== undefined) today = definePolicy(step.policy);
    const decision = engine(today, session, step.event);
    const expected = asExpected(decision, session);
    session = decision.session;
    return { ...step, decision: expected };
  });
  return { name, policy, login, session: started, steps: answered };
}

/**
 * Compares an engine with test vectors.
 *
 * @throws an error that names the vector and the step, with the expected and the actual decision as JSON.
 * @example
 * const policy = { id: 'web', absoluteTimeout: '8h' };
 * const login = { id: 's-1', subject: 'alice', at: 0 };
 * const vector = makeVector(evaluate, { name: 'a click', policy, login, steps: [{ event }] });
 * checkVectors(evaluate, JSON.parse(JSON.stringify([vector])));
 */
export function checkVectors(engine: Evaluate, vectors: readonly Vector[]): void {
  for (const vector of vectors) {
    const actual = makeVector(engine, vector);
    agree(`vector \`${vector.name}\`, the session as it starts`, vector.session, actual.session);
    for (const [index, { decision }] of vector.steps.entries()) {
      agree(`vector \`${vector.name}\`, step ${index}`, decision, actual.steps[index]?.decision);
    }
  }
}

function asExpected(decision: Decision, session: Session): ExpectedDecision {
  return decision.session === session ? { ...decision, session: 'unchanged' } : decision;
}

function agree(where: string, expected: unknown, actual: unknown): void {
  if (same(expected, actual)) return;
  throw new Error(
    `${where}: expected\n${JSON.stringify(expected, null, 2)}\nbut got\n${JSON.stringify(actual, null, 2)}`,
  );
}
