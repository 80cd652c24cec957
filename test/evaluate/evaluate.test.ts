import { describe, expect, it } from 'vitest';
import { definePolicy, evaluate, NEVER, type PolicyDocument, type Rule, type SessionEvent } from '../../src/index.js';
import { background, minutes, play, policyWith, said, sessionOf, user } from './support.js';

describe('idle', () => {
  const policy = policyWith();
  const session = sessionOf(policy);

  it('is over at the deadline and not one millisecond before', () => {
    expect(said(evaluate(policy, session, user(minutes(15) - 1)))).toBe('permit');
    expect(said(evaluate(policy, session, user(minutes(15))))).toBe('deny idle_timeout');
  });

  it('is extended by people, and by nothing else', () => {
    expect(evaluate(policy, session, user(minutes(10)))).toMatchObject({ until: minutes(25), boundBy: 'idle_timeout' });
    expect(evaluate(policy, session, background(minutes(10)))).toMatchObject({ until: minutes(15), session });
    const refreshed = evaluate(policy, session, { type: 'token_refreshed', at: minutes(10), generation: 0 });
    expect(refreshed).toMatchObject({ until: minutes(15), refresh: 'rotated' });
  });

  it('says since when, and when it was decided', () => {
    const { session: ended } = evaluate(policy, session, background(minutes(20)));
    expect(ended.ended).toEqual({ code: 'idle_timeout', since: minutes(15), at: minutes(20) });
    expect(evaluate(policy, ended, user(minutes(21)))).toMatchObject({ effect: 'deny', session: ended });
  });

  it('has no limit where the policy has none', () => {
    const unlimited = definePolicy({ id: 'machine', absoluteTimeout: 'unlimited' });
    const decision = evaluate(unlimited, sessionOf(unlimited), user(NEVER - 1));
    expect(decision).toMatchObject({ effect: 'permit', until: NEVER, boundBy: null });
  });
});

describe('lock', () => {
  const policy = policyWith({ onIdle: 'lock' });
  const locked = play(policy, sessionOf(policy), user(minutes(16)));

  it('challenges until somebody reauthenticates, and keeps the session', () => {
    expect(locked).toMatchObject({ effect: 'challenge', maxAge: 0, assuranceLevel: null, until: minutes(480) });
    expect(locked.session.ended).toBeNull();
    const opened = play(policy, locked.session, { type: 'reauthenticated', at: minutes(20), assuranceLevel: 'aal1' });
    expect(opened).toMatchObject({ effect: 'permit', until: minutes(35) });
  });

  it('gives way to the absolute limit', () => {
    const late = play(policy, locked.session, { type: 'reauthenticated', at: minutes(480), assuranceLevel: 'aal1' });
    expect(said(late)).toBe('deny absolute_timeout');
    expect(late.session.ended).toMatchObject({ code: 'absolute_timeout', since: minutes(480) });
  });

  it('is not opened by activity', () => {
    expect(said(play(policy, locked.session, user(minutes(17)), user(minutes(18))))).toBe('challenge idle_timeout');
  });
});

describe('absolute', () => {
  it('is not moved by activity', () => {
    const policy = policyWith({ absoluteTimeout: '30m' });
    const clicks = [10, 20, 29].map((at) => user(minutes(at)));
    expect(play(policy, sessionOf(policy), ...clicks)).toMatchObject({
      until: minutes(30),
      boundBy: 'absolute_timeout',
    });
    expect(said(play(policy, sessionOf(policy), ...clicks, user(minutes(30))))).toBe('deny absolute_timeout');
  });

  it('is moved by a reauthentication where the policy resets it, and only by a newer one', () => {
    const policy = policyWith({ absoluteTimeout: '30m', reauthentication: { resets: ['idle', 'absolute'] } });
    const again = (at: number): SessionEvent => ({ type: 'reauthenticated', at, assuranceLevel: 'aal1' });
    expect(play(policy, sessionOf(policy), again(minutes(10))).session.stamps.absolute).toBe(minutes(40));
    expect(play(policy, sessionOf(policy, { authenticatedAt: 0 }), again(0)).session.stamps.absolute).toBe(minutes(30));
  });
});

