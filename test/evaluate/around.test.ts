import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admit,
  type CurfewError,
  deadlines,
  evaluate,
  evaluateWithCandidate,
  explain,
  type Finding,
  limitsFor,
  missingSession,
  NEVER,
  parseSession,
  type Session,
  type SessionEvent,
  startSession,
} from '../../src/index.js';
import { anEvent, aPolicy, aSession } from '../../src/testing/index.js';
import { holds } from '../laws/support.js';
import { background, MINUTE, minutes, play, policyWith, said, sessionOf, user } from './support.js';

describe('explain', () => {
  const anything = aPolicy().chain((policy) => fc.tuple(fc.constant(policy), aSession(policy), anEvent(policy)));

  it('gives the decision that evaluate gives, with its grounds', () => {
    holds(
      fc.property(anything, ([policy, session, event]) => {
        const { rules, limits, sentence, ...decision } = explain(policy, session, event);
        expect(decision).toEqual(evaluate(policy, session, event));
        expect(sentence).toMatch(/^(Permitted|Challenged|Denied|Undecided).*\.$/);
        expect(sentence).not.toMatch(/undefined|NaN|Infinity/);
        const found = rules.flatMap(({ findings }) => findings).map(({ code }: Finding) => code);
        if (limits !== null) expect(decision.reasons.map(({ code }) => code).sort()).toEqual(found.sort());
      }),
      0.2,
    );
  });

  it('says in words who set the limit and when it passed', () => {
    const policy = policyWith({ conditions: [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '10m' }] });
    const session = sessionOf(policy, { attributes: { role: 'admin' } });
    expect(explain(policy, session, user(minutes(4))).sentence).toBe(
      'Permitted until 1970-01-01T00:14:00.000Z, 10m from this event; idle_timeout comes first (10m, set by /conditions/0/idleTimeout).',
    );
    expect(explain(policy, session, user(minutes(11))).sentence).toBe(
      'Denied by policy test: idle_timeout, there was no user activity for longer than the idle timeout allows ' +
        '(since 1970-01-01T00:10:00.000Z, 1m before this event). The session has ended.',
    );
    const locking = policyWith({ onIdle: 'lock' });
    expect(explain(locking, sessionOf(locking), user(minutes(20))).sentence).toContain(
      'An authentication lets it through, until 1970-01-01T08:00:00.000Z.',
    );
    expect(explain(policy, session, { ...user(1), at: Number.NaN }).sentence).toBe(
      'Denied by policy test: event_invalid, this is not an event. The session goes on; only this request is refused.',
    );
  });

  it('does not fall over what is no session and no event', () => {
    const broken = explain(policyWith(), null as unknown as Session, null as unknown as SessionEvent);
    expect(broken).toMatchObject({ effect: 'indeterminate', rules: [], limits: null });
  });
});

describe('limitsFor', () => {
  const policy = policyWith({
    networks: { office: ['203.0.113.0/24'] },
    requestable: { absoluteTimeout: '30d' },
    conditions: [
      { when: { attributes: { role: ['admin'] } }, idleTimeout: '10m', absoluteTimeout: '4h' },
      { when: { network: 'office' }, idleTimeout: '30m', relax: true },
    ],
  });

  it('answers what the limits are and who set them', () => {
    const office = { context: { ip: '203.0.113.7' } };
    expect(limitsFor(policy, {}).idleTimeout).toMatchObject({ value: minutes(15), source: '/idleTimeout' });
    expect(limitsFor(policy, office).idleTimeout).toMatchObject({
      value: minutes(30),
      source: '/conditions/1/idleTimeout',
    });
    const admin = limitsFor(policy, { ...office, attributes: { role: 'admin' } });
    expect(admin.idleTimeout).toEqual({
      value: minutes(10),
      source: '/conditions/0/idleTimeout',
      considered: [
        { value: minutes(15), source: '/idleTimeout', role: 'base' },
        { value: minutes(10), source: '/conditions/0/idleTimeout', role: 'tightening' },
        { value: minutes(30), source: '/conditions/1/idleTimeout', role: 'relaxation' },
      ],
    });
    expect(admin.absoluteTimeout).toMatchObject({ value: minutes(240), source: '/conditions/0/absoluteTimeout' });
  });

  it('names the request, or the clamp that cut it', () => {
    const asked = (days: number) =>
      limitsFor(policy, { requested: { absoluteTimeout: days * 86_400_000 } }).absoluteTimeout;
    expect(asked(7)).toMatchObject({ value: 7 * 86_400_000, source: 'requested' });
    expect(asked(60)).toMatchObject({ value: 30 * 86_400_000, source: '/requestable/absoluteTimeout' });
  });
});

