import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { accessTokenVerifier } from '../../src/tokens/index.js';
import { MINUTE } from '../engine/support.js';
import { AUDIENCE, aKey, aService, claimsOf, headerOf, ISSUER, KEY, permitted, secret } from './support.js';

describe('signing keys', () => {
  it.each(['ES256', 'RS256', 'Ed25519'] as const)('sign and verify with %s', async (alg) => {
    const { loggedIn, tokens } = aService({}, { signingKeys: [await aKey('other', alg)] });
    const { access_token } = await loggedIn();
    expect(headerOf(access_token)).toMatchObject({ alg, kid: 'other' });
    expect(await tokens.verify(access_token)).toMatchObject({ sub: 'alice' });
  });

  it('may be keys that the runtime does not give away', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: false });
    const { loggedIn, tokens } = aService({}, { signingKeys: [{ kid: 'hsm', alg: 'ES256', privateKey, publicKey }] });
    expect(await tokens.verify((await loggedIn()).access_token)).not.toBeNull();
  });

  it('are published without anything that is secret', async () => {
    const rsa = await aKey('rsa', 'RS256');
    const { keys } = await aService({}, { signingKeys: [KEY, rsa] }).tokens.keySet();
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
    ]);
  });

  it('are changed with nobody noticing, in the steps that docs/tokens.md names', async () => {
    const { make, loggedIn, tokens: before, world, engine } = aService({ idleTimeout: '2h' });
    const next = await aKey('k2');
    const { session, access_token } = await loggedIn();
    const published = make({ signingKeys: [KEY, next] });
    const keys = await published.keySet();
    const elsewhere = accessTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys, clock: engine });
    const changed = make({ signingKeys: [next, { kid: KEY.kid, alg: KEY.alg, publicKey: KEY.publicKey }] });
    const { response } = permitted(await changed.issue(session));
    expect(headerOf(response.access_token)['kid']).toBe('k2');
    for (const verify of [elsewhere, changed.verify, published.verify]) {
      expect(await verify(access_token)).not.toBeNull();
      expect(await verify(response.access_token)).not.toBeNull();
    }
    expect(await before.verify(response.access_token)).toBeNull();
    await world.advance(changed.exposure().revocation);
    const after = make({ signingKeys: [next] });
    expect(await after.verify(access_token)).toBeNull();
    expect(permitted(await after.issue(session)).response.expires_in).toBe((10 * MINUTE) / 1_000);
  });

  it('and secrets stay as they were handed in, whatever becomes of that later', async () => {
    const own = secret(7);
    const { loggedIn, tokens } = aService({}, { refreshSecrets: [own] });
    const { access_token, refresh_token } = await loggedIn();
    own.fill(0);
    (await tokens.keySet()).keys.length = 0;
    expect((await tokens.refresh(refresh_token)).effect).toBe('permit');
    expect((await tokens.keySet()).keys).toHaveLength(1);
    expect(await tokens.verify(access_token)).not.toBeNull();
  });

  it('that cannot be used are told by name, and nothing of what is in them', async () => {
    const half = { ...KEY, privateKey: { ...KEY.privateKey, d: 'short' } };
    const symmetric = { kid: 'k', alg: 'ES256' as const, privateKey: { kty: 'oct', k: 'c2VjcmV0' } };
    for (const key of [half, symmetric, { ...KEY, alg: 'RS256' as const }]) {
      const { loggedIn } = aService({}, { signingKeys: [key] });
      const error: Error & { code?: string } = await loggedIn().then(
        () => new Error('it can be used'),
        (reason) => reason,
      );
      expect(error.code).toBe('signing_key_invalid');
      expect(error.message).toContain(key.kid);
      expect(error.message).not.toMatch(/short|c2VjcmV0/);
    }
  });
});

describe('options that make no tokens', () => {
  const { make } = aService();
  const cases: readonly (readonly [string, Record<string, unknown>])[] = [
    ['/engine', { engine: {} }],
    ['/issuer', { issuer: 'auth.example.com' }],
    ['/issuer', { issuer: 'https://auth.example.com?tenant=1' }],
    ['/issuer', { issuer: undefined }],
    ['/audience', { audience: '' }],
    ['/audience', { audience: [] }],
    ['/refreshSecrets', { refreshSecrets: [] }],
    ['/refreshSecrets/1', { refreshSecrets: [secret(1), new Uint8Array(31)] }],
    ['/refreshSecrets/0', { refreshSecrets: ['x'.repeat(64)] }],
    ['/signingKeys', { signingKeys: [] }],
    ['/signingKeys/0/alg', { signingKeys: [{ ...KEY, alg: 'HS256' }] }],
    ['/signingKeys/0/alg', { signingKeys: [{ ...KEY, alg: 'none' }] }],
    ['/signingKeys/0/kid', { signingKeys: [{ ...KEY, kid: '' }] }],
    ['/signingKeys/1/kid', { signingKeys: [KEY, KEY] }],
    ['/signingKeys/0/privateKey', { signingKeys: [{ kid: 'k', alg: 'ES256', publicKey: KEY.publicKey }] }],
    ['/clientId', { clientId: 'a\nb' }],
    ['/path', { path: 'oauth' }],
    ['/path', { path: '/oauth/' }],
    ['/claims', { claims: {} }],
    ['/authenticateClient', { authenticateClient: true }],
  ];
  it.each(cases)('%s', (path, change) => {
    expect(() => make(change)).toThrow(
      expect.objectContaining({ code: 'token_options_invalid', problems: [expect.objectContaining({ path })] }),
    );
  });

  it('a private key that nobody can tell the public one from', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const wrong = () => make({ signingKeys: [{ kid: 'k', alg: 'ES256', privateKey }] });
    expect(wrong).toThrow(/signingKeys\/0\/publicKey: is needed/);
  });
});

describe('accessTokenVerifier', () => {
  it('asks whoever gets the keys, and does not take silence for a bad token', async () => {
    const { loggedIn, engine } = aService();
    const { access_token } = await loggedIn();
    const options = { issuer: ISSUER, audience: AUDIENCE, clock: engine };
    const away = accessTokenVerifier({ ...options, keys: () => Promise.reject(new Error('connection refused')) });
    await expect(away(access_token)).rejects.toMatchObject({ code: 'keys_unavailable', cause: expect.any(Error) });
    // what is no token is none, whether the keys can be got or not
    expect(await away('a.b.c')).toBeNull();
    const { publicKey } = await generateKeyPair('ES256');
    expect(await accessTokenVerifier({ ...options, keys: async () => publicKey })(access_token)).toBeNull();
  });

  it('takes no shared secret for a key, even from who gets the keys', async () => {
    const { loggedIn, engine } = aService();
    const { access_token } = await loggedIn();
    const header = { alg: 'HS256', kid: 'k1', typ: 'at+jwt' };
    const forged = await new SignJWT(claimsOf(access_token)).setProtectedHeader(header).sign(secret(5));
    const options = { issuer: ISSUER, audience: AUDIENCE, clock: engine, keys: async () => secret(5) };
    expect(await accessTokenVerifier(options)(forged)).toBeNull();
  });

  it.each([
    ['/issuer', { issuer: '' }],
    ['/audience', { audience: [] }],
    ['/audience', { audience: undefined }],
    ['/keys', { keys: {} }],
  ])('%s', (path, change) => {
    const options = { issuer: ISSUER, audience: AUDIENCE, keys: { keys: [] }, ...change };
    expect(() => accessTokenVerifier(options as never)).toThrow(
      expect.objectContaining({ code: 'verifier_options_invalid', problems: [expect.objectContaining({ path })] }),
    );
  });
});