describe('reauthentication', () => {
  const policy = policyWith({ reauthentication: { after: '10m' } });

  it('is asked for when the last one is too old', () => {
    const due = play(policy, sessionOf(policy), user(minutes(9)), user(minutes(10)));
    expect(due).toMatchObject({ effect: 'challenge', maxAge: minutes(10), assuranceLevel: null });
    expect(said(due)).toBe('challenge reauthentication_due');
  });

  it('counts from when the identity provider saw the person', () => {
    const session = sessionOf(policy, { at: minutes(8), authenticatedAt: 0 });
    expect(evaluate(policy, session, user(minutes(9)))).toMatchObject({ effect: 'permit', until: minutes(10) });
    expect(sessionOf(policy, { at: 5, authenticatedAt: 99 }).authenticatedAt).toBe(5);
  });
});

describe('operations', () => {
  const policy = policyWith({
    operations: {
      pay: { authenticatedWithin: '5m', assuranceLevel: 'aal2' },
      export: { lease: '20m' },
      view: {},
    },
  });
  const session = sessionOf(policy);

  it('ask for a level, and for a recent proof of that level', () => {
    expect(play(policy, session, user(minutes(1), { operation: 'pay' }))).toMatchObject({
      effect: 'challenge',
      assuranceLevel: 'aal2',
      maxAge: minutes(5),
    });
    const proven = play(policy, session, { type: 'reauthenticated', at: minutes(2), assuranceLevel: 'aal3' });
    expect(play(policy, proven.session, user(minutes(3), { operation: 'pay' }))).toMatchObject({
      effect: 'permit',
      until: minutes(7),
      boundBy: 'authentication_too_old',
    });
    const weaker = play(policy, proven.session, { type: 'reauthenticated', at: minutes(6), assuranceLevel: 'aal1' });
    expect(said(play(policy, weaker.session, user(minutes(7), { operation: 'pay' })))).toBe(
      'challenge authentication_too_old',
    );
  });

  it('count as activity when only they are challenged', () => {
    const asked = play(policy, session, user(minutes(14), { operation: 'pay' }));
    expect(asked).toMatchObject({ effect: 'challenge', until: minutes(29) });
    expect(said(play(policy, asked.session, user(minutes(16))))).toBe('permit');
  });

  it('are denied when nobody knows them, without ending anything', () => {
    for (const operation of ['payy', '__proto__', 'constructor', 'toString']) {
      const decision = play(policy, session, user(minutes(1), { operation }));
      expect(said(decision)).toBe('deny operation_unknown');
      expect(decision.session).toBe(session);
    }
  });

  it('may hold the idle deadline off, but never the absolute one', () => {
    const exporting = play(policy, session, user(minutes(1), { operation: 'export' }));
    expect(exporting).toMatchObject({ until: minutes(21) });
    expect(said(play(policy, exporting.session, background(minutes(20))))).toBe('permit');
    expect(said(play(policy, exporting.session, background(minutes(21))))).toBe('deny idle_timeout');
    const short = policyWith({ absoluteTimeout: '16m', operations: { export: { lease: '20m' } } });
    const bounded = play(short, sessionOf(short), user(minutes(1), { operation: 'export' }));
    expect(bounded).toMatchObject({ until: minutes(16), boundBy: 'absolute_timeout' });
  });

  it('are not granted to a session whose proofs are no proofs', () => {
    for (const aal2 of [undefined, Number.NaN, 'x', {}]) {
      const forged = { ...session, proofs: { ...session.proofs, aal2 } } as never;
      expect(said(play(policy, forged, user(1, { operation: 'pay' })))).toBe('indeterminate session_invalid');
    }
  });

  it('open no lease from the background, and end it when they finish', () => {
    expect(play(policy, session, background(minutes(1), { operation: 'export' }))).toMatchObject({
      until: minutes(15),
    });
    const finished = play(policy, session, user(minutes(1), { operation: 'export' }), {
      type: 'operation_finished',
      at: minutes(5),
      operation: 'export',
    });
    expect(finished).toMatchObject({ effect: 'permit', until: minutes(16) });
  });
});

