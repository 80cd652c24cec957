import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessEvent, SessionEvent } from '../../src/core/event.js';
import { permitPlainAccess } from '../../src/core/plain-access.js';
import type { Policy } from '../../src/core/policy.js';
import type { Attention, Context, Session } from '../../src/core/session.js';
import { wasJudged } from '../../src/core/verdict.js';
import { askEveryRule, evaluate } from '../../src/evaluate.js';
import { type Login, startSession } from '../../src/start-session.js';
import { aTimelineSketch, drawContext, drawStep, drawTimeline, START } from '../../src/testing/arbitraries/events.js';
import { aPolicy } from '../../src/testing/arbitraries/policies.js';
import { aLoginSketch, drawLogin } from '../../src/testing/arbitraries/sessions.js';
import { frozen, holds, RUNS, TIMEOUT } from '../laws/support.js';

interface Seen {
  accesses: number;
  plain: number;
  unchanged: number;
}

describe('the short way to a permit says what the rules say, and keeps the same reference', {
  timeout: TIMEOUT,
}, () => {
  it('for whatever happens to a session', () => {
    const seen: Seen = { accesses: 0, plain: 0, unchanged: 0 };
    holds(
      fc.property(aPolicy(), aPolicy(), aLoginSketch, aTimelineSketch(12), (policy, other, login, sketches) => {
        follow(policy, other, drawLogin(policy, login), drawTimeline(policy, sketches), seen);
      }),
      0.5,
    );
    expect(seen.accesses).toBeGreaterThan(RUNS / 2);
    expect(seen.plain / seen.accesses).toBeGreaterThan(0.02);
  });

  it('for sessions that are in use and keep still', () => {
    const seen: Seen = { accesses: 0, plain: 0, unchanged: 0 };
    holds(
      fc.property(
        aPolicy(),
        aPolicy(),
        aLoginSketch,
        aCalmSketch,
        (policy, other, [choice, address, detail, , step], sketches) => {
          const login = drawLogin(policy, [choice, address, detail, 0, step]);
          follow(policy, other, login, calmTimeline(policy, login.context, sketches), seen);
        },
      ),
      0.5,
    );
    expect(seen.plain / seen.accesses).toBeGreaterThan(0.2);
    expect(seen.unchanged / seen.plain).toBeGreaterThan(0.1);
  });
});

const ATTENTIONS: readonly (Attention | undefined)[] = [undefined, 'visible', 'hidden', 'locked'];

/** Requests at short intervals, some exactly at a limit's length, mostly from where the login came from. */
const aCalmSketch = fc.array(
  fc.record({
    isUser: fc.boolean(),
    attention: fc.constantFrom(...ATTENTIONS, undefined, undefined),
    place: fc.nat({ max: 19 }),
    unit: fc.nat({ max: 11 }),
    // tenths and quarters of a limit, nothing, or the whole of it
    part: fc.constantFrom(0, 3, 5, 5, 6, 6, 7, 7, 8, 10),
    jitter: fc.nat({ max: 7 }),
  }),
  { minLength: 1, maxLength: 12, size: 'max' },
);

type CalmSketches = typeof aCalmSketch extends fc.Arbitrary<infer Value> ? Value : never;

function calmTimeline(policy: Policy, home: Context | undefined, sketches: CalmSketches): readonly SessionEvent[] {
  let at = START;
  return sketches.map(({ isUser, attention, place, unit, part, jitter }): AccessEvent => {
    at = Math.max(START, drawStep(policy, [unit, part, jitter], at));
    const context = place < 3 ? drawContext(policy, 6 + place, unit) : place < 10 ? undefined : home;
    return {
      type: 'access',
      at,
      activity: isUser ? 'user' : 'background',
      ...(attention && { attention }),
      ...(context && { context }),
    };
  });
}

/** Plays events, each on both ways. Now and then another policy decides: then the session's stamps are not its own. */
function follow(policy: Policy, other: Policy, login: Login, events: readonly SessionEvent[], seen: Seen): void {
  let session = startSession(policy, login);
  events.forEach((event, index) => {
    session = sameBothWays(index % 6 === 5 ? other : policy, session, event, seen);
  });
}

function sameBothWays(policy: Policy, session: Session, event: SessionEvent, seen: Seen): Session {
  const decision = evaluate(policy, frozen(session), frozen(event));
  if (!wasJudged(decision)) return decision.session;
  const expected = askEveryRule(policy, session, event);
  expect(decision).toEqual(expected);
  expect(decision.session === session).toBe(expected.session === session);
  if (event.type === 'access') count(permitPlainAccess(policy, session, event)?.session, session, seen);
  return decision.session;
}

function count(plain: Session | undefined, session: Session, seen: Seen): void {
  seen.accesses += 1;
  seen.plain += Number(plain !== undefined);
  seen.unchanged += Number(plain === session);
}
