import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capLogin, type ProviderCaps } from '../../src/cap-login.js';
import type { CurfewError } from '../../src/core/errors.js';
import type { SessionEvent } from '../../src/core/event.js';
import type { Policy } from '../../src/core/policy.js';
import { evaluate } from '../../src/evaluate.js';
import { definePolicy } from '../../src/policy/define.js';
import { type Login, startSession } from '../../src/start-session.js';
import { aPolicyDocument } from '../../src/testing/arbitraries/document.js';
import { aTimelineSketch, drawTimeline, START } from '../../src/testing/arbitraries/events.js';
import { DETAILS } from '../../src/testing/arbitraries/pools.js';
import { aLoginSketch, drawLogin } from '../../src/testing/arbitraries/sessions.js';
import { severity } from '../../src/testing/laws/scenario.js';
import { holds, RUNS, TIMEOUT } from '../laws/support.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 0, 5, 12);
const policy = definePolicy({
  id: 'web',
  idleTimeout: '30m',
  absoluteTimeout: '8h',
  requestable: { absoluteTimeout: '30d' },
  reauthentication: { after: '2h' },
}) as Policy;
const login: Login = { id: 's-1', subject: 'alice', at: NOON };
const stamps = (caps: ProviderCaps, part: Partial<Login> = {}) =>
  startSession(policy, capLogin(policy, { ...login, ...part }, caps)).stamps;

function errorOf(caps: ProviderCaps, part: Partial<Login> = {}): CurfewError {
  try {
    capLogin(policy, { ...login, ...part }, caps);
  } catch (thrown) {
    return thrown as CurfewError;
  }
  throw new Error('nothing was thrown');
}

describe('capLogin', () => {
  it('ends the session when the provider says so, the earliest of all', () => {
    expect(stamps({ sessionExpiry: NOON + 3 * HOUR }).absolute).toBe(NOON + 3 * HOUR);
    expect(stamps({ sessionExpiry: NOON + 3 * HOUR, sessionNotOnOrAfter: NOON + HOUR }).absolute).toBe(NOON + HOUR);
    expect(stamps({ authTime: NOON - HOUR, maxAge: 90 * MINUTE }).absolute).toBe(NOON + 30 * MINUTE);
    expect(stamps({ maxAge: HOUR }).absolute).toBe(NOON + HOUR);
  });

  it('never extends: a far expiry is no request', () => {
    const capped = capLogin(policy, login, { sessionExpiry: NOON + 400 * HOUR });
    expect(capped).toEqual(login);
    expect(startSession(policy, capped).stamps.absolute).toBe(NOON + 8 * HOUR);
    const asked = { requested: { absoluteTimeout: 10 * HOUR, idleTimeout: MINUTE } };
    expect(stamps({ sessionExpiry: NOON + 400 * HOUR }, asked).absolute).toBe(NOON + 10 * HOUR);
    expect(stamps({ sessionExpiry: NOON + 9 * HOUR }, asked).absolute).toBe(NOON + 9 * HOUR);
    expect(stamps({ sessionExpiry: NOON + 9 * HOUR }, asked).idle).toBe(NOON + MINUTE);
  });

  it('leaves a login alone where the provider caps nothing', () => {
    expect(capLogin(policy, login, {})).toEqual(login);
    const endless = definePolicy({ id: 'web', absoluteTimeout: 'unlimited' }) as Policy;
    expect(capLogin(endless, login, {})).toEqual(login);
    expect(startSession(endless, capLogin(endless, login, { sessionExpiry: NOON + HOUR })).stamps.absolute).toBe(
      NOON + HOUR,
    );
  });

  it('lets clocks that ask for a recent authentication run from the earlier one', () => {
    expect(stamps({ authTime: NOON - HOUR }).reauthentication).toBe(NOON + HOUR);
    expect(stamps({ authTime: NOON - HOUR }, { authenticatedAt: NOON - 90 * MINUTE }).reauthentication).toBe(
      NOON + 30 * MINUTE,
    );
    // the provider's clock is ahead
    expect(stamps({ authTime: NOON + MINUTE }).reauthentication).toBe(NOON + 2 * HOUR);
  });

  it.each<[ProviderCaps, string]>([
    [{ sessionExpiry: NOON }, '/sessionExpiry'],
    [{ sessionNotOnOrAfter: NOON - 1, sessionExpiry: NOON + 1 }, '/sessionNotOnOrAfter'],
    [{ authTime: NOON - HOUR, maxAge: HOUR }, '/maxAge'],
  ])('refuses a login whose provider session is over: %o', (caps, path) => {
    const { code, problems, message } = errorOf(caps);
    expect([code, problems.map((one) => one.path)]).toEqual(['provider_session_over', [path]]);
    expect(message).toContain('send the person to the identity provider for a new authentication');
  });

  it('knows seconds when it sees them', () => {
    expect(errorOf({ sessionExpiry: (NOON + HOUR) / 1000 }).message).toContain('multiply it by 1000');
    expect(errorOf({ sessionExpiry: NOON - HOUR }).message).not.toContain('1000');
    const { code, problems } = errorOf({ sessionExpiry: (NOON + HOUR) / 1000, authTime: (NOON - HOUR) / 1000 });
    expect([code, problems.map(({ path }) => path)]).toEqual(['login_invalid', ['/sessionExpiry', '/authTime']]);
  });

  it.each<[ProviderCaps, string]>([
    [{ maxAge: 0 }, '/maxAge'],
    [{ maxAge: 1.5 }, '/maxAge'],
    [{ sessionExpiry: Number.NaN }, '/sessionExpiry'],
    [{ authTime: '2026' as never }, '/authTime'],
  ])('refuses what is no cap: %o', (caps, path) => {
    const { code, problems } = errorOf(caps);
    expect([code, problems.map((one) => one.path)]).toEqual(['login_invalid', [path]]);
  });
});

