import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { deadlines } from '../../src/index.js';
import { accessTokenVerifier } from '../../src/tokens/index.js';
import { BEGIN, MINUTE, SECOND } from '../engine/support.js';
import { AUDIENCE, aService, CLIENT, claimsOf, headerOf, ISSUER, KEY, outcomeOf, permitted } from './support.js';

const at = (elapsed: number) => (BEGIN + elapsed) / SECOND;

describe('an access token', () => {
  it('is what RFC 9068 asks for', async () => {
    const { loggedIn, tokens } = aService();
    const { access_token, token_type, expires_in, session } = await loggedIn({ assuranceLevel: 'aal2' });
    expect([token_type, expires_in]).toEqual(['Bearer', 600]);
    expect(headerOf(access_token)).toEqual({ alg: 'ES256', kid: 'k1', typ: 'at+jwt' });
    expect(claimsOf(access_token)).toEqual({
      iss: ISSUER,
      sub: 'alice',
      aud: AUDIENCE,
      client_id: CLIENT,
      iat: at(0),
      exp: at(600 * SECOND),
      jti: expect.stringMatching(/^[\w-]{22}$/),
      sid: session.id,
      auth_time: at(0),
      acr: 'aal2',
    });
    expect(await tokens.verify(access_token)).toEqual(claimsOf(access_token));
    expect(await tokens.whichSession(access_token)).toEqual(byId(session.id));
    expect(await tokens.whichSession(`${access_token}x`)).toBeNull();
  });

  it('expires at the instant that it says, and not a millisecond later', async () => {
    const { loggedIn, tokens, world } = aService({ idleTimeout: '1h' });
    const { access_token } = await loggedIn();
    await world.advance(600 * SECOND - 1);
    expect(await tokens.verify(access_token)).not.toBeNull();
    await world.advance(1);
    expect(await tokens.verify(access_token)).toBeNull();
  });

  it('ends no later than the session, down to the whole second', async () => {
    const { loggedIn, tokens, world, engine } = aService({ idleTimeout: '15m' });
    const { session } = await loggedIn();
    await world.advance(14 * MINUTE + 30_700);
    const { response, until } = permitted(await tokens.issue(session));
    expect(until).toBe(deadlines(engine.policy(), session).until);
    expect(claimsOf(response.access_token)['exp']).toBe(until / SECOND);
    expect(response.expires_in).toBe(29);
    await world.advance(28_300);
    expect(permitted(await tokens.issue(session)).response.expires_in).toBe(1);
    await world.advance(1);
    expect(outcomeOf(await tokens.issue(session))).toBe('deny 400 invalid_grant session_ending');
    await world.advance(999);
    expect(outcomeOf(await tokens.issue(session))).toBe('deny 400 invalid_grant idle_timeout');
  });

  it('says of acr and auth_time what the login was, however often it is refreshed', async () => {
    const { loggedIn, tokens, world, engine } = aService({ idleTimeout: '2h', tokens: { refreshGrace: 0 } });
    const first = await loggedIn({ authenticatedAt: BEGIN - 5_400 });
    let refreshToken = first.refresh_token;
    for (let round = 0; round < 5; round++) {
      await world.advance(MINUTE);
      // not even by a proof in the meantime: whoever has stolen the old token must not gain by it
      if (round === 2) await engine.reauthenticate(first.handle, { assuranceLevel: 'aal3' });
      const { response } = permitted(await tokens.refresh(refreshToken));
      expect(claimsOf(response.access_token)).toMatchObject({ acr: 'aal1', auth_time: Math.floor(at(-5_400)) });
      refreshToken = response.refresh_token;
    }
    // the person who proved it is given other tokens
    const { response } = permitted(await tokens.issue(first.session));
    expect(claimsOf(response.access_token)).toMatchObject({ acr: 'aal3', auth_time: at(3 * MINUTE) });
    const next = permitted(await tokens.refresh(response.refresh_token));
    expect(claimsOf(next.response.access_token)).toMatchObject({ acr: 'aal3', auth_time: at(3 * MINUTE) });
  });

  it('never says that an older, stronger proof was given now', async () => {
    const { loggedIn, tokens, world, engine } = aService();
    const { session, handle } = await loggedIn({ assuranceLevel: 'aal3' });
    await world.advance(MINUTE);
    await engine.reauthenticate(handle, { assuranceLevel: 'aal1' });
    const { response } = permitted(await tokens.issue(session));
    expect(claimsOf(response.access_token)).toMatchObject({ acr: 'aal1', auth_time: at(MINUTE) });
  });

  it('has the words of an identity provider for levels', async () => {
    const { loggedIn } = aService({}, { acrValues: { aal2: 'urn:example:silver' } });
    expect(claimsOf((await loggedIn({ assuranceLevel: 'aal2' })).access_token)['acr']).toBe('urn:example:silver');
    expect(claimsOf((await loggedIn()).access_token)['acr']).toBe('aal1');
  });

  it('has the claims that the application adds, and a scope', async () => {
    const claims = () => ({ scope: 'read write', roles: ['admin'] });
    const { loggedIn } = aService({}, { claims });
    const issued = await loggedIn();
    expect(issued.scope).toBe('read write');
    expect(claimsOf(issued.access_token)).toMatchObject({ scope: 'read write', roles: ['admin'] });
  });

  it.each([{ sub: 'root' }, { exp: 9e9 }, { sid: 'x' }, { acr: 'aal3' }, { scope: ' read' }, { scope: ['a'] }, []])(
    'does not take %j for one',
    async (claims) => {
      const { loggedIn } = aService({}, { claims: () => claims as never });
      await expect(loggedIn()).rejects.toMatchObject({ code: 'claims_invalid' });
    },
  );

  it('is not given out where no verifier would read it, being too long', async () => {
    const { loggedIn } = aService({}, { claims: () => ({ long: 'x'.repeat(8_000) }) });
    await expect(loggedIn()).rejects.toMatchObject({ code: 'claims_invalid' });
  });

  it('is for several audiences, where there are', async () => {
    const audience = [AUDIENCE, 'https://files.example.com'];
    const { loggedIn, tokens, engine } = aService({}, { audience });
    const { access_token } = await loggedIn();
    expect(claimsOf(access_token)['aud']).toEqual(audience);
    const keys = await tokens.keySet();
    const at = (name: string) => accessTokenVerifier({ issuer: ISSUER, audience: name, keys, clock: engine });
    expect(await at('https://files.example.com')(access_token)).not.toBeNull();
    expect(await at('https://mail.example.com')(access_token)).toBeNull();
  });
});

