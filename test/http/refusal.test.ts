import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crossSite,
  malformedRequest,
  nothingPresented,
  problem,
  type Refusal,
  refusalOf,
} from '../../src/http/refusal.js';
import { definePolicy, evaluate, missingSession, type Policy, type Session, startSession } from '../../src/index.js';

const policy = definePolicy({
  id: 'p',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  operations: { pay: { authenticatedWithin: '5m', assuranceLevel: 'aal2' } },
});
const session = startSession(policy, { id: 's', subject: 'alice', at: 0 });
const ask = (at: number, operation?: string, of: Session = session) =>
  evaluate(policy as Policy, of, { type: 'access', at, activity: 'user', ...(operation && { operation }) }) as never;
const challengeOf = (refusal: Refusal) => refusal.headers.find(([name]) => name === 'www-authenticate')?.[1];

describe('what a refused request is answered', () => {
  it('an ended session: 401, with the reason', () => {
    const refusal = refusalOf(ask(900_000));
    expect(refusal).toMatchObject({ status: 401, code: 'idle_timeout' });
    expect(challengeOf(refusal)).toBe(
      'Bearer realm="session", error="invalid_token", error_description="It ended: idle_timeout. Log in again."',
    );
    expect(JSON.parse(refusal.body)).toEqual({
      type: 'urn:curfew:problem:idle_timeout',
      title: 'The session has ended',
      status: 401,
      detail: 'It ended: idle_timeout. Log in again.',
      code: 'idle_timeout',
    });
  });

  it('a step-up: what to authenticate with, and how lately (RFC 9470)', () => {
    const refusal = refusalOf(ask(1_000, 'pay'));
    expect(refusal.status).toBe(401);
    expect(challengeOf(refusal)).toMatch(
      /^Bearer realm="session", error="insufficient_user_authentication", error_description="[^"]+", acr_values="aal2", max_age="300"$/,
    );
    expect(JSON.parse(refusal.body)).toMatchObject({ assuranceLevel: 'aal2', maxAgeMs: 300_000 });
  });

  it("a step-up in an identity provider's words", () => {
    const refusal = refusalOf(ask(1_000, 'pay'), { realm: 'bank "1"', acrValues: { aal2: 'urn:mfa' } });
    expect(challengeOf(refusal)).toContain('realm="bank \\"1\\""');
    expect(challengeOf(refusal)).toContain('acr_values="urn:mfa"');
  });

  it('an operation that there is none of: 403, and the session stays', () => {
    expect(refusalOf(ask(1_000, 'fly'))).toMatchObject({ status: 403, code: 'operation_unknown' });
  });

  it('no telling: 503, try again', () => {
    const ahead = { ...session, recordedAt: 10_000_000 };
    const refusal = refusalOf(ask(1_000, undefined, ahead));
    expect(refusal).toMatchObject({ status: 503, code: 'clock_behind' });
    expect(refusal.headers).toContainEqual(['retry-after', '1']);
    expect(challengeOf(refusal)).toBeUndefined();
  });

  it('no session, nothing presented, and nonsense, are told apart by what the client can do about it', () => {
    const missing = refusalOf(missingSession({ type: 'access', at: 0, activity: 'user' }));
    expect(missing).toMatchObject({ status: 401, code: 'session_missing' });
    expect(challengeOf(missing)).toContain('error="invalid_token"');
    expect(challengeOf(nothingPresented())).toBe('Bearer realm="session"');
    expect(malformedRequest('two cookies')).toMatchObject({ status: 400, code: 'credential_malformed' });
    expect(crossSite()).toMatchObject({ status: 403, code: 'request_cross_site' });
  });

  it('nobody keeps it, and all is JSON', () => {
    for (const refusal of [refusalOf(ask(900_000)), nothingPresented(), malformedRequest('x'), crossSite()]) {
      expect(refusal.headers).toContainEqual(['cache-control', 'no-store']);
      expect(refusal.headers).toContainEqual(['content-type', 'application/problem+json']);
      expect(JSON.parse(refusal.body).status).toBe(refusal.status);
    }
  });

  it('no text that finds its way into a header starts a line of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (realm, code) => {
        const ended = { ...session, ended: { code, since: 0, at: 0 } };
        const refusals = [refusalOf(ask(1, undefined, ended), { realm }), malformedRequest(code, { realm })];
        for (const [, value] of refusals.flatMap(({ headers }) => headers)) expect(value).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
    expect(problem({ status: 400, title: 'a', detail: 'b', code: 'c\r\nd', headers: [] }).body).not.toContain('\n');
  });
});
