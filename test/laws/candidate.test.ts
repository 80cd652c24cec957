import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateWithCandidate } from '../../src/candidate.js';
import type { SessionEvent } from '../../src/core/event.js';
import type { Session } from '../../src/core/session.js';
import { evaluate } from '../../src/evaluate.js';
import { startSession } from '../../src/start-session.js';
import { aTimelineSketch, drawTimeline } from '../../src/testing/arbitraries/events.js';
import { aDamagedEvent, hostileJson } from '../../src/testing/arbitraries/hostile.js';
import { aPolicy } from '../../src/testing/arbitraries/policies.js';
import { aLoginSketch, drawLogin } from '../../src/testing/arbitraries/sessions.js';
import { NEVER } from '../../src/time/instant.js';
import { holds, TIMEOUT } from './support.js';

describe('a candidate', { timeout: TIMEOUT }, () => {
  it('touches no decision, whatever it would decide itself', () => {
    holds(
      fc.property(aPolicy(), aPolicy(), aLoginSketch, aTimelineSketch(10), (policy, candidate, login, sketches) => {
        let alone = startSession(policy, drawLogin(policy, login));
        let tried = alone;
        for (const event of drawTimeline(policy, sketches)) {
          const { session: next, ...plain } = evaluate(policy, alone, event);
          const { session, wouldBe, ...answered } = evaluateWithCandidate(policy, candidate, tried, event);
          expect(answered).toEqual(plain);
          expect({ ...session, candidate: null, recordedAt: 0 }).toEqual({ ...next, recordedAt: 0 });
          [alone, tried] = [next, session];
        }
      }),
      0.5,
    );
  });

  it('decides a session that is new to it by the facts alone', () => {
    holds(
      fc.property(aPolicy(), aPolicy(), aLoginSketch, aTimelineSketch(1), (policy, candidate, login, sketches) => {
        const session = startSession(policy, drawLogin(policy, login));
        for (const event of drawTimeline(policy, sketches)) {
          const stamps = { idle: NEVER, absolute: NEVER, reauthentication: NEVER, onIdle: candidate.onIdle };
          const { wouldBe, effect } = evaluateWithCandidate(policy, candidate, session, event);
          // where nothing can be decided, there is nothing to compare with
          if (effect === 'indeterminate') continue;
          expect(wouldBe.effect).toBe(evaluate(candidate, { ...session, stamps }, event).effect);
        }
      }),
      0.3,
    );
  });

  it('opens nothing to hostile input, and poisons no session', () => {
    const policy = fc.sample(aPolicy(), { numRuns: 1, seed: 1 })[0] as Parameters<typeof evaluate>[0];
    const session = startSession(policy, { id: 's-1', subject: 'alice', at: 36_000_000 });
    const access: SessionEvent = { type: 'access', at: 36_000_001, activity: 'user' };
    holds(
      fc.property(hostileJson(), aDamagedEvent(policy), (value, { value: event, isFatal }) => {
        expect(evaluateWithCandidate(policy, policy, value as Session, access).effect).not.toBe('permit');
        const decision = evaluateWithCandidate(policy, policy, session, event as SessionEvent);
        if (isFatal) expect(decision.session).toBe(session);
      }),
    );
  });
});
