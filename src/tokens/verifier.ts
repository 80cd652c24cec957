import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { curfewError } from '../core/errors.js';
import { type Clock, systemClock } from '../time/clock.js';
import { ALGORITHMS } from './algorithms.js';

/** What an access token says (RFC 9068 section 2.2). Times are in seconds since the Unix epoch. */
export interface AccessTokenClaims {
  readonly iss: string;
  /** The session's subject. */
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  /** The session's id. */
  readonly sid: string;
  /** When the person authenticated: a refresh does not change it. */
  readonly auth_time: number;
  /** How strongly. */
  readonly acr: string;
  /** What the option `claims` added. */
  readonly [name: string]: unknown;
}

/** How access tokens are verified. */
export interface VerifierOptions {
  readonly issuer: string;
  /** This resource server's name, or several. A token for somebody else is no good here. */
  readonly audience: string | readonly string[];
  /** The issuer's key set, or whatever gets it: `createRemoteJWKSet` of jose. */
  readonly keys: JSONWebKeySet | JWTVerifyGetKey;
  /** Default: the host's. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** Reads an access token; `null` if it is no good, for whatever reason. */
export type AccessTokenVerifier = (accessToken: string) => Promise<AccessTokenClaims | null>;

/** Tokens with a few claims take about 1 kB; nobody decodes a megabyte for a stranger. */
export const LONGEST_TOKEN = 8_192;
const TEXTS = ['sub', 'client_id', 'jti', 'sid', 'acr'] as const;
const TIMES = ['iat', 'exp', 'auth_time'] as const;
/** The ways in which a key set says that it has no such key. */
const NO_KEY = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED']);

/**
 * Verifies access tokens where there is no engine: at a resource server. Nothing is asked of a store.
 *
 * The token must be an `at+jwt`, signed by one of the issuer's keys that it names, for this audience, and not expired
 * (RFC 9068 section 4). Times have no leeway: a deadline is one.
 *
 * @throws an error with code `verifier_options_invalid`. The verifier itself rejects with `keys_unavailable` if the
 * keys cannot be got: answer 503, because that says nothing about the token.
 * @example
 * const verify = accessTokenVerifier({ issuer, audience, keys: await tokens.keySet() });
 * await verify('not a token'); // => null
 */
export function accessTokenVerifier(options: VerifierOptions): AccessTokenVerifier {
  const { issuer, audience, clock = systemClock } = options;
  const audiences = typeof audience === 'string' ? [audience] : [...(audience ?? [])];
  if (typeof issuer !== 'string' || issuer === '')
    throw invalid('/issuer', 'must be the issuer, as its tokens name it');
  if (audiences.length === 0 || audiences.includes('')) throw invalid('/audience', 'must name this resource server');
  const getKey = keyGetter(options.keys);
  return async (token) => {
    if (typeof token !== 'string' || token.length > LONGEST_TOKEN) return null;
    try {
      const { payload } = await jwtVerify(token, getKey, {
        issuer,
        audience: audiences,
        typ: 'at+jwt',
        algorithms: [...ALGORITHMS],
        currentDate: new Date(clock.now()),
      });
      return areClaims(payload) ? payload : null;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'keys_unavailable') throw error;
      return null;
    }
  };
}

/** A token names its key; what goes wrong in getting it is not the token's fault. */
function keyGetter(keys: VerifierOptions['keys']): JWTVerifyGetKey {
  const getKey = typeof keys === 'function' ? keys : localKeys(keys);
  return async (header, token) => {
    if (typeof header.kid !== 'string') throw new Error('the token names no key');
    try {
      return await getKey(header, token);
    } catch (cause) {
      if (NO_KEY.has(String((cause as { code?: unknown } | null)?.code))) throw cause;
      const message = 'try again; it says nothing about the token';
      const error = curfewError('keys_unavailable', 'the keys cannot be got:', [
        { path: '/keys', code: 'unavailable', message },
      ]);
      throw Object.assign(error, { cause });
    }
  };
}

function localKeys(keys: JSONWebKeySet): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(keys);
  } catch {
    throw invalid('/keys', 'must be a JSON Web Key Set (RFC 7517), or a function that gets a key');
  }
}

function areClaims(payload: unknown): payload is AccessTokenClaims {
  const claims = payload as Readonly<Record<string, unknown>>;
  const hasTexts = TEXTS.every((name) => typeof claims[name] === 'string' && claims[name] !== '');
  return hasTexts && TIMES.every((name) => Number.isSafeInteger(claims[name]));
}

function invalid(path: string, message: string): Error {
  return curfewError('verifier_options_invalid', 'these options make no verifier:', [
    { path, code: 'invalid', message },
  ]);
}
