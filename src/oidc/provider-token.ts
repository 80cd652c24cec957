import {
  createLocalJWKSet,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { curfewError, type Problem } from '../core/errors.js';
import { type Clock, systemClock } from '../time/clock.js';
import type { Duration } from '../time/duration.js';
import { isText } from './claims.js';

/** Whose tokens are believed here. */
export interface ProviderOptions {
  /** The provider's `iss`. */
  readonly issuer: string;
  /** Your client id at the provider, or several. */
  readonly audience: string | readonly string[];
  /** The provider's keys (RFC 7517), or what gets one: `createRemoteJWKSet(new URL(jwks_uri))` of jose. */
  readonly keys: JSONWebKeySet | JWTVerifyGetKey;
  /** How far the provider's clock may be off, in milliseconds. Default 5,000. */
  readonly clockLeeway?: Duration;
  /** Which signatures are accepted. Default: every asymmetric one. `none` and shared secrets never are. */
  readonly algorithms?: readonly string[];
  /** Default: the host's. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** What a token must be called in its header. */
export interface TokenType {
  readonly typ: string;
  /** Whether one without a name of its own will do: none, or the `JWT` that any token can say. */
  readonly isUntypedAccepted: boolean;
}

/** The claims that every token from a provider to a client has. */
export interface ProviderTokenClaims extends JWTPayload {
  readonly iss: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
}

/** Claims; or why it is no token of the provider's, in words that say nothing of its content. */
export type ProviderToken =
  | { readonly claims: ProviderTokenClaims; readonly refused: null }
  | { readonly claims: null; readonly refused: string };

/** Reads a token. Rejects with `keys_unavailable` if the keys cannot be got: that says nothing about the token. */
export type ProviderTokenReader = (token: string, type: TokenType) => Promise<ProviderToken>;

const SECOND = 1_000;
/** How far a provider's clock may be off if nobody says. */
export const LEEWAY: Duration = 5 * SECOND;
const LONGEST_TOKEN = 16_384;
/** Longer than any that is meant as one; every one that was used is remembered. */
const LONGEST_JTI = 512;
/** What is verified with a public key (RFC 8725 section 3.1). */
const ASYMMETRIC = 'ES256 ES384 ES512 EdDSA Ed25519 PS256 PS384 PS512 RS256 RS384 RS512'.split(' ');
/** The ways in which a key set says that it has no such key. */
const NO_KEY = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED']);
/** What jose finds wrong, in words for whoever sent it. */
const WORDS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the signature does not fit',
  ERR_JOSE_ALG_NOT_ALLOWED: 'this kind of signature is not accepted',
};

/**
 * Makes a reader of a provider's tokens to its clients: `iss`, `aud`, `iat`, `exp` and `jti` are required, and a
 * `nonce` must not be there, so that no ID Token passes for one (OpenID Connect Back-Channel Logout section 2.4).
 *
 * @throws an error with code `oidc_options_invalid` that names every option that is wrong.
 */
export function providerTokenReader(options: ProviderOptions): ProviderTokenReader {
  const { issuer, clockLeeway = LEEWAY, algorithms = ASYMMETRIC, clock = systemClock } = options;
  const audience = typeof options.audience === 'string' ? [options.audience] : [...(options.audience ?? [])];
  checkOptions({ ...options, clockLeeway, algorithms }, audience);
  const getKey = keyGetter(options.keys);
  return async (token, type) => {
    if (token.length > LONGEST_TOKEN) return refused('the token is too long');
    const typ = typOf(token);
    if (typ === undefined) return refused('this is no JWT');
    if (!isOfType(typ, type)) return refused(`the header's typ must be ${type.typ}`);
    const now = clock.now();
    const checks = { issuer, audience, algorithms: [...algorithms], clockTolerance: clockLeeway / SECOND };
    try {
      const { payload } = await jwtVerify(token, getKey, { ...checks, currentDate: new Date(now) });
      const problem = problemOf(payload, now + clockLeeway);
      return problem === null ? { claims: payload as ProviderTokenClaims, refused: null } : refused(problem);
    } catch (error) {
      const { code, claim } = error as { readonly code?: string; readonly claim?: string };
      if (code === 'keys_unavailable') throw error;
      if (claim !== undefined && code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') return refused(`${claim} is not right`);
      return refused(WORDS[code ?? ''] ?? 'the token cannot be verified');
    }
  };
}

function refused(problem: string): ProviderToken {
  return { claims: null, refused: problem };
}

/** The name in the header, in small letters and without what may be left out (RFC 7515 section 4.1.9). */
function typOf(token: string): string | null | undefined {
  try {
    const { typ } = decodeProtectedHeader(token);
    if (typ === undefined) return null;
    return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined;
  } catch {
    return undefined;
  }
}

function isOfType(typ: string | null, { typ: wanted, isUntypedAccepted }: TokenType): boolean {
  return typ === wanted || (isUntypedAccepted && (typ === null || typ === 'jwt'));
}

/** `iss`, `aud` and a past `exp` are jose's to check. */
function problemOf(claims: JWTPayload, latest: number): string | null {
  const { exp, iat, jti } = claims;
  if (!Number.isFinite(exp)) return 'exp is missing';
  if (!Number.isFinite(iat)) return 'iat is missing';
  if ((iat as number) * SECOND > latest) return 'iat lies in the future';
  if (!isText(jti) || jti.length > LONGEST_JTI) return 'jti is missing';
  return 'nonce' in claims ? 'there must be no nonce' : null;
}

/** What goes wrong in getting a key is not the token's fault. */
function keyGetter(keys: ProviderOptions['keys']): JWTVerifyGetKey {
  const getKey = typeof keys === 'function' ? keys : createLocalJWKSet(keys);
  return async (header, token) => {
    // jose gets no key set anew that it got a moment ago: a key that is not in it may be newer than it
    const isStale = (getKey as { readonly coolingDown?: unknown }).coolingDown === true;
    try {
      return await getKey(header, token);
    } catch (cause) {
      const code = String((cause as { readonly code?: unknown } | null)?.code);
      if (NO_KEY.has(code) && !(isStale && code === 'ERR_JWKS_NO_MATCHING_KEY')) throw cause;
      const problem = { path: '/keys', code: 'unavailable', message: 'try again; it says nothing about the token' };
      throw Object.assign(curfewError('keys_unavailable', 'the keys cannot be got:', [problem]), { cause });
    }
  };
}

function checkOptions(
  { issuer, keys, clockLeeway, algorithms }: ProviderOptions & Required<Pick<ProviderOptions, 'clockLeeway'>>,
  audience: readonly string[],
): void {
  const problems: Problem[] = [];
  const check = (isRight: boolean, path: string, message: string) => {
    if (!isRight) problems.push({ path, code: 'invalid', message });
  };
  check(isText(issuer), '/issuer', 'must be the provider, as its tokens name it');
  check(audience.length > 0 && audience.every(isText), '/audience', 'must be your client id at the provider');
  check(isKeys(keys), '/keys', 'must be a JSON Web Key Set (RFC 7517), or a function that gets a key');
  check(Number.isSafeInteger(clockLeeway) && clockLeeway >= 0, '/clockLeeway', 'must be milliseconds, 0 or more');
  const isWeak =
    !Array.isArray(algorithms) || algorithms.length === 0 || algorithms.some((one) => /^(none$|HS)/.test(one));
  check(!isWeak, '/algorithms', 'must name asymmetric signatures, such as RS256');
  if (problems.length > 0) throw curfewError('oidc_options_invalid', 'these options are none:', problems);
}

function isKeys(keys: ProviderOptions['keys'] | undefined): boolean {
  return typeof keys === 'function' || Array.isArray((keys as JSONWebKeySet | undefined)?.keys);
}
