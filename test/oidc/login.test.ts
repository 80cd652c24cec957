import { describe, expect, it } from 'vitest';
import { NEVER, startSession } from '../../src/index.js';
import {
  endSessionUrl,
  isLogoutReturn,
  type LoginFromClaimsOptions,
  loginFromAssertion,
  loginFromClaims,
  logoutState,
  proofFromClaims,
} from '../../src/oidc/index.js';
import { aWorld, BEGIN, HOUR, MINUTE, policyWith, SECOND, testStore } from '../engine/support.js';
import { ISSUER } from './tokens.js';

const CLAIMS = { iss: ISSUER, sub: 'alice' };
const policy = policyWith();
const seconds = (instant: number) => instant / 1_000;
const from = (claims: object, options: Partial<LoginFromClaimsOptions> = {}) =>
  loginFromClaims({ ...CLAIMS, ...claims }, { policy, receivedAt: BEGIN, ...options });

describe('a login from an ID Token', () => {
  it('is over when the provider says, never later, whatever time the start takes', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore(), policy });
    const login = from({ session_expiry: seconds(BEGIN + HOUR) });
    await world.advance(900);
    const started = await engine.start(login);
    const absolute = started.session?.stamps.absolute ?? NEVER;
    expect(absolute).toBeLessThanOrEqual(BEGIN + HOUR);
    expect(absolute).toBeGreaterThan(BEGIN + HOUR - 2 * SECOND);
  });

  it('asks for nothing where the policy is stricter', () => {
    expect(from({ session_expiry: seconds(BEGIN + 9 * HOUR) }).requested).toBeUndefined();
  });

  it('counts from when the person authenticated', () => {
    const login = from({ auth_time: seconds(BEGIN - MINUTE) });
    expect(login.authenticatedAt).toBe(BEGIN - MINUTE);
    // a provider's clock that is ahead makes nothing younger than it is
    expect(from({ auth_time: seconds(BEGIN + MINUTE) }).authenticatedAt).toBe(BEGIN);
  });

  it('is capped by the age that was asked for, and then the token must say how old it is', () => {
    const login = from({ auth_time: seconds(BEGIN - MINUTE) }, { maxAge: HOUR });
    expect(login.requested).toEqual({ absoluteTimeout: HOUR - MINUTE });
    expect(() => from({}, { maxAge: HOUR })).toThrow(expect.objectContaining({ code: 'claims_invalid' }));
  });

  it.each([
    ['its session is over', { session_expiry: seconds(BEGIN) }],
    ['it is over within a second', { session_expiry: seconds(BEGIN + SECOND) }],
    ['it gives seconds of 1970', { session_expiry: 3600 }],
  ])('is none where %s', (_, claims) => {
    expect(() => from(claims)).toThrow(expect.objectContaining({ code: 'provider_session_over' }));
  });

  it('says how strong the proof was, and no more than is known of its name', () => {
    expect(from({ acr: 'aal2' }).assuranceLevel).toBe('aal2');
    expect(from({ acr: 'urn:mfa' }).assuranceLevel).toBe('aal1');
    expect(from({ acr: 'urn:mfa' }, { levels: { 'urn:mfa': 'aal3' } }).assuranceLevel).toBe('aal3');
    expect(from({ acr: 'constructor' }, { levels: {} }).assuranceLevel).toBe('aal1');
  });

  it('keeps the provider’s names from being overwritten', () => {
    const login = from(
      { sid: 's' },
      { attributes: { iss: 'https://evil.example.com', role: 'admin' }, subject: 'p-7' },
    );
    expect(login).toMatchObject({ subject: 'p-7', attributes: { iss: ISSUER, sid: 's', role: 'admin' } });
    expect(startSession(policy, { id: 's', at: BEGIN, ...login }).subject).toBe('p-7');
  });

  it.each([
    { sub: '' },
    { sub: 7 },
    { iss: undefined },
    { sid: '' },
    { sid: 7 },
    { auth_time: 'now' },
    { auth_time: -1 },
    { auth_time: Number.NaN },
    { session_expiry: Number.POSITIVE_INFINITY },
    { session_expiry: null },
  ])('is none of %o', (claims) => {
    expect(() => from(claims)).toThrow(expect.objectContaining({ code: 'claims_invalid' }));
  });
});