describe('deadlines', () => {
  it('are when evaluate would say no', () => {
    holds(
      fc.property(
        aPolicy().chain((policy) => fc.tuple(fc.constant(policy), aSession(policy))),
        ([policy, session]) => {
          fc.pre(session.ended === null);
          const { idle, absolute, reauthentication, until, warnAt } = deadlines(policy, session);
          expect(until).toBe(Math.min(idle, absolute, reauthentication));
          expect(warnAt).toBe(Math.max(0, until - policy.warnBefore));
          const at = Math.max(session.recordedAt, until);
          fc.pre(at < NEVER);
          expect(evaluate(policy, session, background(at)).effect).not.toBe('permit');
        },
      ),
      0.2,
    );
  });

  it('stand at the end of a session that has ended', () => {
    const out = play(policyWith(), sessionOf(policyWith()), { type: 'revoked', at: 5, code: 'logout' }).session;
    expect(deadlines(policyWith(), out)).toMatchObject({
      idle: 5,
      absolute: 5,
      until: 5,
      boundBy: 'logout',
      warnAt: 5,
    });
  });

  it('say which limit binds', () => {
    const policy = policyWith({ absoluteTimeout: '1h', reauthentication: { after: '20m' } });
    const session = sessionOf(policy);
    expect(deadlines(policy, session)).toEqual({
      idle: minutes(15),
      absolute: minutes(60),
      reauthentication: minutes(20),
      until: minutes(15),
      boundBy: 'idle_timeout',
      warnAt: minutes(15),
    });
    const active = play(policy, session, user(minutes(10))).session;
    expect(deadlines(policy, active)).toMatchObject({ boundBy: 'reauthentication_due', until: minutes(20) });
  });
});

describe('admit', () => {
  const at = (createdAt: number, id: string) => startSession(policyWith(), { id, subject: 'alice', at: createdAt });
  const [first, second, third] = [at(1, 'a'), at(2, 'b'), at(2, 'c')] as const;
  const limited = (onExceed: 'endOldest' | 'refuse', maxSessions = 2) =>
    policyWith({ concurrency: { maxSessions, onExceed } });
  const ids = (sessions: readonly Session[]) => sessions.map(({ id }) => id);

  it('ends the oldest, or refuses the newcomer', () => {
    const ending = admit(limited('endOldest'), [first, second], third, 2);
    expect([ending.admitted, ids(ending.end)]).toEqual([true, ['a']]);
    const refusing = admit(limited('refuse'), [first, second], third, 2);
    expect([refusing.admitted, ids(refusing.end)]).toEqual([false, []]);
    expect(said(evaluate(policyWith(), first, ending.event))).toBe('deny concurrency_limit');
  });

  it('agrees about the loser whoever asks', () => {
    const views = [
      admit(limited('endOldest'), [first, second], third, 2),
      admit(limited('endOldest'), [third, second, first], third, 2),
    ];
    expect(views.map(({ end }) => ids(end))).toEqual([['a'], ['a']]);
    expect(admit(limited('refuse', 1), [third, second], second, 2).admitted).toBe(true);
    expect(ids(admit(limited('refuse', 1), [third, second], second, 2).end)).toEqual(['c']);
  });

  it('takes a newcomer that is not stored yet for the last, whatever its clock says', () => {
    expect(admit(limited('refuse', 1), [third], second, 2)).toMatchObject({ admitted: false, end: [] });
    expect(admit(limited('endOldest', 1), [third], second, 2)).toMatchObject({ admitted: true, end: [third] });
  });

  it('does not count what has ended or lapsed, and counts what is locked', () => {
    const later = minutes(15) + 1;
    const newcomer = at(later, 'n');
    expect(ids(admit(limited('endOldest', 1), [first], newcomer, later).end)).toEqual([]);
    const locking = policyWith({ onIdle: 'lock', concurrency: { maxSessions: 1 } });
    const locked = startSession(locking, { id: 'l', subject: 'alice', at: 0 });
    expect(ids(admit(locking, [locked], newcomer, later).end)).toEqual(['l']);
    const out = play(policyWith(), first, { type: 'revoked', at: 3, code: 'logout' }).session;
    expect(ids(admit(limited('endOldest', 1), [out], third, 3).end)).toEqual([]);
  });

  it('enforces a lowered limit without a newcomer, and none where there is no limit', () => {
    expect(ids(admit(limited('endOldest', 1), [third, first, second], null, 3).end)).toEqual(['a', 'b']);
    expect(admit(policyWith(), [first, second, third], null, 3)).toMatchObject({ admitted: true, end: [] });
  });
});