describe('conditions', () => {
  const policy = policyWith({
    networks: { office: ['203.0.113.0/24', '2001:db8::/32'] },
    conditions: [
      { when: { attributes: { role: ['admin'] } }, idleTimeout: '10m', absoluteTimeout: '4h' },
      { when: { attention: 'hidden' }, idleTimeout: '5m' },
      { when: { attention: 'locked' }, idleTimeout: '3m' },
      { when: { network: 'office' }, idleTimeout: '30m', relax: true },
    ],
  });
  const idleAt = (part: Parameters<typeof sessionOf>[1]) => sessionOf(policy, part).stamps.idle / minutes(1);

  it('tighten, and relax only where they say so', () => {
    expect(idleAt({})).toBe(15);
    expect(idleAt({ context: { ip: '203.0.113.9' } })).toBe(30);
    expect(idleAt({ context: { ip: '::ffff:203.0.113.9' } })).toBe(30);
    expect(idleAt({ context: { ip: '2001:db8::9' } })).toBe(30);
    expect(idleAt({ context: { ip: '203.0.114.9' } })).toBe(15);
    expect(idleAt({ context: { ip: 'not an address' } })).toBe(15);
    expect(idleAt({ attributes: { role: 'admin' } })).toBe(10);
    expect(idleAt({ attributes: { role: ['clerk', 'admin'] }, context: { ip: '203.0.113.9' } })).toBe(10);
  });

  it('on attention stay until the next user activity', () => {
    const session = sessionOf(policy);
    const hidden = play(policy, session, background(minutes(1), { attention: 'hidden' }));
    expect(hidden).toMatchObject({ until: minutes(5) });
    expect(play(policy, hidden.session, background(minutes(2), { attention: 'visible' }))).toMatchObject({
      until: minutes(5),
    });
    expect(play(policy, hidden.session, background(minutes(2), { attention: 'locked' }))).toMatchObject({
      until: minutes(3),
    });
    expect(play(policy, hidden.session, user(minutes(2)))).toMatchObject({ until: minutes(17) });
  });

  it('reach a session whose attributes change', () => {
    const session = sessionOf(policy);
    const promoted = play(policy, session, {
      type: 'attributes_changed',
      at: minutes(1),
      attributes: { role: 'admin' },
    });
    expect(promoted).toMatchObject({ until: minutes(10), session: { attributesAt: minutes(1) } });
    const stale = play(policy, promoted.session, { type: 'attributes_changed', at: 30_000, attributes: {} });
    expect(stale.session).toBe(promoted.session);
  });

  it('apply the base from the last activity when a session leaves a relaxing network', () => {
    const session = sessionOf(policy, { context: { ip: '203.0.113.9' } });
    const elsewhere = background(minutes(20), { context: { ip: '198.51.100.1' } });
    expect(said(play(policy, session, elsewhere))).toBe('deny idle_timeout');
  });
});

describe('what a client asks for', () => {
  const policy = policyWith({ requestable: { absoluteTimeout: '30d' } });

  it('is granted up to what may be asked for, and clamped beyond, and says so', () => {
    const asked = (days: number) => sessionOf(policy, { requested: { absoluteTimeout: days * 86_400_000 } });
    expect(asked(7).stamps.absolute).toBe(7 * 86_400_000);
    const clamped = evaluate(policy, asked(60), user(minutes(1)));
    expect(clamped.session.stamps.absolute).toBe(30 * 86_400_000);
    expect(said(clamped)).toBe('permit request_clamped');
    expect(said(evaluate(policy, asked(30), user(minutes(1))))).toBe('permit');
  });

  it('may always be shorter, and never longer where nothing may be asked for', () => {
    const strict = policyWith();
    expect(sessionOf(strict, { requested: { idleTimeout: minutes(5) } }).stamps.idle).toBe(minutes(5));
    expect(sessionOf(strict, { requested: { idleTimeout: minutes(50) } }).stamps.idle).toBe(minutes(15));
  });

  it('is clamped again when the policy changes', () => {
    const long = sessionOf(policy, { requested: { absoluteTimeout: 7 * 86_400_000 } });
    expect(evaluate(policyWith(), long, user(minutes(1))).session.stamps.absolute).toBe(minutes(480));
  });
});

