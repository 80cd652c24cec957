import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { SessionStore } from '../../src/engine/ports.js';
import type { PolicyDocument } from '../../src/index.js';
import { createTokens, type Granted, type TokenOptions, type TokenRefusal } from '../../src/tokens/index.js';
import { aWorld, login, policyWith, testStore } from '../engine/support.js';

export const ISSUER = 'https://auth.example.com';
export const AUDIENCE = 'https://api.example.com';
export const CLIENT = 'web';

export const secret = (fill: number) => new Uint8Array(32).fill(fill);

/** A pair of keys as JSON. */
export async function aKey(kid: string, alg: 'ES256' | 'RS256' | 'Ed25519' = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey: (await exportJWK(privateKey)) as JWK, publicKey: (await exportJWK(publicKey)) as JWK };
}

export const KEY = await aKey('k1');

/** An engine with time that moves only when told to, and tokens over it. */
export function aService(
  policy: Partial<PolicyDocument> = {},
  options: Partial<TokenOptions> = {},
  base?: SessionStore,
) {
  const world = aWorld();
  const store = testStore(base);
  const engine = world.engine({ store, policy: policyWith(policy) });
  const make = (changes: Partial<TokenOptions> = {}) =>
    createTokens({
      engine,
      issuer: ISSUER,
      audience: AUDIENCE,
      clientId: CLIENT,
      signingKeys: [KEY],
      refreshSecrets: [secret(1)],
      ...options,
      ...changes,
    });
  const tokens = make();
  return {
    world,
    store,
    engine,
    tokens,
    /** Other tokens over the same engine. */
    make,
    async loggedIn(part: Parameters<typeof login>[1] = {}) {
      const { session, handle } = await login(engine, part);
      return { session, handle, ...permitted(await tokens.issue(session)).response };
    },
  };
}

/** An answer that must be a permit. */
export function permitted(answer: Granted | TokenRefusal): Granted {
  if (answer.effect !== 'permit') throw new Error(`no tokens: ${outcomeOf(answer)}`);
  return answer;
}

/** What an answer says, in one line: `deny 400 invalid_grant idle_timeout`. */
export function outcomeOf(answer: Granted | TokenRefusal): string {
  if (answer.effect === 'permit') return `permit ${answer.refresh}`;
  const { effect, status, body } = answer;
  return `${effect} ${status} ${body.error} ${body.code}${body.ended ? ' ended' : ''}`;
}

/** The claims of a token, whoever made it. */
export function claimsOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
}

export function headerOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString());
}

/** A request with a form. */
export function post(
  path: string,
  form: Readonly<Record<string, string>> | string,
  headers: HeadersInit = {},
): Request {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  const all = new Headers(headers);
  if (!all.has('content-type')) all.set('content-type', 'application/x-www-form-urlencoded');
  return new Request(`${ISSUER}${path}`, { method: 'POST', body, headers: all });
}
