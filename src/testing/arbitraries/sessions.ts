import fc from 'fast-check';
import type { Policy } from '../../core/policy.js';
import type { Session } from '../../core/session.js';
import { evaluate } from '../../evaluate.js';
import { type Login, startSession } from '../../start-session.js';
import { aTimeline, drawContext, drawStep, START, type StepSketch, type TimelineOptions } from './events.js';
import { pick, poolsOf } from './pools.js';

/** A login before the policy is known. */
export type LoginSketch = readonly [
  choice: number,
  address: number,
  detail: number,
  requested: number,
  step: StepSketch,
];

export const aLoginSketch: fc.Arbitrary<LoginSketch> = fc.tuple(
  fc.nat({ max: 15 }),
  fc.nat({ max: 23 }),
  fc.nat({ max: 17 }),
  fc.nat({ max: 9 }),
  fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 15 }), fc.nat({ max: 7 })),
);

/** The login that a sketch stands for under a policy. */
export function drawLogin(policy: Policy, [choice, address, detail, requested, step]: LoginSketch): Login {
  const { attributes, durations } = poolsOf(policy);
  const context = drawContext(policy, address, detail);
  const asked = { idleTimeout: pick(durations, choice) * 2, absoluteTimeout: pick(durations, detail) * 2 };
  return {
    id: 's-1',
    subject: 'alice',
    at: START,
    attributes: pick(attributes, choice),
    // an identity provider may have authenticated the person some time ago
    ...(choice % 4 === 3 && { authenticatedAt: Math.max(0, START - Math.abs(drawStep(policy, step, START) - START)) }),
    ...(choice > 7 && { assuranceLevel: pick(['aal1', 'aal2', 'aal3'] as const, choice) }),
    ...(context && { context }),
    ...(requested > 6 && { requested: pick([asked, { idleTimeout: asked.idleTimeout }, {}], requested) }),
  };
}

/**
 * Logins: with and without a context, attributes, an earlier authentication and requested limits.
 *
 * @example
 * fc.assert(fc.property(aLogin(policy), (login) => startSession(policy, login).ended === null));
 */
export function aLogin(policy: Policy): fc.Arbitrary<Login> {
  return aLoginSketch.map((sketch) => drawLogin(policy, sketch));
}

/**
 * Sessions in every state that a timeline can bring them to: fresh, idle, challenged, locked, leased, rotated, ended.
 *
 * @example
 * fc.assert(fc.property(aSession(policy), (session) => parseSession(JSON.parse(JSON.stringify(session))) !== null));
 */
export function aSession(policy: Policy, options: TimelineOptions = {}): fc.Arbitrary<Session> {
  return fc
    .tuple(aLogin(policy), aTimeline(policy, options))
    .map(([login, events]) =>
      events.reduce((session, event) => evaluate(policy, session, event).session, startSession(policy, login)),
    );
}