describe('risk', () => {
  const login = { context: { ip: '203.0.113.7', deviceId: 'd1', userAgent: 'A', country: 'DE' } };
  const withRisk = (...risk: NonNullable<PolicyDocument['risk']>) =>
    policyWith({ networks: { office: ['203.0.113.0/24', '198.51.100.0/24'] }, risk });

  it.each<[string, string, object]>([
    ['ip_changed', 'permit', { ip: '::ffff:203.0.113.7' }],
    ['ip_changed', 'challenge ip_changed', { ip: '203.0.113.8' }],
    ['ip_changed', 'challenge ip_changed', { ip: 'unknown' }],
    ['network_changed', 'permit', { ip: '203.0.113.200' }],
    ['network_changed', 'permit', { ip: '198.51.100.1' }],
    ['network_changed', 'challenge network_changed', { ip: '192.0.2.1' }],
    ['network_changed', 'challenge network_changed', { ip: '2001:db8::1' }],
    ['device_changed', 'challenge device_changed', { deviceId: 'd2' }],
    ['device_changed', 'permit', { deviceId: 7 }],
    ['user_agent_changed', 'challenge user_agent_changed', { userAgent: 'B' }],
    ['country_changed', 'challenge country_changed', { country: 'FR' }],
    ['country_changed', 'permit', {}],
  ])('%s: %s for %j', (signal, expected, context) => {
    const policy = withRisk({ signal, then: 'challenge' });
    expect(said(evaluate(policy, sessionOf(policy, login), user(minutes(1), { context })))).toBe(expected);
  });

  it('treats a field that is left out as changed only if the policy says so', () => {
    const policy = withRisk({ signal: 'device_changed', then: 'end', missing: 'changed' });
    expect(said(evaluate(policy, sessionOf(policy, login), user(minutes(1), { context: { ip: '203.0.113.7' } })))).toBe(
      'deny device_changed',
    );
    expect(said(evaluate(policy, sessionOf(policy), user(minutes(1))))).toBe('permit');
  });

  it('stays until a newer reauthentication, which binds the session anew', () => {
    const policy = withRisk({ signal: 'ip_changed', then: 'challenge' });
    const moved = { context: { ip: '192.0.2.1' } };
    const raised = play(policy, sessionOf(policy, login), user(minutes(1), moved), user(minutes(2), login));
    expect(said(raised)).toBe('challenge ip_changed');
    const lifted = play(policy, raised.session, {
      type: 'reauthenticated',
      at: minutes(3),
      assuranceLevel: 'aal1',
      ...moved,
    });
    expect(said(lifted)).toBe('permit');
    expect(said(play(policy, lifted.session, user(minutes(4), moved)))).toBe('permit');
    expect(said(play(policy, lifted.session, user(minutes(4), login)))).toBe('challenge ip_changed');
  });

  it('ends a session even by reauthentication where the rule says end', () => {
    const policy = withRisk({ signal: 'device_changed', then: 'end' });
    const stolen: SessionEvent = {
      type: 'reauthenticated',
      at: minutes(1),
      assuranceLevel: 'aal2',
      context: { deviceId: 'd2' },
    };
    expect(said(play(policy, sessionOf(policy, login), stolen))).toBe('deny device_changed');
  });

  it('asks for the level that lifts it', () => {
    const policy = withRisk({
      signal: 'risk_level',
      atLeast: 'medium',
      then: { challenge: { assuranceLevel: 'aal2' } },
    });
    const session = sessionOf(policy, login);
    const signal = (at: number, level: 'low' | 'medium' | 'high'): SessionEvent => ({
      type: 'signal',
      at,
      signal: 'risk_level',
      level,
    });
    expect(said(play(policy, session, signal(minutes(1), 'low')))).toBe('permit');
    const raised = play(policy, session, signal(minutes(1), 'medium'));
    expect(raised).toMatchObject({ effect: 'challenge', assuranceLevel: 'aal2' });
    const weak = play(policy, raised.session, { type: 'reauthenticated', at: minutes(2), assuranceLevel: 'aal1' });
    expect(said(weak)).toBe('challenge risk_level');
    expect(said(play(policy, weak.session, signal(minutes(3), 'low'), user(minutes(3))))).toBe('challenge risk_level');
    const strong = play(policy, weak.session, { type: 'reauthenticated', at: minutes(4), assuranceLevel: 'aal2' });
    expect(said(strong)).toBe('permit');
  });

  it('tightens from the last activity, with a notice', () => {
    const policy = withRisk({ signal: 'risk_level', then: { tighten: { idleTimeout: '2m', absoluteTimeout: '1h' } } });
    const session = sessionOf(policy, login);
    const raised = play(policy, session, { type: 'signal', at: minutes(1), signal: 'risk_level' });
    expect(raised).toMatchObject({
      effect: 'permit',
      until: minutes(2),
      reasons: [{ code: 'risk_level', effect: 'permit' }],
    });
    const late = play(policy, session, { type: 'signal', at: minutes(3), signal: 'risk_level' });
    expect(late.session.ended).toMatchObject({ code: 'idle_timeout', since: minutes(2), at: minutes(3) });
  });

  it('only watches where it says observe', () => {
    const policy = withRisk({ signal: 'ip_changed', then: 'observe' });
    const seen = play(policy, sessionOf(policy, login), user(minutes(1), { context: { ip: '192.0.2.1' } }));
    expect(said(seen)).toBe('permit ip_changed');
  });

  it('sees travel that nobody can make, and not a location service that jitters', () => {
    const policy = withRisk({ signal: 'impossible_travel', then: 'challenge' });
    const at = (latitude: number, longitude: number) => ({ context: { location: { latitude, longitude } } });
    const paris = at(48.86, 2.35);
    const session = sessionOf(policy, paris);
    expect(said(play(policy, session, user(minutes(5), at(40.71, -74.01))))).toBe('challenge impossible_travel');
    expect(said(play(policy, session, user(minutes(1), at(48.9, 2.9))))).toBe('permit');
    const slow = policyWith({ idleTimeout: '8h', risk: [{ signal: 'impossible_travel', then: 'challenge' }] });
    expect(said(play(slow, sessionOf(slow, paris), user(minutes(360), at(40.71, -74.01))))).toBe('permit');
    expect(said(play(policy, session, user(minutes(5), at(Number.NaN, 500))))).toBe('permit');
  });

  it('sees a change of family, and nonsense in place of an address, where the rule says so', () => {
    const policy = withRisk({ signal: 'network_changed', missing: 'changed', then: 'end' });
    const from = (ip: string) => ({ context: { ip } });
    for (const [bound, now] of [
      ['::1', '203.0.113.7'],
      ['203.0.113.7', '::1'],
      ['203.0.113.7', 'unknown'],
    ] as const) {
      expect(said(play(policy, sessionOf(policy, from(bound)), user(1, from(now))))).toBe('deny network_changed');
    }
  });

  it('is not evaded by a late request right after a reauthentication', () => {
    const policy = withRisk({ signal: 'device_changed', then: 'end' });
    const again: SessionEvent = {
      type: 'reauthenticated',
      at: 100_000,
      assuranceLevel: 'aal2',
      context: { deviceId: 'd1' },
    };
    const late = user(99_999, { context: { deviceId: 'thief' } });
    expect(said(play(policy, sessionOf(policy, login), again, late))).toBe('deny device_changed');
  });

  it('takes any name for a signal but confuses none with what objects have anyway', () => {
    const policy = withRisk({ signal: 'constructor', then: 'end' });
    const session = sessionOf(policy, login);
    expect(said(play(policy, session, { type: 'signal', at: 1, signal: 'other' }, user(2)))).toBe('permit');
    expect(said(play(policy, session, { type: 'signal', at: 1, signal: 'constructor' }))).toBe('deny constructor');
  });
});