describe('a login from a SAML assertion', () => {
  const assertion = { issuer: 'https://idp.example.com', subject: 'alice' };
  it('is capped by SessionNotOnOrAfter, and found by its SessionIndex', () => {
    const login = loginFromAssertion(
      {
        ...assertion,
        sessionIndex: '_7',
        authnInstant: new Date(BEGIN - MINUTE).toISOString(),
        sessionNotOnOrAfter: new Date(BEGIN + HOUR).toISOString(),
        assuranceLevel: 'aal2',
      },
      { policy, receivedAt: BEGIN },
    );
    expect(login).toMatchObject({
      authenticatedAt: BEGIN - MINUTE,
      assuranceLevel: 'aal2',
      attributes: { iss: 'https://idp.example.com', sid: '_7' },
      requested: { absoluteTimeout: HOUR - SECOND },
    });
  });

  it.each(['2026-11-21', '2026-11-21T09:00:00+01:00', 'tomorrow', '2026-13-40T09:00:00Z', ''])(
    'takes no %j for a time',
    (sessionNotOnOrAfter) => {
      const login = () => loginFromAssertion({ ...assertion, sessionNotOnOrAfter }, { policy, receivedAt: BEGIN });
      expect(login).toThrow(expect.objectContaining({ code: 'claims_invalid' }));
    },
  );
});

describe('a proof from an ID Token', () => {
  const session = startSession(policy, { id: 's', subject: 'alice', at: BEGIN, attributes: { iss: ISSUER } });
  const askedAt = BEGIN + HOUR;
  const proof = (claims: object) => proofFromClaims({ ...CLAIMS, ...claims }, { session, askedAt });

  it('is one that is newer than the question', () => {
    expect(proof({ auth_time: seconds(askedAt) + 20, acr: 'aal2' }).proof).toEqual({ assuranceLevel: 'aal2' });
    expect(proof({ auth_time: Math.floor(seconds(askedAt)) }).refused).toBeNull();
  });

  it.each([
    ['authentication_too_old', { auth_time: seconds(askedAt) - 60 }],
    ['authentication_too_old', { auth_time: seconds(askedAt) - 6 }],
    ['authentication_too_old', {}],
    ['subject_differs', { auth_time: seconds(askedAt), sub: 'mallory' }],
    ['issuer_differs', { auth_time: seconds(askedAt), iss: 'https://evil.example.com' }],
  ])('is refused as %s', (refused, claims) => {
    expect(proof(claims)).toEqual({ proof: null, refused });
  });

  it('forgives a provider’s clock what it is told to', () => {
    const claims = { ...CLAIMS, auth_time: seconds(askedAt) - 60 };
    expect(proofFromClaims(claims, { session, askedAt, clockLeeway: MINUTE }).refused).toBeNull();
  });
});

describe('a logout at the provider', () => {
  it('is asked for with all that there is to say', () => {
    const url = new URL(
      endSessionUrl({
        endpoint: 'https://login.example.com/end?tenant=1',
        idTokenHint: 'a.b.c',
        clientId: 'web & co',
        postLogoutRedirectUri: 'https://app.example.com/bye?a=1&b=2',
        state: 's1',
        logoutHint: 'alice@example.com',
        uiLocales: 'fr-CA fr',
      }),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '1',
      id_token_hint: 'a.b.c',
      client_id: 'web & co',
      post_logout_redirect_uri: 'https://app.example.com/bye?a=1&b=2',
      state: 's1',
      logout_hint: 'alice@example.com',
      ui_locales: 'fr-CA fr',
    });
  });

  it.each([
    ['/endpoint', { endpoint: 'http://login.example.com/end' }],
    ['/endpoint', { endpoint: 'javascript:alert(1)' }],
    ['/endpoint', { endpoint: '' }],
    ['/postLogoutRedirectUri', { endpoint: 'https://a.example', clientId: 'a', postLogoutRedirectUri: '/bye' }],
    ['/clientId', { endpoint: 'https://a.example', postLogoutRedirectUri: 'https://app.example.com' }],
    ['/state', { endpoint: 'https://a.example', clientId: 'a', state: 's' }],
  ])('is none with a wrong %s', (path, request) => {
    expect(() => endSessionUrl(request)).toThrow(
      expect.objectContaining({ code: 'end_session_invalid', problems: [expect.objectContaining({ path })] }),
    );
  });

  it('comes back with its state, once, or is somebody else’s link', () => {
    const state = logoutState();
    expect(state).not.toBe(logoutState());
    expect(isLogoutReturn(`https://app.example.com/bye?state=${state}`, state)).toBe(true);
    expect(isLogoutReturn(`/bye?state=${state}`, state)).toBe(true);
    expect(isLogoutReturn(`/bye?state=${state}&state=x`, state)).toBe(false);
    expect(isLogoutReturn('/bye', state)).toBe(false);
    expect(isLogoutReturn('/bye?state=', '')).toBe(false);
    expect(isLogoutReturn('/bye?state=null', null)).toBe(false);
    expect(isLogoutReturn('http://[', state)).toBe(false);
  });
});
