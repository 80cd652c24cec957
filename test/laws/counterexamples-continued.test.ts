import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admit.js';
import { evaluateWithCandidate } from '../../src/candidate.js';
import type { SessionEvent } from '../../src/core/event.js';
import type { Policy } from '../../src/core/policy.js';
import type { Rule } from '../../src/core/rule.js';
import type { Session } from '../../src/core/session.js';
import { evaluate } from '../../src/evaluate.js';
import { policyProblems } from '../../src/policy/define.js';
import { NEVER } from '../../src/time/instant.js';
import { codes, live, login, m, policyOf, poll, proof, refresh, signal, untilOf, user } from './scene.js';

describe('counterexamples to earlier drafts', () => {
  const plain = policyOf({ idleTimeout: '15m' });

  it('14: a candidate keeps its own stamps and touches no decision', () => {
    const stricter = policyOf({ idleTimeout: '5m' });
    const session = login(plain);
    const first = evaluateWithCandidate(plain, stricter, session, user(10));
    expect([first.effect, first.wouldBe.effect, first.wouldBe.endsNow]).toEqual(['permit', 'deny', true]);
    expect([first.session.ended, first.session.stamps.idle]).toEqual([null, m(25)]);
    const second = evaluateWithCandidate(plain, stricter, first.session, user(11));
    expect([second.effect, second.wouldBe.effect, second.wouldBe.endsNow]).toEqual(['permit', 'deny', false]);
    expect(second.session.candidate?.ended?.since).toBe(m(5));
  });

  describe('15: a lease is no keep-alive:', () => {
    const policy = policyOf({
      idleTimeout: '15m',
      operations: { export: { lease: '30m' } },
      risk: [{ signal: 'noted', then: 'challenge' }],
    });
    const exporting = user(1, { operation: 'export' });

    it('a poll neither opens nor renews one', () => {
      const polled = live(policy, login(policy), poll(1, { operation: 'export' }));
      expect([polled.session.lease, untilOf(polled)]).toEqual([null, m(15)]);
      const renewed = live(
        policy,
        login(policy),
        exporting,
        poll(11, { operation: 'export' }),
        poll(21, { operation: 'export' }),
      );
      expect(untilOf(renewed)).toBe(m(31));
    });

    it('it ends with the operation, and idle counts from the last activity', () => {
      const finished = live(policy, login(policy), exporting, {
        type: 'operation_finished',
        at: m(5),
        operation: 'export',
      });
      expect([finished.effect, untilOf(finished)]).toEqual(['permit', m(16)]);
      const late = live(policy, login(policy), exporting, {
        type: 'operation_finished',
        at: m(20),
        operation: 'export',
      });
      expect(late.session.ended).toEqual({ code: 'idle_timeout', since: m(20), at: m(20) });
    });

    it('a challenge or a reauthentication voids it', () => {
      const challenged = live(policy, login(policy), exporting, signal(2, 'noted'));
      expect([challenged.effect, challenged.session.lease]).toEqual(['challenge', null]);
      expect(live(policy, login(policy), exporting, proof(2)).session.lease).toBeNull();
    });

    it('it never outlasts the absolute deadline', () => {
      const short = policyOf({ idleTimeout: '15m', absoluteTimeout: '20m', operations: { export: { lease: '30m' } } });
      expect(live(short, login(short), exporting)).toMatchObject({ until: m(20), boundBy: 'absolute_timeout' });
    });
  });

  it('16: pressing a button that asks for a step-up is activity', () => {
    const policy = policyOf({ idleTimeout: '15m', operations: { pay: { authenticatedWithin: '5m' } } });
    const challenged = live(policy, login(policy), user(14, { operation: 'pay' }));
    expect(challenged).toMatchObject({ effect: 'challenge', until: m(29) });
    expect(live(policy, challenged.session, user(16)).effect).toBe('permit');
  });

  it('16: a session that is challenged is not kept alive by asking', () => {
    const policy = policyOf({ idleTimeout: '15m', risk: [{ signal: 'noted', then: 'challenge' }] });
    const challenged = live(policy, login(policy), signal(1, 'noted'), user(14));
    expect(challenged).toMatchObject({ effect: 'challenge', until: m(15) });
    expect(live(policy, challenged.session, user(16)).session.ended?.since).toBe(m(15));
  });

  it('17: a lock that reauthentication would not open is refused, and one that it opens stays open', () => {
    const trap = {
      id: 'trap',
      absoluteTimeout: '8h',
      idleTimeout: '15m',
      onIdle: 'lock',
      reauthentication: { resets: ['absolute'] },
    };
    expect(policyProblems(trap).map(({ path }) => path)).toEqual(['/reauthentication/resets']);
    const lock = policyOf({ idleTimeout: '15m', onIdle: 'lock' });
    expect(live(lock, login(lock), user(20)).effect).toBe('challenge');
    expect(live(lock, login(lock), user(20), proof(21), user(22))).toMatchObject({ effect: 'permit', until: m(37) });
  });

  it('18: an end says since when and when it was decided, and never changes', () => {
    const short = policyOf({ idleTimeout: '5m' });
    const asked = live(plain, login(plain), poll(9));
    expect(asked.effect).toBe('permit');
    const ended = live(short, asked.session, poll(10));
    expect(ended.session.ended).toEqual({ code: 'idle_timeout', since: m(5), at: m(10) });
    expect(live(plain, ended.session, { type: 'revoked', at: m(1), code: 'logout' }).session).toBe(ended.session);
  });

  it('19: an unknown operation is denied and ends nothing', () => {
    const policy = policyOf({ idleTimeout: '15m', operations: { 'payment:create': {} } });
    for (const operation of ['paymnt:create', '__proto__', 'constructor', 'toString']) {
      const denied = live(policy, login(policy), user(1, { operation }));
      expect([denied.effect, codes(denied), denied.session.ended]).toEqual(['deny', ['operation_unknown'], null]);
    }
  });

  it('20: a generation rotates at most once per grace, and only reuse ends', () => {
    const policy = policyOf({ idleTimeout: '60m', tokens: { refreshGrace: '10m' } });
    const rotated = live(policy, login(policy), refresh(0, 0));
    expect(rotated).toMatchObject({ effect: 'permit', refresh: 'rotated' });
    const again = live(policy, rotated.session, refresh(5, 1));
    expect(again).toMatchObject({ effect: 'permit', refresh: 'replayed' });
    const slowTab = live(policy, again.session, refresh(6, 0));
    expect(slowTab).toMatchObject({ effect: 'permit', refresh: 'replayed' });
    expect(slowTab.session).toBe(rotated.session);
    expect(codes(live(policy, rotated.session, refresh(6, 2)))).toEqual(['refresh_unknown']);
    expect(live(policy, rotated.session, refresh(10, 1))).toMatchObject({ effect: 'permit', refresh: 'rotated' });
    expect(live(policy, rotated.session, refresh(10, 0)).session.ended).toEqual({
      code: 'refresh_reused',
      since: m(10),
      at: m(10),
    });
  });

  it('21: hidden lowers the deadline until the next activity, and visible lifts nothing', () => {
    const policy = policyOf({ idleTimeout: '15m', conditions: [{ when: { attention: 'hidden' }, idleTimeout: '5m' }] });
    const hidden = live(policy, login(policy), poll(2, { attention: 'hidden' }));
    expect(untilOf(hidden)).toBe(m(5));
    const visible = live(policy, hidden.session, poll(3, { attention: 'visible' }));
    expect(untilOf(visible)).toBe(m(5));
    expect(untilOf(live(policy, visible.session, user(4, { attention: 'visible' })))).toBe(m(19));
  });

  it('22: a custom rule may only tighten, fails closed and ends only if it says so', () => {
    const answering = (answer: unknown, ends = false): Policy =>
      policyOf({ idleTimeout: '15m' }, [
        { id: 'own', version: 1, settings: null, ends, evaluate: () => answer as never },
      ]);
    expect(untilOf(live(answering(NEVER), login(plain), user(1)))).toBe(m(16));
    for (const nonsense of [m(1), Number.NaN, Number.POSITIVE_INFINITY, '2', null, { effect: 'permit' }]) {
      expect(codes(live(answering(nonsense, true), login(plain), user(1)))).toEqual(['rule_failed']);
    }
    const deny = { effect: 'deny', code: 'no' };
    expect(live(answering(deny), login(plain), user(1)).session.ended).toBeNull();
    expect(live(answering(deny, true), login(plain), user(1)).session.ended?.code).toBe('no');
  });

  it('22: the fingerprint covers a custom rule by id, version and settings, and sees through spelling', () => {
    const rule: Rule = { id: 'own', version: 1, settings: { a: 1, b: 2 }, evaluate: () => NEVER };
    const [one] = [policyOf({ idleTimeout: '15m' }, [rule])];
    for (const other of [
      { ...rule, id: 'mine' },
      { ...rule, version: 2 },
      { ...rule, settings: { a: 1 } },
    ]) {
      expect(policyOf({ idleTimeout: '15m' }, [other]).fingerprint).not.toBe(one.fingerprint);
    }
    const same = policyOf({ idleTimeout: 900_000 }, [{ ...rule, settings: { b: 2, a: 1 }, evaluate: () => 5 }]);
    expect(same.fingerprint).toBe(one.fingerprint);
    const range = (text: string) => policyOf({ networks: { office: [text] } }).fingerprint;
    expect(range('203.0.113.9/24')).toBe(range('203.0.113.0/24'));
  });

  it('23: concurrency is ranked by age among sessions that live, the same for everyone who asks', () => {
    const two = policyOf({ idleTimeout: '15m', concurrency: { maxSessions: 2 } });
    const [lapsed, first, second, third] = [0, 10, 10, 11].map((at, index) =>
      login(two, { id: `s-${index}`, at: m(at) }),
    ) as [Session, Session, Session, Session];
    const admission = admit(two, [third, lapsed, second, first], third, m(16));
    expect([admission.admitted, admission.end.map(({ id }) => id)]).toEqual([true, ['s-1']]);
    expect(admit(two, [first, second, third, lapsed], third, m(16))).toEqual(admission);
    const refusing = policyOf({ idleTimeout: '15m', concurrency: { maxSessions: 2, onExceed: 'refuse' } });
    expect(admit(refusing, [first, second], third, m(16))).toMatchObject({ admitted: false, end: [] });
  });

  it('24: no deadline survives JSON, and what is no instant refuses without ending', () => {
    const unlimited = policyOf({ absoluteTimeout: 'unlimited' });
    const decision = live(unlimited, login(unlimited), user(1));
    expect(decision).toMatchObject({ until: NEVER, boundBy: null });
    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, 9e15]) {
      const session = login(plain);
      const refused = evaluate(plain, session, { type: 'access', at, activity: 'user' });
      expect([refused.effect, codes(refused)]).toEqual(['deny', ['event_invalid']]);
      expect(refused.session).toBe(session);
    }
  });

  it('24: limits are checked as they can be reached, not as they stand alone', () => {
    expect(policyProblems({ id: 'x' }).map(({ path }) => path)).toEqual(['/absoluteTimeout']);
    const risk = [{ signal: 'noted', then: { tighten: { idleTimeout: '2m' } } }];
    const warns = { id: 'x', absoluteTimeout: '8h', idleTimeout: '15m', warnBefore: '3m', risk };
    expect(policyProblems(warns).map(({ path }) => path)).toEqual(['/warnBefore']);
  });

  it('26: what a client asks for is kept as it asked, and clamped at each decision', () => {
    const policy = policyOf({ requestable: { absoluteTimeout: '30d' } });
    const session = login(policy, { requested: { absoluteTimeout: m(60 * 24 * 60) } });
    const clamped = live(policy, session, user(1));
    expect(clamped).toMatchObject({ effect: 'permit', until: m(30 * 24 * 60), boundBy: 'absolute_timeout' });
    expect(clamped.reasons).toEqual([{ code: 'request_clamped', effect: 'permit', rule: 'request', since: 0 }]);
    const shorter = login(policy, { requested: { absoluteTimeout: m(60) } });
    expect(live(policy, shorter, user(1))).toMatchObject({ until: m(60), reasons: [] });
    const plainly = policyOf({});
    expect(untilOf(live(plainly, login(plainly, { requested: { absoluteTimeout: m(1_000) } }), user(1)))).toBe(m(480));
  });

  it('27: an identity provider may have authenticated earlier, never later', () => {
    const policy = policyOf({ idleTimeout: '15m', reauthentication: { after: '4h' } });
    const early = login(policy, { at: m(100), authenticatedAt: m(40) });
    expect([early.createdAt, early.authenticatedAt, early.proofs.aal1]).toEqual([m(100), m(40), m(40)]);
    expect(early.stamps.reauthentication).toBe(m(280));
    expect(login(policy, { at: m(100), authenticatedAt: m(140) }).authenticatedAt).toBe(m(100));
  });

  it('27: attributes change by an event, and an old report does not overwrite a newer one', () => {
    const when = { attributes: { role: ['admin'] } };
    const policy = policyOf({ idleTimeout: '15m', conditions: [{ when, idleTimeout: '5m' }] });
    const role = (at: number, name: string): SessionEvent => ({
      type: 'attributes_changed',
      at: m(at),
      attributes: { role: name },
    });
    expect(untilOf(live(policy, login(policy), role(2, 'admin')))).toBe(m(5));
    expect(live(policy, login(policy), role(2, 'admin'), role(1, 'user')).session.attributes).toEqual({
      role: 'admin',
    });
  });
});
