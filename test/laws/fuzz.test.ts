import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/core/decision.js';
import type { SessionEvent } from '../../src/core/event.js';
import type { Policy } from '../../src/core/policy.js';
import type { Session } from '../../src/core/session.js';
import { evaluate } from '../../src/evaluate.js';
import { parseSession } from '../../src/parse-session.js';
import { definePolicy } from '../../src/policy/define.js';
import { startSession } from '../../src/start-session.js';
import { aTimelineSketch, drawTimeline, START } from '../../src/testing/arbitraries/events.js';
import { aDamagedEvent, aDamagedSession, hostileJson } from '../../src/testing/arbitraries/hostile.js';
import { aPolicy } from '../../src/testing/arbitraries/policies.js';
import { aLoginSketch, drawLogin } from '../../src/testing/arbitraries/sessions.js';
import { holds, TIMEOUT } from './support.js';

const policy: Policy = definePolicy({
  id: 'fuzzed',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  reauthentication: { after: '4h', resets: ['idle', 'absolute'] },
  networks: { office: ['203.0.113.0/24', '2001:db8::/32'] },
  conditions: [
    { when: { attributes: { role: ['admin'] } }, idleTimeout: '10m' },
    { when: { network: 'office' }, idleTimeout: '30m', relax: true },
    { when: { attention: 'hidden' }, idleTimeout: '5m' },
  ],
  operations: { pay: { authenticatedWithin: '5m', assuranceLevel: 'aal2' }, export: { lease: '20m' } },
  risk: [
    { signal: 'ip_changed', then: 'challenge', missing: 'changed' },
    { signal: 'impossible_travel', then: 'end' },
    { signal: 'risk_level', atLeast: 'medium', then: { tighten: { idleTimeout: '2m' } } },
  ],
  requestable: { absoluteTimeout: '30d' },
});
const session = startSession(policy, { id: 's-1', subject: 'alice', at: START });
const access: SessionEvent = { type: 'access', at: START + 1, activity: 'user' };

describe('hostile input', { timeout: TIMEOUT }, () => {
  it('is never permitted as a session', () => {
    holds(
      fc.property(hostileJson(), (value) => isShut(ask(value as Session, access))),
      5,
    );
  });

  it('is never permitted as an event', () => {
    holds(
      fc.property(hostileJson(), (value) => isShut(ask(session, value as SessionEvent))),
      5,
    );
  });

  it('gets no verdict as a session that is almost right', () => {
    holds(
      fc.property(aDamagedSession(policy), ({ value, isFatal }) => {
        const decision = ask(value as Session, access);
        if (isFatal) isShut(decision);
      }),
      5,
    );
  });

  it('gets no verdict as an event that is almost right', () => {
    holds(
      fc.property(aDamagedEvent(policy), ({ value, isFatal }) => {
        const decision = ask(session, value as SessionEvent);
        if (isFatal) isShut(decision);
        // whatever is taken in must be readable again
        if (decision.session !== session) parseSession(JSON.parse(JSON.stringify(decision.session)));
      }),
      5,
    );
  });

  it('is never parsed as a session, and what is wrong is told by code', () => {
    holds(
      fc.property(hostileJson(), (value) => {
        expect(codeOf(() => parseSession(value))).toBe('session_invalid');
      }),
      5,
    );
    holds(
      fc.property(aDamagedSession(policy), ({ value, isFatal }) => {
        const code = codeOf(() => parseSession(value));
        expect(isFatal ? ['session_invalid'] : ['session_invalid', null]).toContain(code);
      }),
      2,
    );
  });
});

describe('a session that was stored', () => {
  it('is read back as it was, whatever happened to it', { timeout: TIMEOUT }, () => {
    holds(
      fc.property(aPolicy(), aLoginSketch, aTimelineSketch(8), (one, login, sketches) => {
        const start = startSession(one, drawLogin(one, login));
        const last = drawTimeline(one, sketches).reduce((now, event) => evaluate(one, now, event).session, start);
        expect(parseSession(JSON.parse(JSON.stringify(last)))).toEqual(last);
      }),
      0.3,
    );
  });
});

function ask(given: Session, event: SessionEvent): Decision {
  const decision = evaluate(policy, given, event);
  expect(['permit', 'challenge', 'deny', 'indeterminate']).toContain(decision.effect);
  return decision;
}

function isShut({ effect }: Decision): void {
  expect(['deny', 'indeterminate']).toContain(effect);
}

function codeOf(action: () => unknown): unknown {
  try {
    action();
    return null;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
