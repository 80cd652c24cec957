import { describe, expect, it } from 'vitest';
import { embeddedSessions, type SessionClaims, sessionFromClaims } from '../../src/frameworks/embedded.js';
import { fetchSessions } from '../../src/frameworks/fetch.js';
import { definePolicy, evaluate } from '../../src/index.js';
import { manualClock } from '../../src/testing/index.js';

const HOUR = 3_600_000;
const policy = definePolicy({
  id: 'claims',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  reauthentication: { after: '4h' },
  operations: { pay: { assuranceLevel: 'aal2', authenticatedWithin: '1h' } },
});
const CLAIMS: SessionClaims = { sub: 'alice', sid: 's-1', auth_time: 0, iat: 3_600, exp: 36_000, acr: 'aal2' };
const asked = (at: number, claims: SessionClaims = CLAIMS, operation?: 'pay') =>
  evaluate(policy, sessionFromClaims(policy, claims, { at }), {
    type: 'access',
    at,
    activity: 'user',
    ...(operation && { operation }),
  });

describe('a session from claims', () => {
  it('says who it is, and since when', () => {
    const session = sessionFromClaims(policy, CLAIMS, { at: HOUR });
    expect(session).toMatchObject({ id: 's-1', subject: 'alice', createdAt: 0, proofs: { aal2: 0, aal3: null } });
  });

  it('holds to the reauthentication limit, to the millisecond', () => {
    expect(asked(4 * HOUR - 1).effect).toBe('permit');
    expect(asked(4 * HOUR).effect).toBe('challenge');
  });

  it('holds to the absolute limit, and to `exp` where that is earlier', () => {
    expect(asked(8 * HOUR)).toMatchObject({ effect: 'deny', session: { ended: { code: 'absolute_timeout' } } });
    const short = { ...CLAIMS, exp: 7_200 };
    expect(asked(2 * HOUR - 1, short).effect).toBe('permit');
    expect(asked(2 * HOUR, short)).toMatchObject({ effect: 'deny', session: { ended: { code: 'absolute_timeout' } } });
  });

  it('asks for a recent proof of the level', () => {
    expect(asked(HOUR - 1, { ...CLAIMS, iat: 0 }, 'pay').effect).toBe('permit');
    expect(asked(HOUR, CLAIMS, 'pay').effect).toBe('challenge');
    expect(asked(1, { ...CLAIMS, iat: 0, acr: 'aal1' }, 'pay').effect).toBe('challenge');
    expect(asked(1, { ...CLAIMS, iat: 0, acr: 'constructor' }, 'pay').effect).toBe('challenge');
  });

  it('reads levels by the names that the identity provider has', () => {
    const levels = { 'urn:mace:gold': 'aal2' } as const;
    const session = sessionFromClaims(policy, { ...CLAIMS, acr: 'urn:mace:gold' }, { at: HOUR, levels });
    expect(session.proofs.aal2).toBe(0);
  });

  it('a token from the future is not decided about', () => {
    expect(asked(HOUR - 60_000)).toMatchObject({ effect: 'indeterminate', reasons: [{ code: 'clock_behind' }] });
  });

  it.each([
    ['sub', ''],
    ['sid', undefined],
    ['iat', 'yesterday'],
    ['exp', Number.NaN],
    ['exp', Number.POSITIVE_INFINITY],
    ['auth_time', -1],
    ['acr', 2],
  ])('refuses %s: %s', (name, value) => {
    const claims = { ...CLAIMS, [name]: value } as SessionClaims;
    expect(() => sessionFromClaims(policy, claims, { at: HOUR })).toThrow(
      expect.objectContaining({ code: 'claims_invalid', problems: [expect.objectContaining({ path: `/${name}` })] }),
    );
  });

  it('is asked by a guard as any other session is', async () => {
    const clock = manualClock(HOUR);
    const tokens: Record<string, SessionClaims> = { good: CLAIMS };
    const engine = embeddedSessions({
      policy,
      clock,
      read: (request: Request) => {
        const claims = tokens[request.headers.get('authorization') ?? ''];
        return claims && sessionFromClaims(policy, claims, { at: clock.now() });
      },
      write: () => undefined,
    });
    const route = fetchSessions({ engine }).protect((_request, { session }) => new Response(session.subject));
    const ask = (token: string) => route(new Request('https://app.example/', { headers: { authorization: token } }));
    expect(await (await ask('good')).text()).toBe('alice');
    expect((await ask('bad')).status).toBe(401);
    clock.advance(3 * HOUR);
    expect((await ask('good')).headers.get('www-authenticate')).toContain('insufficient_user_authentication');
  });
});
