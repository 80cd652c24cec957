import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/core/event.js';
import type { Policy } from '../../src/core/policy.js';
import { evaluate } from '../../src/evaluate.js';
import { startSession } from '../../src/start-session.js';
import { aTimelineSketch, drawTimeline } from '../../src/testing/arbitraries/events.js';
import { aPolicy } from '../../src/testing/arbitraries/policies.js';
import { aBrokenRule } from '../../src/testing/arbitraries/rules.js';
import { aLoginSketch, drawLogin } from '../../src/testing/arbitraries/sessions.js';
import { referenceEvaluate } from '../../src/testing/reference-evaluator.js';
import { frozen, holds, TIMEOUT } from './support.js';

const SLOPPY: readonly object[] = [
  { ip: 5 },
  { ip: '203.0.113.7', deviceId: null },
  { location: { latitude: Number.NaN } },
];

describe('the engine and the reference evaluator', { timeout: TIMEOUT }, () => {
  it('agree on every decision of a timeline, whatever the policy', () => {
    holds(
      fc.property(aPolicy(), aLoginSketch, aTimelineSketch(14), (policy, login, sketches) => {
        agreeOn(policy, login, drawTimeline(policy, sketches));
      }),
    );
  });

  it('agree where rules are broken and contexts are sloppy', () => {
    holds(
      fc.property(
        aPolicy(),
        aBrokenRule,
        aLoginSketch,
        aTimelineSketch(8),
        fc.nat({ max: 7 }),
        (policy, rule, login, sketches, choice) => {
          const broken = choice === 0 ? { ...policy, rules: [...policy.rules, rule] } : policy;
          agreeOn(
            broken,
            login,
            drawTimeline(policy, sketches).map((event, index) => sloppy(event, index + choice)),
          );
        },
      ),
      0.3,
    );
  });

  it('agree when policies change in the middle', () => {
    holds(
      fc.property(aPolicy(), aPolicy(), aLoginSketch, aTimelineSketch(12), (policy, other, login, sketches) => {
        let session = startSession(policy, drawLogin(policy, login));
        drawTimeline(policy, sketches).forEach((event, index) => {
          session = sameDecision(index % 3 === 2 ? other : policy, session, event);
        });
      }),
    );
  });
});

function sloppy(event: SessionEvent, choice: number): SessionEvent {
  const context = SLOPPY[choice];
  return 'context' in event && context !== undefined ? ({ ...event, context } as SessionEvent) : event;
}

function agreeOn(policy: Policy, login: Parameters<typeof drawLogin>[1], events: readonly SessionEvent[]): void {
  let session = startSession(policy, drawLogin(policy, login));
  for (const event of events) session = sameDecision(policy, session, event);
}

function sameDecision(policy: Policy, session: ReturnType<typeof startSession>, event: SessionEvent) {
  frozen(session);
  const decision = evaluate(policy, session, frozen(event));
  const expected = referenceEvaluate(policy, session, event);
  expect(decision).toEqual(expected);
  expect(decision.session === session).toBe(expected.session === session);
  return decision.session;
}
