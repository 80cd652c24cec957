import { describe, expect, it } from 'vitest';
import {
  definePolicy,
  evaluate,
  type PolicyDocument,
  type Rule,
  type RuleFacts,
  type Session,
  type SessionEvent,
  startSession,
} from '../../src/index.js';
import { background, minutes, play, policyWith, said, sessionOf, user } from './support.js';

const again = (at: number, assuranceLevel: 'aal1' | 'aal2' = 'aal1'): SessionEvent => ({
  type: 'reauthenticated',
  at,
  assuranceLevel,
});
const signal = (at: number): SessionEvent => ({ type: 'signal', at, signal: 'risk_level' });

/** A policy with a rule of one's own. */
const withRule = (evaluateIt: Rule['evaluate'], part: Partial<PolicyDocument> = {}) =>
  definePolicy(
    { id: 'test', idleTimeout: '15m', absoluteTimeout: '8h', ...part },
    { rules: [{ id: 'mine', version: 1, settings: null, evaluate: evaluateIt }] },
  );

describe('what cannot be decided', () => {
  it('is indeterminate, says that the engine could not, and leaves the session as it is', () => {
    const session = sessionOf(policyWith());
    const decision = evaluate(null as never, session, user(1));
    expect(decision).toEqual({
      effect: 'indeterminate',
      session,
      reasons: [{ code: 'evaluation_failed', effect: 'indeterminate', rule: 'engine', since: 0 }],
    });
    expect(decision.session).toBe(session);
  });
});

describe('two limits at the same instant', () => {
  it('are told as the built-in one, which speaks first', () => {
    const policy = withRule(() => minutes(16));
    expect(play(policy, sessionOf(policy), user(minutes(1)))).toMatchObject({
      until: minutes(16),
      boundBy: 'idle_timeout',
    });
    expect(play(policy, sessionOf(policy), user(minutes(2)))).toMatchObject({ until: minutes(16), boundBy: 'mine' });
  });
});

describe('a challenge', () => {
  const operations = { export: { lease: '20m' }, pay: { assuranceLevel: 'aal2' } } as const;

  it('of an operation lasts as long as the lease that the session has', () => {
    const policy = policyWith({ operations });
    const leased = play(policy, sessionOf(policy), user(minutes(1), { operation: 'export' })).session;
    expect(play(policy, leased, background(minutes(2), { operation: 'pay' }))).toMatchObject({
      effect: 'challenge',
      until: minutes(21),
    });
  });

  it('that is left after a reauthentication leaves no lease from before it', () => {
    const onReauthentication = ({ event }: RuleFacts) =>
      event.type === 'reauthenticated' ? ({ effect: 'challenge', code: 'terms' } as const) : minutes(400);
    const policy = withRule(onReauthentication, { operations });
    const leased = play(policy, sessionOf(policy), user(minutes(1), { operation: 'export' })).session;
    expect(play(policy, leased, again(minutes(2)))).toMatchObject({
      effect: 'challenge',
      until: minutes(17),
      session: { authenticatedAt: minutes(2), lease: null },
    });
  });
});

describe('a reauthentication that resets nothing', () => {
  const policy = policyWith({ operations: { export: { lease: '20m' } }, reauthentication: { resets: [] } });
  const leased = play(policy, sessionOf(policy), user(minutes(1), { operation: 'export' })).session;

  it('ends a session that only its lease had kept, at the idle deadline and not before it', () => {
    const before = play(policy, leased, again(minutes(16) - 1));
    expect(before).toMatchObject({ effect: 'permit', until: minutes(16), session: { lease: null } });
    for (const at of [minutes(16), minutes(17)]) {
      const decision = play(policy, leased, again(at));
      expect(said(decision)).toBe('deny idle_timeout');
      expect(decision.session.ended).toEqual({ code: 'idle_timeout', since: minutes(16), at });
    }
  });
});

describe('a reauthentication that comes late', () => {
  const policy = policyWith({ risk: [{ signal: 'device_changed', then: 'end' }] });
  const session = sessionOf(policy, { context: { deviceId: 'd1' } });
  const from = (deviceId: string, at: number) => ({ ...again(at), context: { deviceId } }) as SessionEvent;

  it('from another device is what the login after it has lifted, and ends nothing', () => {
    const renewed = play(policy, session, from('d1', minutes(1))).session;
    expect(said(play(policy, renewed, from('d2', minutes(1) - 2_000)))).toBe('permit');
    expect(said(play(policy, renewed, from('d2', minutes(1) + 2_000)))).toBe('deny device_changed');
  });
});

describe('a locked session', () => {
  const short = policyWith({ onIdle: 'lock', idleTimeout: '2s', clockLeeway: '1s' });
  const long = policyWith({ onIdle: 'lock', clockLeeway: '5s' });
  const locked = play(short, sessionOf(short), signal(10_000)).session;

  it('is unlocked by a reauthentication that comes late only if that still lasts', () => {
    expect(said(play(long, locked, again(6_000)))).toBe('challenge idle_timeout');
    expect(said(play(long, locked, again(8_000)))).toBe('challenge idle_timeout');
    expect(said(play(long, locked, again(8_001)))).toBe('permit');
  });
});

describe('an operation that asks for a level', () => {
  it('counts the age of the strongest proof below it, where it was never proven', () => {
    const policy = policyWith({ operations: { pay: { authenticatedWithin: '5m', assuranceLevel: 'aal3' } } });
    const proven = play(policy, sessionOf(policy), again(minutes(1), 'aal2'), again(minutes(10))).session;
    const pay = play(policy, proven, user(minutes(11), { operation: 'pay' }));
    expect(pay.reasons.map(({ code, since }) => `${code} ${since}`)).toEqual([
      `authentication_too_old ${minutes(6)}`,
      `assurance_too_low ${minutes(11)}`,
    ]);
  });
});

describe('an event that comes late', () => {
  it('does not lengthen what was shortened after it', () => {
    const policy = definePolicy({
      id: 'p',
      idleTimeout: '15m',
      absoluteTimeout: '8h',
      clockLeeway: '2m',
      conditions: [{ when: { attention: 'hidden' }, idleTimeout: '5m' }],
    });
    const session = startSession(policy, { id: 's', subject: 'alice', at: 9_000_000 });
    const hidden = evaluate(policy, session, {
      type: 'access',
      at: 9_060_000,
      activity: 'background',
      attention: 'hidden',
    }).session as Session;
    expect(hidden.stamps.idle).toBe(9_300_000);
    const late = evaluate(policy, hidden, { type: 'access', at: 9_030_000, activity: 'user' });
    expect(late.session?.stamps.idle).toBe(9_330_000);
  });
});
