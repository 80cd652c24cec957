import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/index.js';
import { background, minutes, play, policyWith, said, sessionOf, user } from './support.js';

// Corners that a mutated engine got past the other tests with; each names the line that it guards.

const again = (at: number, assuranceLevel: 'aal1' | 'aal2' | 'aal3'): SessionEvent => ({
  type: 'reauthenticated',
  at,
  assuranceLevel,
});
const finished = (at: number): SessionEvent => ({ type: 'operation_finished', at, operation: 'export' });
const exporting = (at: number) => user(at, { operation: 'export' });

describe('a lease', () => {
  const operations = { export: { lease: '20m' } };
  const policy = policyWith({ operations });

  it('is not void because of a signal that is only observed', () => {
    const watching = policyWith({ operations, risk: [{ signal: 'risk_level', then: 'observe' }] });
    const signal: SessionEvent = { type: 'signal', at: minutes(2), signal: 'risk_level' };
    expect(play(watching, sessionOf(watching), exporting(minutes(1)), signal)).toMatchObject({ until: minutes(21) });
  });

  it('is void as soon as a signal tightens, and stays void', () => {
    const risk = [{ signal: 'risk_level', then: { tighten: { idleTimeout: '14m' } } }] as const;
    const tightening = policyWith({ operations, risk });
    const signal: SessionEvent = { type: 'signal', at: minutes(2), signal: 'risk_level' };
    const raised = play(tightening, sessionOf(tightening), exporting(minutes(1)), signal);
    expect(raised).toMatchObject({ until: minutes(15), session: { lease: null } });
  });

  it('is shortened by a policy that gives less, and keeps what it is', () => {
    const leased = play(policy, sessionOf(policy), exporting(minutes(1))).session;
    const stricter = policyWith({ operations: { export: { lease: '17m' } } });
    const poll = play(stricter, leased, background(minutes(2)));
    expect(poll.session.lease).toEqual({ operation: 'export', from: minutes(1), until: minutes(18) });
    expect(play(policy, poll.session, background(minutes(17)))).toMatchObject({ until: minutes(18) });
  });

  it('is renewed by a later start, and kept by an earlier one', () => {
    const renewed = play(policy, sessionOf(policy), exporting(minutes(1)), exporting(minutes(5)));
    expect(renewed.session.lease).toMatchObject({ from: minutes(5), until: minutes(25) });
    const late = play(policy, renewed.session, exporting(minutes(5) - 1_000));
    expect(late.session.lease).toBe(renewed.session.lease);
  });

  it('is not lengthened by an operation that finishes after it', () => {
    const relaxed = policyWith({ operations, idleTimeout: '1h' });
    const leased = play(relaxed, sessionOf(relaxed), exporting(minutes(1))).session;
    for (const at of [minutes(21), minutes(30)]) expect(play(relaxed, leased, finished(at)).session).toBe(leased);
  });
});

describe('proofs', () => {
  it('of the strongest level alone are news too', () => {
    const policy = policyWith();
    const proven = play(policy, sessionOf(policy), again(minutes(1), 'aal2'), again(minutes(1), 'aal3')).session;
    expect(proven.proofs).toEqual({ aal1: minutes(1), aal2: minutes(1), aal3: minutes(1) });
  });
});

describe('a challenge', () => {
  it('asks for the highest level that any finding asks for, whatever their order', () => {
    const challenge = (assuranceLevel: 'aal2' | 'aal3') => ({ challenge: { assuranceLevel } }) as const;
    const policy = policyWith({
      onIdle: 'lock',
      risk: [
        { signal: 'alpha', then: challenge('aal3') },
        { signal: 'beta', then: challenge('aal2') },
      ],
    });
    const raise = (signal: string): SessionEvent => ({ type: 'signal', at: minutes(1), signal });
    const both = play(policy, sessionOf(policy), raise('alpha'), raise('beta'), user(minutes(20)));
    expect(both).toMatchObject({ effect: 'challenge', assuranceLevel: 'aal3', maxAge: 0 });
    const one = play(policy, sessionOf(policy), raise('beta'), user(minutes(20)));
    expect(one).toMatchObject({ assuranceLevel: 'aal2' });
    expect(said(one)).toBe('challenge beta idle_timeout');
  });

  it('tells of a proof that is missing, and of one that would be too old', () => {
    const policy = policyWith({ operations: { pay: { authenticatedWithin: '5m', assuranceLevel: 'aal2' } } });
    const pay = (at: number) => play(policy, sessionOf(policy), user(at, { operation: 'pay' }));
    expect(said(pay(minutes(1)))).toBe('challenge assurance_too_low');
    expect(said(pay(minutes(6)))).toBe('challenge authentication_too_old assurance_too_low');
  });
});

describe('a refresh token', () => {
  it('of the generation before the last is reuse, also within the grace', () => {
    const policy = policyWith({ tokens: { refreshGrace: '10s' } });
    const refresh = (at: number, generation: number): SessionEvent => ({ type: 'token_refreshed', at, generation });
    const twice = play(policy, sessionOf(policy), refresh(0, 0), refresh(10_000, 1)).session;
    expect(twice.refresh.generation).toBe(2);
    expect(said(play(policy, twice, refresh(12_000, 1)))).toBe('permit');
    expect(said(play(policy, twice, refresh(12_000, 0)))).toBe('deny refresh_reused');
  });
});

describe('a signal that ends', () => {
  it('is told once, also by a reauthentication that does not lift it', () => {
    const observing = policyWith({ risk: [{ signal: 'risk_level', then: 'observe' }] });
    const ending = policyWith({ risk: [{ signal: 'risk_level', then: 'end' }] });
    const raised = play(observing, sessionOf(observing), { type: 'signal', at: 5, signal: 'risk_level' }).session;
    expect(play(ending, raised, again(5, 'aal2')).reasons).toEqual([
      { code: 'risk_level', effect: 'deny', rule: 'risk', since: 5 },
    ]);
  });
});
