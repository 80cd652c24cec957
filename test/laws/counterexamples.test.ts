/**
 * What broke earlier drafts of the rules, each as it must come out now. Times are minutes after the login.
 *
 * Not about the pure core, and tested with the engine: 8 (handles and revisions belong to the store's envelope), 25
 * (activity is written rarely). Of 12 the part about `peek`, of 14 the engine's `candidate` option.
 */
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/core/rule.js';
import { evaluate } from '../../src/evaluate.js';
import { codes, live, login, m, policyOf, poll, proof, refresh, signal, untilOf, user } from './scene.js';

describe('counterexamples to earlier drafts', () => {
  const plain = policyOf({ idleTimeout: '15m' });

  it('1: a late event does not undo what was decided before it arrived', () => {
    expect(live(plain, login(plain), user(10), user(20)).effect).toBe('permit');
    const ended = live(plain, login(plain), user(20));
    expect(ended.session.ended).toEqual({ code: 'idle_timeout', since: m(15), at: m(20) });
    const late = live(plain, ended.session, user(10));
    expect(late.effect).toBe('deny');
    expect(late.session).toBe(ended.session);
  });

  it('1: a late event moves idle at most to its own time plus the limit', () => {
    const policy = policyOf({ idleTimeout: '15m', clockLeeway: '5m' });
    const late = live(policy, login(policy), signal(12, 'noted'), user(10));
    expect(untilOf(late)).toBe(m(25));
    expect(late.session.lastActivityAt).toBe(m(10));
    expect(late.session.recordedAt).toBe(m(12));
  });

  it('2: a clock that is behind gets no verdict, and a leeway extends no deadline', () => {
    const { session } = live(plain, login(plain), user(10), user(20), user(30), user(40), user(50), user(60));
    const behind = evaluate(plain, session, { type: 'access', at: m(60) - 5_001, activity: 'user' });
    expect(behind.effect).toBe('indeterminate');
    expect(codes(behind)).toEqual(['clock_behind']);
    expect(behind.session).toBe(session);
    const within = evaluate(plain, session, { type: 'access', at: m(60) - 5_000, activity: 'user' });
    expect(within.effect).toBe('permit');
    expect(untilOf(within)).toBe(m(75));
    expect(evaluate(plain, session, { type: 'revoked', at: 0, code: 'logout' }).session.ended?.since).toBe(0);
  });

  it('3: what has lapsed under `end` is not unlocked by a later `lock`', () => {
    const lock = policyOf({ idleTimeout: '15m', onIdle: 'lock' });
    const denied = live(lock, login(plain), proof(21));
    expect(denied.session.ended).toEqual({ code: 'idle_timeout', since: m(15), at: m(21) });
  });

  it('3: an absolute deadline that passed while locked is not forgotten by a longer one', () => {
    const lock = policyOf({ idleTimeout: '15m', onIdle: 'lock' });
    const longer = policyOf({ idleTimeout: '15m', onIdle: 'lock', absoluteTimeout: '24h' });
    const locked = live(lock, login(lock), user(20));
    expect(locked.effect).toBe('challenge');
    expect(live(longer, locked.session, proof(500)).session.ended).toEqual({
      code: 'absolute_timeout',
      since: m(480),
      at: m(500),
    });
  });

  it('4: a policy that decided nothing leaves no trace', () => {
    const short = policyOf({ idleTimeout: '1m' });
    expect(live(plain, login(plain), poll(12)).effect).toBe('permit');
    expect(live(short, login(plain), poll(8)).session.ended?.since).toBe(m(1));
  });

  it('5: not every deny ends', () => {
    const broken: Rule = { id: 'broken', version: 1, settings: null, ends: true, evaluate: () => Number.NaN };
    const policy = policyOf({ idleTimeout: '15m', operations: { pay: {} } }, [broken]);
    const unknown = live(plain, login(plain), refresh(1, 1));
    expect([unknown.effect, codes(unknown), unknown.session.ended]).toEqual(['deny', ['refresh_unknown'], null]);
    const failed = live(policy, login(policy), user(1));
    expect([failed.effect, codes(failed), failed.session.ended]).toEqual(['deny', ['rule_failed'], null]);
  });

  it('6: a condition only tightens, and only `relax` replaces the base', () => {
    const hidden = policyOf({ idleTimeout: '3m', conditions: [{ when: { attention: 'hidden' }, idleTimeout: '4m' }] });
    expect(untilOf(live(hidden, login(hidden), user(1, { attention: 'hidden' })))).toBe(m(4));
    const when = { attributes: { role: ['admin'] } };
    const attributes = { role: 'admin' };
    const longer = policyOf({ idleTimeout: '3m', conditions: [{ when, idleTimeout: '4m' }] });
    expect(untilOf(live(longer, login(longer, { attributes }), user(1)))).toBe(m(4));
    const relaxed = policyOf({ idleTimeout: '3m', conditions: [{ when, idleTimeout: '4m', relax: true }] });
    expect(untilOf(live(relaxed, login(relaxed, { attributes }), user(1)))).toBe(m(5));
  });

  it('7: over sequences with refreshes a stricter policy may answer milder, in one decision never', () => {
    const risk = [{ signal: 'noted', then: 'challenge' }] as const;
    const strict = policyOf({ idleTimeout: '15m', risk });
    const loose = live(plain, login(plain), signal(1, 'noted'), refresh(5, 0), refresh(8, 0));
    expect(loose.session.ended?.code).toBe('refresh_reused');
    const stricter = live(strict, login(strict), signal(1, 'noted'), refresh(5, 0), refresh(8, 0));
    expect(stricter.effect).toBe('challenge');
  });

  it('7: every rule runs, so no reason is missing', () => {
    const policy = policyOf({ idleTimeout: '15m', operations: { pay: { authenticatedWithin: '5m' } } });
    expect(codes(live(policy, login(policy), user(20, { operation: 'pay' })))).toEqual([
      'idle_timeout',
      'authentication_too_old',
    ]);
  });

  it('9: nothing is stored for having been seen', () => {
    const session = login(plain);
    const seen = live(plain, session, poll(1), poll(2), poll(3));
    expect(seen.effect).toBe('permit');
    expect(seen.session).toBe(session);
  });

  it('10: signals are facts, so a policy that changes reaches them and a reauthentication lifts them', () => {
    const tighten = (idleTimeout: string) =>
      policyOf({ idleTimeout: '15m', risk: [{ signal: 'risk_level', then: { tighten: { idleTimeout } } }] });
    const raised = live(tighten('2m'), login(plain), user(10), signal(10, 'risk_level'));
    expect(untilOf(raised)).toBe(m(12));
    expect(untilOf(live(tighten('1m'), raised.session, poll(10)))).toBe(m(11));
    const low = live(tighten('2m'), raised.session, signal(10.5, 'risk_level', 'low'));
    expect(untilOf(low)).toBe(m(12));
    const lifted = live(tighten('2m'), raised.session, proof(11), signal(10.5, 'risk_level'));
    expect([lifted.effect, codes(lifted), untilOf(lifted)]).toEqual(['permit', [], m(26)]);
  });

  it('11: comparisons look at the login, and a reauthentication binds the new address', () => {
    const policy = policyOf({ idleTimeout: '15m', risk: [{ signal: 'ip_changed', then: 'challenge' }] });
    const [home, office] = [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }];
    const session = login(policy, { context: home });
    const moved = live(policy, session, user(1, { context: office }));
    expect([moved.effect, codes(moved), moved.session.context.ip]).toEqual(['challenge', ['ip_changed'], '192.0.2.1']);
    const proven = live(policy, moved.session, proof(2, 'aal1', office));
    expect(proven.effect).toBe('permit');
    expect(live(policy, proven.session, user(3, { context: office })).effect).toBe('permit');
    expect(live(policy, session, user(1)).effect).toBe('permit');
  });

  it('11: leaving a field out does not evade a rule that counts it as changed', () => {
    const policy = policyOf({
      idleTimeout: '15m',
      risk: [{ signal: 'device_changed', then: 'end', missing: 'changed' }],
    });
    const session = login(policy, { context: { deviceId: 'd1' } });
    expect(live(policy, session, user(1)).session.ended?.code).toBe('device_changed');
    expect(live(policy, session, user(1, { context: { deviceId: 'd1' } })).effect).toBe('permit');
  });

  it('12: leaving a relaxing network applies the base from the last activity', () => {
    const networks = { office: ['203.0.113.0/24'] };
    const conditions = [{ when: { network: 'office' }, idleTimeout: '30m', relax: true }];
    const policy = policyOf({ idleTimeout: '15m', networks, conditions });
    const session = login(policy, { context: { ip: '203.0.113.7' } });
    expect(untilOf(live(policy, session, poll(20)))).toBe(m(30));
    const elsewhere = live(policy, session, poll(20, { context: { ip: '198.51.100.1' } }));
    expect(elsewhere.session.ended).toEqual({ code: 'idle_timeout', since: m(15), at: m(20) });
  });

  it('13: an old strong proof and a fresh weak one are not a fresh strong one', () => {
    const pay = { authenticatedWithin: '5m', assuranceLevel: 'aal2' } as const;
    const policy = policyOf({ absoluteTimeout: '24h', operations: { pay } });
    const session = login(policy, { assuranceLevel: 'aal2' });
    const refused = live(policy, session, proof(480, 'aal1'), user(481, { operation: 'pay' }));
    expect(refused).toMatchObject({ effect: 'challenge', maxAge: m(5), assuranceLevel: 'aal2' });
    expect(codes(refused)).toEqual(['authentication_too_old']);
    expect(refused.session.proofs).toEqual({ aal1: m(480), aal2: 0, aal3: null });
    expect(live(policy, refused.session, proof(482, 'aal2'), user(483, { operation: 'pay' })).effect).toBe('permit');
  });
});