describe('tokens are not issued', () => {
  it('for a session that is locked, until somebody authenticates again', async () => {
    const reauthentication = { resets: ['idle'] } as const;
    const { loggedIn, tokens, world, engine } = aService({
      onIdle: 'lock',
      reauthentication: { after: '8h', ...reauthentication },
    });
    const { session, handle, refresh_token } = await loggedIn();
    await world.advance(15 * MINUTE);
    expect(outcomeOf(await tokens.issue(session))).toBe('challenge 400 invalid_grant idle_timeout');
    expect(outcomeOf(await tokens.refresh(refresh_token))).toBe('challenge 400 invalid_grant idle_timeout');
    await engine.reauthenticate(handle, { assuranceLevel: 'aal1' });
    expect(outcomeOf(await tokens.refresh(refresh_token))).toBe('permit rotated');
  });

  it('for one that has ended since, that there is not, or that nobody can tell of', async () => {
    const { loggedIn, tokens, engine, store } = aService();
    const { session } = await loggedIn();
    const { session: other } = await loggedIn();
    await engine.end(byId(session.id));
    expect(outcomeOf(await tokens.issue(session))).toBe('deny 400 invalid_grant logout ended');
    expect(outcomeOf(await tokens.issue({ id: 'A'.repeat(22) }))).toBe('deny 400 invalid_grant session_missing');
    store.intercept = () => Promise.reject(new Error('connection lost'));
    const unavailable = 'indeterminate 503 temporarily_unavailable store_unavailable';
    expect(outcomeOf(await tokens.issue(other))).toBe(unavailable);
  });

  it('without a client', async () => {
    const { make, loggedIn } = aService();
    const { session } = await loggedIn();
    const many = make({ clientId: undefined as never });
    for (const clientId of [undefined, '', 'ü', 'x'.repeat(257)]) {
      const about = clientId === undefined ? {} : { clientId };
      await expect(many.issue(session, about)).rejects.toMatchObject({ code: 'client_id_invalid' });
    }
    expect((await many.issue(session, { clientId: 'mobile' })).effect).toBe('permit');
  });
});

it('the worst that can happen after a revocation is a number', async () => {
  const { tokens, engine, loggedIn, world } = aService({ tokens: { accessLifetime: '2m' } });
  expect(tokens.exposure()).toEqual({ revocation: 2 * MINUTE });
  const { access_token, session } = await loggedIn();
  await engine.end(byId(session.id));
  const verify = accessTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: { keys: [{ ...KEY.publicKey, kid: 'k1' }] },
    clock: engine,
  });
  expect(await verify(access_token)).not.toBeNull();
  expect(await tokens.introspect(access_token)).toEqual({ active: false });
  await world.advance(tokens.exposure().revocation);
  expect(await verify(access_token)).toBeNull();
});