describe('refresh', () => {
  const policy = policyWith({ tokens: { refreshGrace: '10s' } });
  const refresh = (at: number, generation: number): SessionEvent => ({
    type: 'token_refreshed',
    at: at * 1_000,
    generation,
  });

  it('rotates once per grace, and answers the same successor until then', () => {
    const rotated = play(policy, sessionOf(policy), refresh(0, 0));
    expect(rotated).toMatchObject({ effect: 'permit', refresh: 'rotated', session: { refresh: { generation: 1 } } });
    for (const [at, generation] of [
      [5, 1],
      [6, 0],
      [9.999, 0],
    ] as const) {
      const again = play(policy, rotated.session, refresh(at, generation));
      expect(again).toMatchObject({ refresh: 'replayed', session: rotated.session });
    }
    expect(play(policy, rotated.session, refresh(10, 1))).toMatchObject({
      refresh: 'rotated',
      session: { refresh: { generation: 2 } },
    });
  });

  it('ends the session on reuse, and only refuses what was never issued', () => {
    const rotated = play(policy, sessionOf(policy), refresh(0, 0));
    expect(play(policy, rotated.session, refresh(10, 0)).session.ended).toMatchObject({ code: 'refresh_reused' });
    const unknown = play(policy, rotated.session, refresh(11, 2));
    expect(said(unknown)).toBe('deny refresh_unknown');
    expect(unknown.session).toBe(rotated.session);
  });

  it('does not rotate when the session is challenged, but still sees reuse', () => {
    const locking = policyWith({ onIdle: 'lock' });
    const rotated = play(locking, sessionOf(locking), refresh(0, 0));
    expect(play(locking, rotated.session, refresh(1_000, 1))).toMatchObject({
      effect: 'challenge',
      session: { refresh: { generation: 1 } },
    });
    expect(said(play(locking, rotated.session, refresh(1_000, 0)))).toBe('deny refresh_reused idle_timeout');
  });
});

