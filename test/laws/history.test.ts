import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/core/event.js';
import type { Policy } from '../../src/core/policy.js';
import type { Session, Stamps } from '../../src/core/session.js';
import { evaluate } from '../../src/evaluate.js';
import { startSession } from '../../src/start-session.js';
import { aTimelineSketch, drawTimeline } from '../../src/testing/arbitraries/events.js';
import { aPolicy } from '../../src/testing/arbitraries/policies.js';
import { aLoginSketch, drawLogin } from '../../src/testing/arbitraries/sessions.js';
import { type Deadlines, deadlinesOf } from '../../src/testing/reference/deadlines.js';
import { type Moment, momentOf } from '../../src/testing/reference/moment.js';
import { NEVER } from '../../src/time/instant.js';
import { holds, TIMEOUT } from './support.js';

/** What a session's past allows it at most: the least that any policy gave which decided a recorded event. */
type History = Pick<Deadlines, 'idle' | 'absolute' | 'reauthentication'> & { readonly onIdle: 'end' | 'lock' };

const FORGETFUL: Stamps = { idle: NEVER, absolute: NEVER, reauthentication: NEVER, onIdle: 'lock' };

describe('a session whose policies change', { timeout: TIMEOUT }, () => {
  it('remembers the earliest deadline of every policy that decided one of its recorded events', () => {
    const policies = fc.tuple(aPolicy(), aPolicy(), aPolicy());
    const swaps = fc.array(fc.nat({ max: 2 }), { minLength: 14, maxLength: 14 });
    holds(
      fc.property(policies, swaps, aLoginSketch, aTimelineSketch(14), (all, order, login, sketches) => {
        const [first] = all;
        let session = startSession(first, drawLogin(first, login));
        const start: SessionEvent = { type: 'access', at: session.createdAt, activity: 'background' };
        let history = derived(first, session, start, momentOf(first, session, start));
        drawTimeline(first, sketches).forEach((event, index) => {
          const today = all[order[index] ?? 0] ?? first;
          const { session: next, effect } = evaluate(today, session, event);
          history = remembered(history, today, session, event, next);
          expect(effect === 'permit' && isOver(history, next, event)).toBe(false);
          expect(next.stamps.idle).toBeLessThanOrEqual(history.idle);
          expect(next.stamps.absolute).toBeLessThanOrEqual(history.absolute);
          expect(next.stamps.reauthentication).toBeLessThanOrEqual(history.reauthentication);
          if (history.onIdle === 'end') expect(next.stamps.onIdle).toBe('end');
          session = next;
        });
      }),
    );
  });
});

/** The deadlines that a policy gives the facts alone, as if nobody had judged before. */
function derived(policy: Policy, session: Session, event: SessionEvent, { surroundings }: Moment): History {
  const { idle, absolute, reauthentication } = deadlinesOf(
    policy,
    { ...session, stamps: FORGETFUL },
    surroundings,
    event,
  );
  return { idle, absolute, reauthentication, onIdle: policy.onIdle };
}

function remembered(history: History, today: Policy, session: Session, event: SessionEvent, next: Session): History {
  if (next === session) return history;
  const now = derived(today, next, event, momentOf(today, session, event));
  const isProven = next.authenticatedAt > session.authenticatedAt;
  const { resetsIdle, resetsAbsolute } = today.reauthentication;
  const isActive = next.lastActivityAt > session.lastActivityAt || (isProven && resetsIdle);
  return {
    idle: isActive ? now.idle : Math.min(history.idle, now.idle),
    onIdle: isActive || now.onIdle === 'end' ? now.onIdle : history.onIdle,
    absolute: isProven && resetsAbsolute ? now.absolute : Math.min(history.absolute, now.absolute),
    reauthentication: isProven ? now.reauthentication : Math.min(history.reauthentication, now.reauthentication),
  };
}

function isOver({ idle, absolute, reauthentication }: History, next: Session, { at }: SessionEvent): boolean {
  const now = Math.max(at, next.recordedAt);
  return now >= absolute || now >= reauthentication || (now >= idle && next.lease === null);
}