describe('evaluateWithCandidate', () => {
  const policy = policyWith();
  const stricter = policyWith({ id: 'stricter', idleTimeout: '5m' });
  const session = sessionOf(policy);

  it('decides as without the candidate, and tells what that would have done, once', () => {
    const first = evaluateWithCandidate(policy, stricter, session, user(minutes(6)));
    expect(first).toMatchObject({ effect: 'permit', until: minutes(21), wouldBe: { effect: 'deny', endsNow: true } });
    const second = evaluateWithCandidate(policy, stricter, first.session, user(minutes(7)));
    expect(second).toMatchObject({ effect: 'permit', wouldBe: { effect: 'deny', endsNow: false } });
    const { candidate, ...rest } = second.session;
    const { candidate: none, ...alone } = play(policy, session, user(minutes(6)), user(minutes(7))).session;
    expect(rest).toEqual(alone);
  });

  it('writes nothing when nothing changed', () => {
    const known = evaluateWithCandidate(policy, stricter, session, user(minutes(1))).session;
    expect(evaluateWithCandidate(policy, stricter, known, background(minutes(2))).session).toBe(known);
  });

  it('starts a new candidate from the facts', () => {
    const known = evaluateWithCandidate(policy, stricter, session, user(minutes(6))).session;
    const other = policyWith({ id: 'other', idleTimeout: '10m' });
    expect(evaluateWithCandidate(policy, other, known, background(minutes(7))).wouldBe.effect).toBe('permit');
  });

  it('judges by its own networks', () => {
    const office = (ip: string) =>
      policyWith({
        id: 'n',
        networks: { office: [ip] },
        conditions: [{ when: { network: 'office' }, idleTimeout: '2m' }],
      });
    const here = sessionOf(office('203.0.113.0/24'), { context: { ip: '203.0.113.7' } });
    const decision = evaluateWithCandidate(
      office('203.0.113.0/24'),
      office('198.51.100.0/24'),
      here,
      background(MINUTE),
    );
    expect(decision.wouldBe.effect).toBe('permit');
  });

  it('leaves a session alone that nobody could judge', () => {
    expect(evaluateWithCandidate(policy, stricter, session, { ...user(1), at: Number.NaN }).session).toBe(session);
    expect(evaluateWithCandidate(policy, stricter, null as unknown as Session, user(1))).toMatchObject({
      effect: 'indeterminate',
      session: null,
    });
    const out = play(policy, session, { type: 'revoked', at: 1, code: 'logout' }).session;
    expect(evaluateWithCandidate(policy, stricter, out, user(2)).session).toBe(out);
  });
});

describe('missingSession', () => {
  it('is a denial with a reason of its own', () => {
    expect(said(missingSession(user(5)) as never)).toBe('deny session_missing');
    expect(missingSession(user(5))).toMatchObject({ session: null, reasons: [{ since: 5 }] });
  });
});

describe('startSession', () => {
  it.each([
    [{ id: '' }, '/id'],
    [{ subject: '' }, '/subject'],
    [{ at: Number.NaN }, '/at'],
    [{ at: -1 }, '/at'],
    [{ authenticatedAt: 0.5 }, '/authenticatedAt'],
    [{ assuranceLevel: 'aal4' }, '/assuranceLevel'],
    [{ requested: { idleTimeout: 0 } }, '/requested/idleTimeout'],
    [{ requested: { idelTimeout: 5 } }, '/requested/idelTimeout'],
    [{ attributes: { role: [null] } }, '/attributes'],
  ])('refuses %j', (part, path) => {
    try {
      sessionOf(policyWith(), part as never);
    } catch (error) {
      expect(error).toMatchObject({
        name: 'CurfewError',
        code: 'login_invalid',
        problems: [{ path, code: 'invalid' }],
      });
      return;
    }
    throw new Error('the login was accepted');
  });
});

describe('parseSession', () => {
  it('reads back every session that the engine makes, as it was', () => {
    holds(
      fc.property(aPolicy().chain(aSession), (session) => {
        expect(parseSession(JSON.parse(JSON.stringify(session)))).toEqual(session);
      }),
      0.2,
    );
  });

  it('drops keys that it does not know', () => {
    const session = sessionOf(policyWith());
    expect(parseSession({ ...session, revision: 7, stamps: { ...session.stamps, extra: 1 } })).toEqual(session);
  });

  it('names every place, and repeats no value', () => {
    const secret = 'sk-very-secret';
    try {
      parseSession({ ...sessionOf(policyWith()), id: 5, createdAt: secret, stamps: { idle: secret }, ended: secret });
    } catch (error) {
      const { code, problems, message } = error as CurfewError;
      expect(code).toBe('session_invalid');
      expect(problems.map(({ path }) => path)).toEqual(
        expect.arrayContaining(['/id', '/createdAt', '/stamps/idle', '/stamps/absolute', '/ended']),
      );
      expect(message).not.toContain(secret);
      return;
    }
    throw new Error('the record was accepted');
  });

  it('refuses facts that contradict each other', () => {
    const session = sessionOf(policyWith(), { at: 100 });
    for (const part of [
      { lastActivityAt: 200 },
      { lastActivityAt: 50 },
      { authenticatedAt: 200 },
      { proofs: { aal1: 500, aal2: null, aal3: null } },
    ]) {
      expect(() => parseSession({ ...session, ...part })).toThrow('this record is not a session');
    }
  });
});
