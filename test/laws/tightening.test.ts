import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/core/decision.js';
import type { SessionEvent } from '../../src/core/event.js';
import type { Policy } from '../../src/core/policy.js';
import { evaluate } from '../../src/evaluate.js';
import { definePolicy } from '../../src/policy/define.js';
import { type Login, startSession } from '../../src/start-session.js';
import { aPolicyDocument } from '../../src/testing/arbitraries/document.js';
import { aTimelineSketch, drawTimeline, START } from '../../src/testing/arbitraries/events.js';
import { DETAILS } from '../../src/testing/arbitraries/pools.js';
import { aLoginSketch, drawLogin } from '../../src/testing/arbitraries/sessions.js';
import { aTighterDocument } from '../../src/testing/arbitraries/tighter.js';
import { severity } from '../../src/testing/laws/scenario.js';
import { isNotMilder } from '../../src/testing/laws/tightening-is-monotone.js';
import { holds, TIMEOUT } from './support.js';

const twoDocuments = aPolicyDocument().chain((document) => fc.tuple(fc.constant(document), aTighterDocument(document)));

describe('a tighter document', { timeout: TIMEOUT }, () => {
  it('is never milder in any decision', () => {
    holds(
      fc.property(twoDocuments, aLoginSketch, aTimelineSketch(10), ([document, tighter], login, sketches) => {
        const [loose, tight] = [definePolicy(document) as Policy, definePolicy(tighter) as Policy];
        let session = startSession(loose, drawLogin(loose, login));
        for (const [index, event] of drawTimeline(loose, sketches).entries()) {
          const decision = evaluate(loose, session, event);
          const step = { index, session, event, decision, now: Math.max(event.at, session.recordedAt), choice: 0 };
          expect(isNotMilder(evaluate, tight, step) ?? null).toBeNull();
          session = decision.session;
        }
      }),
    );
  });

  it('is never milder along a sequence in order, without refreshes, where requests state their context', () => {
    holds(
      fc.property(twoDocuments, aLoginSketch, aTimelineSketch(12), ([document, tighter], login, sketches) => {
        const [loose, tight] = [definePolicy(document) as Policy, definePolicy(tighter) as Policy];
        const start = { ...drawLogin(loose, login), context: COMPLETE };
        const events = drawTimeline(loose, sketches).filter(
          ({ type, at }) => type !== 'token_refreshed' && at >= START,
        );
        const inOrder = [...events].sort((left, right) => left.at - right.at).map(completed);
        const [before, after] = [lifeUnder(loose, start, inOrder), lifeUnder(tight, start, inOrder)];
        for (const [index, decision] of before.entries()) {
          // docs/laws.md: one that states no place is judged where the session was last permitted: a lock may have kept that back
          const isPlaceless = inOrder[index]?.type !== 'access' && inOrder[index]?.type !== 'reauthenticated';
          if (isPlaceless && index > 0 && placeAfter(before, index - 1) !== placeAfter(after, index - 1)) return;
          expect(severity(after[index] as Decision), `event ${index}`).toBeGreaterThanOrEqual(severity(decision));
        }
      }),
    );
  });
});

const COMPLETE = {
  ip: '203.0.113.7',
  ...Object.assign({}, ...DETAILS.slice(0, 4)),
  location: { latitude: 52.52, longitude: 13.405 },
};

/** With a context that leaves nothing unstated, so that what was permitted before does not show through. */
function completed(event: SessionEvent): SessionEvent {
  if (event.type !== 'access' && event.type !== 'reauthenticated') return event;
  return { ...event, context: { ...COMPLETE, ...event.context } };
}

function placeAfter(decisions: readonly Decision[], index: number): string {
  return JSON.stringify(decisions[index]?.session.context);
}

function lifeUnder(policy: Policy, login: Login, events: readonly SessionEvent[]): readonly Decision[] {
  let session = startSession(policy, login);
  return events.map((event) => {
    const decision = evaluate(policy, session, event);
    session = decision.session;
    return decision;
  });
}