describe('revocation and time', () => {
  const policy = policyWith();

  it('ends with the code that it was given, and keeps the first end', () => {
    const out = play(policy, sessionOf(policy), { type: 'revoked', at: minutes(1), code: 'logout', by: 'alice' });
    expect(out.session.ended).toEqual({ code: 'logout', since: minutes(1), at: minutes(1) });
    expect(play(policy, out.session, { type: 'revoked', at: 0, code: 'admin' }).session).toBe(out.session);
  });

  it('tells a logout after the timeout from one before', () => {
    const late = play(policy, sessionOf(policy), { type: 'revoked', at: minutes(20), code: 'logout' });
    expect(said(late)).toBe('deny idle_timeout logout');
    expect(late.session.ended?.code).toBe('idle_timeout');
  });

  it('is undecided when the clock of a request is behind', () => {
    const session = play(policy, sessionOf(policy), user(minutes(1))).session;
    const behind = play(policy, session, user(minutes(1) - 5_001));
    expect(said(behind)).toBe('indeterminate clock_behind');
    expect(behind.session).toBe(session);
    expect(said(play(policy, session, user(minutes(1) - 5_000)))).toBe('permit');
    expect(said(play(policy, session, { type: 'revoked', at: 0, code: 'logout' }))).toBe('deny logout');
  });
});