const COMPLETE = {
  ip: '203.0.113.7',
  ...Object.assign({}, ...DETAILS.slice(0, 4)),
  location: { latitude: 52.52, longitude: 13.405 },
};

/** With a context that leaves nothing unstated: what was permitted before does not show through (law 6). */
function completed(event: SessionEvent): SessionEvent {
  if (event.type !== 'access' && event.type !== 'reauthenticated') return event;
  return { ...event, context: { ...COMPLETE, ...event.context } };
}

const minutes = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * MINUTE);
const someCaps = fc.record(
  {
    sessionExpiry: minutes(1, 60).map((length) => START + length),
    sessionNotOnOrAfter: minutes(1, 60).map((length) => START + length),
    authTime: minutes(-10, 2).map((length) => START + length),
    maxAge: minutes(11, 40),
  },
  { noNullPrototype: true, requiredKeys: [] },
);

it('a capped session outlives neither its cap nor the session without one', { timeout: TIMEOUT }, () => {
  let [capped, cut] = [0, 0];
  holds(
    fc.property(aPolicyDocument(), aLoginSketch, someCaps, aTimelineSketch(12), (document, sketch, caps, sketches) => {
      const under = definePolicy(document) as Policy;
      const { authenticatedAt: _, ...plain } = drawLogin(under, sketch);
      const start = { ...plain, context: COMPLETE };
      const own = capLogin(under, start, caps as ProviderCaps);
      const { sessionExpiry = Infinity, sessionNotOnOrAfter = Infinity, authTime = START, maxAge = Infinity } = caps;
      const cap = Math.min(sessionExpiry, sessionNotOnOrAfter, Math.min(authTime, START) + maxAge);
      const events = drawTimeline(under, sketches)
        .filter(({ type, at }) => type !== 'token_refreshed' && at > START)
        .sort((a, b) => a.at - b.at)
        .map(completed);
      let [short, long] = [startSession(under, own), startSession(under, start)];
      let isRenewed = false;
      for (const event of events) {
        const [tight, loose] = [evaluate(under, short, event), evaluate(under, long, event)];
        expect(severity(tight)).toBeGreaterThanOrEqual(severity(loose));
        isRenewed ||= under.reauthentication.resetsAbsolute && tight.session.authenticatedAt !== short.authenticatedAt;
        if (!isRenewed && cap < Infinity) {
          if (event.at >= cap) expect(tight.effect).toBe('deny');
          if (tight.effect === 'permit') expect(tight.until).toBeLessThanOrEqual(cap);
          capped++;
          if (event.at >= cap && loose.effect !== 'deny') cut++;
        }
        [short, long] = [tight.session, loose.session];
      }
    }),
  );
  expect(capped).toBeGreaterThan(RUNS);
  expect(cut).toBeGreaterThan(RUNS / 20);
});
