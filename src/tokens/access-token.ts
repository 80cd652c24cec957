import { type JWTPayload, SignJWT } from 'jose';
import { curfewError, type Problem } from '../core/errors.js';
import type { Session } from '../core/session.js';
import { base64url, type Random } from '../engine/secrets.js';
import type { LoadedKeys } from './keys.js';
import type { TokenOptions } from './options.js';
import type { RefreshGrant } from './refresh-token.js';
import { LONGEST_TOKEN } from './verifier.js';

/** What one access token is made from. Times are in seconds. */
export interface AccessTokenFacts {
  readonly session: Session;
  readonly clientId: string;
  readonly grant: RefreshGrant;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const ID_BYTES = 16;
const STANDARD = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'sid', 'auth_time', 'acr', 'amr', 'cnf', 'act'],
]);

/** The claims that the application adds. */
export type OwnClaims = Readonly<Record<string, unknown>>;

/**
 * What the application adds to the claims of a session's tokens.
 *
 * @throws an error with code `claims_invalid` if it is a standard claim, or nothing that JSON keeps.
 */
export async function ownClaims({ claims }: TokenOptions, session: Session): Promise<OwnClaims> {
  const own = (await claims?.(session)) ?? {};
  const taken = Object.keys(own).filter((name) => STANDARD.has(name));
  const problems = taken.map((name) => problem(`/${name}`, 'is a standard claim, which is not to be replaced'));
  if (typeof own !== 'object' || Array.isArray(own)) problems.push(problem('', 'must be an object'));
  const { scope } = own as { readonly scope?: unknown };
  // RFC 6749 section 3.3
  if (scope !== undefined && !(typeof scope === 'string' && /^[!#-[\]-~]+(?: [!#-[\]-~]+)*$/.test(scope))) {
    problems.push(problem('/scope', 'must be words with one space between them'));
  }
  if (problems.length > 0) throw invalid(problems);
  return asJson(own);
}

/** As the token will say it: what JSON cannot keep is told now, and not by whoever signs. */
function asJson(own: object): OwnClaims {
  try {
    return JSON.parse(JSON.stringify(own)) as OwnClaims;
  } catch {
    throw invalid([problem('', 'must be what JSON can keep')]);
  }
}

function invalid(problems: readonly Problem[]): Error {
  return curfewError('claims_invalid', 'these claims cannot be added:', problems);
}

function problem(path: string, message: string): Problem {
  return { path, code: 'invalid', message };
}

/**
 * Signs an access token (RFC 9068 section 2).
 *
 * @throws an error with code `claims_invalid` if it became too long.
 */
export async function signAccessToken(
  options: TokenOptions,
  keys: LoadedKeys,
  random: Random,
  { session, clientId, grant, issuedAt, expiresAt, own }: AccessTokenFacts & { readonly own: OwnClaims },
): Promise<string> {
  const { issuer, audience, acrValues } = options;
  const claims: JWTPayload = {
    ...own,
    iss: issuer,
    sub: session.subject,
    aud: typeof audience === 'string' ? audience : [...audience],
    client_id: clientId,
    iat: issuedAt,
    exp: expiresAt,
    jti: base64url(random(ID_BYTES)),
    sid: session.id,
    auth_time: grant.authTime,
    acr: acrValues?.[grant.assuranceLevel] ?? grant.assuranceLevel,
  };
  const header = { alg: keys.alg, kid: keys.kid, typ: 'at+jwt' };
  const token = await new SignJWT(claims).setProtectedHeader(header).sign(keys.privateKey);
  // one that no verifier reads is not to be given out
  if (token.length > LONGEST_TOKEN) throw invalid([problem('', `make a token of over ${LONGEST_TOKEN} characters`)]);
  return token;
}