describe('a policy that is none', () => {
  it('decides nothing', () => {
    const policy = policyWith();
    const texts = { idleTimeout: '15m', absoluteTimeout: '8h' };
    for (const broken of [
      null,
      {},
      { id: 'test', ...texts },
      { ...policy, limits: {} },
      { ...policy, limits: texts },
    ]) {
      const decision = evaluate(broken as never, sessionOf(policy), user(minutes(1)));
      expect(said(decision)).toBe('indeterminate evaluation_failed');
    }
  });
});

describe('custom rules', () => {
  const withRule = (rule: Partial<Rule>) =>
    definePolicy(
      { id: 'test', idleTimeout: '15m', absoluteTimeout: '8h' },
      {
        rules: [{ id: 'mine', version: 1, settings: null, evaluate: () => NEVER, ...rule }],
      },
    );

  it('bind a permit, and are named', () => {
    const policy = withRule({ limit: 'closing_time', evaluate: () => minutes(7) });
    expect(evaluate(policy, sessionOf(policy), user(minutes(1)))).toMatchObject({
      until: minutes(7),
      boundBy: 'closing_time',
    });
    const nameless = withRule({ evaluate: () => minutes(7) });
    expect(evaluate(nameless, sessionOf(nameless), user(minutes(1)))).toMatchObject({ boundBy: 'mine' });
  });

  it('refuse one request, and end the session only where they say so', () => {
    for (const ends of [false, true]) {
      const policy = withRule({ ends, evaluate: () => ({ effect: 'deny', code: 'curfew' }) });
      const decision = evaluate(policy, sessionOf(policy), user(minutes(1)));
      expect(decision.reasons).toEqual([{ code: 'curfew', effect: 'deny', rule: 'mine', since: minutes(1) }]);
      expect(decision.session.ended !== null).toBe(ends);
    }
  });

  const nonsense: unknown[] = [
    undefined,
    null,
    true,
    'permit',
    Number.NaN,
    -1,
    0.5,
    minutes(1),
    Promise.resolve(NEVER),
    {},
    { effect: 'maybe', code: 'x' },
    { effect: 'deny', code: 'Not Snake' },
    { effect: 'deny', code: 'x', since: minutes(2) },
    { effect: 'challenge', code: 'x', maxAge: -1 },
    { effect: 'challenge', code: 'x', assuranceLevel: 'aal9' },
    { effect: 'deny', code: 'x', ends: true },
    [{ effect: 'deny' }],
  ];

  it.each(nonsense.map((answer) => [answer]))('deny when they answer %j', (answer) => {
    const policy = withRule({ ends: true, evaluate: () => answer as never });
    const session = sessionOf(policy);
    const decision = evaluate(policy, session, user(minutes(1)));
    expect(said(decision)).toBe('deny rule_failed');
    expect(decision.session).toBe(session);
  });

  it('deny when they throw, and the other rules still speak', () => {
    const policy = withRule({
      evaluate: () => {
        throw new Error('boom');
      },
    });
    expect(said(evaluate(policy, sessionOf(policy), user(minutes(20))))).toBe('deny idle_timeout rule_failed');
  });

  it('see the facts as they are after a reauthentication, so that it can satisfy them', () => {
    const policy = withRule({
      evaluate: ({ now, proofs }) =>
        proofs.aal3 !== null && now < proofs.aal3 + minutes(60)
          ? proofs.aal3 + minutes(60)
          : { effect: 'challenge', code: 'key_needed', assuranceLevel: 'aal3' },
    });
    const session = sessionOf(policy);
    expect(evaluate(policy, session, user(minutes(1)))).toMatchObject({
      effect: 'challenge',
      assuranceLevel: 'aal3',
      until: minutes(15),
    });
    expect(said(play(policy, session, { type: 'reauthenticated', at: minutes(2), assuranceLevel: 'aal3' }))).toBe(
      'permit',
    );
  });

  it('cannot change what the other rules see', () => {
    const policy = withRule({
      evaluate: (facts) => {
        Object.assign(facts, { now: 0, proofs: null });
        return NEVER;
      },
    });
    expect(said(evaluate(policy, sessionOf(policy), user(minutes(1))))).toBe('permit');
  });
});
