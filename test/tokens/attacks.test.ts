import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { CompactSign, exportSPKI, importJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { runs, SECOND } from '../engine/support.js';
import { aKey, aService, claimsOf, KEY, outcomeOf, permitted, secret } from './support.js';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const THIEF = await aKey('k1');
const RSA = await aKey('rsa', 'RS256');

async function scene() {
  const service = aService({}, { signingKeys: [KEY, RSA] });
  const client = await service.loggedIn();
  await service.world.advance(SECOND);
  return { ...service, ...client, claims: claimsOf(client.access_token) };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Signs with a real key what a real token might say. */
const signed = async (
  { claims }: Scene,
  change: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key: object = KEY.privateKey,
) => {
  const alg = String(header['alg'] ?? 'ES256');
  const all = { alg, kid: 'k1', typ: 'at+jwt', ...header };
  return new SignJWT({ ...claims, ...change }).setProtectedHeader(all).sign(await importJWK(key, alg));
};

const withMac = (header: object, payload: object, key: string | Uint8Array) => {
  const input = `${encoded(header)}.${encoded(payload)}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
};

const FORGED_ACCESS: Readonly<Record<string, (scene: Scene) => string | Promise<string>>> = {
  'nothing at all': () => '',
  'no token': () => 'a.b.c',
  'half of one': ({ access_token }) => access_token.slice(0, -20),
  'one with another ending': ({ access_token }) => `${access_token.slice(0, -2)}AA`,
  'an oversized one': ({ access_token }) => `${access_token}${'A'.repeat(100_000)}`,
  'a good one that is too long': (scene) => signed(scene, { padding: 'x'.repeat(8_192) }),
  'two in one': ({ access_token }) => `${access_token},${access_token}`,
  'one in five parts': ({ access_token }) => `${access_token}.a.b`,
  'the refresh token': ({ refresh_token }) => refresh_token,
  'another subject under the old signature': ({ access_token, claims }) => {
    const [header, , signature] = access_token.split('.');
    return `${header}.${encoded({ ...claims, sub: 'root' })}.${signature}`;
  },
  'alg none': ({ claims }) => `${encoded({ alg: 'none', kid: 'k1', typ: 'at+jwt' })}.${encoded(claims)}.`,
  'alg None': ({ claims }) => `${encoded({ alg: 'None', kid: 'k1', typ: 'at+jwt' })}.${encoded(claims)}.`,
  'HS256 with the public key as PEM': async ({ claims }) => {
    const key = await exportSPKI((await importJWK(RSA.publicKey, 'RS256', { extractable: true })) as never);
    return withMac({ alg: 'HS256', kid: 'rsa', typ: 'at+jwt' }, claims, key);
  },
  'HS256 with the public key as JSON': ({ claims }) =>
    withMac({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' }, claims, JSON.stringify(KEY.publicKey)),
  'HS256 with the refresh secret': ({ claims }) =>
    withMac({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' }, claims, secret(1)),
  'another typ': (scene) => signed(scene, {}, { typ: 'JWT' }),
  'a logout token of the same keys': (scene) => signed(scene, {}, { typ: 'logout+jwt' }),
  'no typ': (scene) => signed(scene, {}, { typ: undefined }),
  'an unknown kid': (scene) => signed(scene, {}, { kid: 'k9' }),
  'no kid': (scene) => signed(scene, {}, { kid: undefined }),
  'the kid of another key': (scene) => signed(scene, {}, { kid: 'rsa' }),
  'an algorithm that is not the one of its key': (scene) =>
    signed(scene, {}, { alg: 'PS256', kid: 'rsa' }, RSA.privateKey),
  'a key of its own that it brings along': (scene) => signed(scene, {}, { jwk: THIEF.publicKey }, THIEF.privateKey),
  'a key of its own that it links to': (scene) =>
    signed(scene, {}, { jku: 'https://evil.example/jwks' }, THIEF.privateKey),
  'a critical extension': async ({ claims }) => {
    const header = { alg: 'ES256', kid: 'k1', typ: 'at+jwt', crit: ['exp2'], exp2: 1 };
    const key = await importJWK(KEY.privateKey, 'ES256');
    const bytes = new TextEncoder().encode(JSON.stringify(claims));
    return new CompactSign(bytes).setProtectedHeader(header).sign(key, { crit: { exp2: true } });
  },
  'another issuer': (scene) => signed(scene, { iss: 'https://evil.example' }),
  'another audience': (scene) => signed(scene, { aud: 'https://mail.example.com' }),
  'no audience': (scene) => signed(scene, { aud: undefined }),
  'no expiry': (scene) => signed(scene, { exp: undefined }),
  'an expiry that is a text': (scene) => signed(scene, { exp: '9999999999' }),
  'an expiry in the past': (scene) => signed(scene, { exp: 1 }),
  'a time before which it is not good': ({ claims, ...scene }) =>
    signed({ ...scene, claims } as Scene, { nbf: Number(claims['exp']) - 1 }),
  'no session': (scene) => signed(scene, { sid: undefined }),
  'a session that is a list': (scene) => signed(scene, { sid: ['a'] }),
  'no client': (scene) => signed(scene, { client_id: undefined }),
  'no subject': (scene) => signed(scene, { sub: '' }),
  'no id': (scene) => signed(scene, { jti: undefined }),
  'no auth_time': (scene) => signed(scene, { auth_time: undefined }),
};

describe('is no access token:', () => {
  it('(what the table starts from is one)', async () => {
    const made = await scene();
    expect(await made.tokens.verify(await signed(made))).toEqual(made.claims);
    expect(
      await made.tokens.verify(await signed(made, {}, { alg: 'RS256', kid: 'rsa' }, RSA.privateKey)),
    ).not.toBeNull();
  });

  it.each(Object.entries(FORGED_ACCESS))('%s', async (name, forge) => {
    const made = await scene();
    const forged = await forge(made);
    const loads = made.store.calls.load;
    expect(await made.tokens.verify(forged)).toBeNull();
    expect(await made.tokens.whichSession(forged)).toBeNull();
    // a refresh token is one, though no access token
    if (forged === made.refresh_token) return;
    expect(await made.tokens.introspect(forged)).toEqual({ active: false });
    expect(made.store.calls.load).toBe(loads);
    // one that has expired was good once: it still logs out
    if (name === 'an expiry in the past') return;
    expect(await made.tokens.revoke(forged)).toBeNull();
    expect(made.store.calls.load).toBe(loads);
  });

  it.each([null, undefined, 7, {}, [], Symbol('a')])('%s', async (value) => {
    const { tokens } = await scene();
    expect(await tokens.verify(value as never)).toBeNull();
    expect(outcomeOf(await tokens.refresh(value as never))).toBe('deny 400 invalid_grant refresh_token_invalid');
  });
});

/** A token with one part changed. */
const part = (index: number, change: (text: string) => string) => (scene: Scene) =>
  scene.refresh_token
    .split('.')
    .map((text, at) => (at === index ? change(text) : text))
    .join('.');

const FORGED_REFRESH: Readonly<Record<string, (scene: Scene) => string | Promise<string>>> = {
  'nothing at all': () => '',
  'the access token': ({ access_token }) => access_token,
  'the handle': ({ handle }) => handle,
  'an oversized one': ({ refresh_token }) => refresh_token + 'A'.repeat(100_000),
  'two in one': ({ refresh_token }) => `${refresh_token} ${refresh_token}`,
  'one with a line break': ({ refresh_token }) => `${refresh_token}\n`,
  'another version': part(0, () => 'cr2'),
  'another session': part(1, () => 'A'.repeat(22)),
  'the next generation': part(2, () => '1'),
  'the same generation in other digits': part(2, () => '00'),
  'a generation below none': part(2, () => '-1'),
  'a generation that is no exact number': part(2, () => '9'.repeat(17)),
  'a later authentication': part(3, (text) => String(Number(text) + 1)),
  'a stronger authentication': part(4, () => '3'),
  'a level that there is not': part(4, () => '4'),
  'a code of zeros': part(5, () => 'A'.repeat(43)),
  'no code': part(5, () => ''),
  'half of a code': part(5, (text) => text.slice(0, 20)),
  'the same code in another spelling': part(5, (text) => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return text.slice(0, -1) + letters[letters.indexOf(text.at(-1) as string) + 1];
  }),
  'a code with another secret': async ({ make, session }) =>
    permitted(await make({ refreshSecrets: [secret(9)] }).issue(session)).response.refresh_token,
  "another client's": async ({ make, session }) =>
    permitted(await make({ clientId: 'mobile' }).issue(session)).response.refresh_token,
  "another issuer's": async ({ make, session }) =>
    permitted(await make({ issuer: 'https://evil.example' }).issue(session)).response.refresh_token,
};

describe('is no refresh token:', () => {
  it.each(Object.entries(FORGED_REFRESH))('%s', async (_, forge) => {
    const made = await scene();
    const forged = await forge(made);
    expect(forged).not.toBe(made.refresh_token);
    const { load, replace } = made.store.calls;
    const refusal = await made.tokens.refresh(forged);
    expect(outcomeOf(refusal)).toBe('deny 400 invalid_grant refresh_token_invalid');
    expect(await made.tokens.verify(forged).then((claims) => claims === null || forged === made.access_token)).toBe(
      true,
    );
    // it costs no call of the store, and ends nothing
    expect([made.store.calls.load, made.store.calls.replace]).toEqual([load, replace]);
    expect(outcomeOf(await made.tokens.refresh(made.refresh_token))).toBe('permit rotated');
  });

  it('any text that is not the one', async () => {
    const made = await scene();
    const { length } = made.refresh_token;
    const place = fc.nat(length - 1);
    const letter = fc.constantFrom(...'AZaz09-_.=+/ ');
    await fc.assert(
      fc.asyncProperty(place, letter, async (at, put) => {
        const text = made.refresh_token.slice(0, at) + put + made.refresh_token.slice(at + 1);
        fc.pre(text !== made.refresh_token);
        expect(outcomeOf(await made.tokens.refresh(text))).toBe('deny 400 invalid_grant refresh_token_invalid');
      }),
      runs(300),
    );
  });
});

describe('what is said and kept', () => {
  it('never holds a token, a secret or a key', async () => {
    const made = await scene();
    const { tokens, engine } = made;
    const said: unknown[] = [];
    const { response } = permitted(await tokens.refresh(made.refresh_token));
    for (const forge of [...Object.values(FORGED_REFRESH), ...Object.values(FORGED_ACCESS)]) {
      const answer = await tokens.refresh(await forge(made));
      if (answer.effect !== 'permit') said.push(answer);
    }
    await made.world.advance(20 * SECOND);
    said.push(await tokens.refresh(made.refresh_token), await tokens.refresh(response.refresh_token));
    const text = JSON.stringify([said, engine.records]);
    for (const token of [made.refresh_token, made.access_token, response.refresh_token, response.access_token]) {
      expect(text).not.toContain(token.split('.').at(-1));
    }
    expect(text).not.toContain(String(KEY.privateKey.d));
    expect(text).toContain('refresh_reused');
  });

  it('an error of the options neither', () => {
    const { make } = aService();
    const short = new TextEncoder().encode('a-secret-that-is-short');
    const wrong = { refreshSecrets: [short], signingKeys: [{ ...KEY, alg: 'HS256' as never }] };
    expect(() => make(wrong)).toThrow(/refreshSecrets\/0: must be a Uint8Array of at least 32/);
    expect(() => make(wrong)).not.toThrow(/a-secret/);
    expect(() => make(wrong)).not.toThrow(String(KEY.privateKey.d));
  });
});

it('every token that is no good takes the same work: as many codes are computed for it', async () => {
  const made = await scene();
  const tokens = made.make({ refreshSecrets: [secret(3), secret(1), secret(4)] });
  // the keys are tried out once, which is no work for a token
  await tokens.keySet();
  const { subtle } = globalThis.crypto;
  const original = subtle.verify;
  let verified = 0;
  subtle.verify = function (this: typeof subtle, ...words: Parameters<typeof original>) {
    verified += 1;
    return original.apply(subtle, words);
  } as typeof original;
  try {
    const counts = new Set<number>();
    const good = made.refresh_token;
    for (const text of ['', 'x', 'x'.repeat(1_000), `${good}.`, part(5, () => 'A'.repeat(43))(made), good]) {
      verified = 0;
      await tokens.refresh(text);
      counts.add(verified);
    }
    expect([...counts]).toEqual([3]);
  } finally {
    subtle.verify = original;
  }
});
