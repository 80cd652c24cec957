import type { CryptoKey, JWK } from 'jose';
import { curfewError, type Problem } from '../core/errors.js';
import type { AssuranceLevel, Session } from '../core/session.js';
import type { Engine } from '../engine/engine.js';
import type { Random } from '../engine/secrets.js';
import { ALGORITHMS, type SigningAlgorithm } from './algorithms.js';
import type { ClientAuthenticator } from './client.js';

/** What of an engine tokens need. */
export type TokenKeeper = Pick<Engine, 'refresh' | 'peek' | 'end' | 'policy' | 'now'>;

/** A key that signs access tokens, or one that has signed some that are still out. */
export interface SigningKey {
  /** Names the key in tokens and in the key set: unique, and never used again for another key. */
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  /** The first key of the list must have one. */
  readonly privateKey?: CryptoKey | JWK;
  /** Needed where `privateKey` is no JWK, from which it can be told. */
  readonly publicKey?: CryptoKey | JWK;
}

/** What tokens are made of. */
export interface TokenOptions {
  readonly engine: TokenKeeper;
  /** Who issues the tokens: an absolute URL without query and fragment (RFC 8414 section 2). */
  readonly issuer: string;
  /** Whom access tokens are for: the resource server, or several. */
  readonly audience: string | readonly string[];
  /** The first signs; all of them verify and are published. */
  readonly signingKeys: readonly SigningKey[];
  /** At least 32 random bytes each. The first signs refresh tokens; all of them verify. */
  readonly refreshSecrets: readonly Uint8Array[];
  /** The client, where there is only one. Others are then refused. Default: each call and each request names it. */
  readonly clientId?: string;
  /** What `acr` says for a level. Default: the level, `aal1` to `aal3`. */
  readonly acrValues?: Readonly<Partial<Record<AssuranceLevel, string>>>;
  /** More claims for access tokens: a `scope`, roles. None of the standard ones can be replaced. */
  readonly claims?: (
    session: Session,
  ) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
  /** Who sends a request to one of the endpoints. Default: all clients are public, and nobody may introspect. */
  readonly authenticateClient?: ClientAuthenticator;
  /** Where the endpoints are: `/oauth` for `/oauth/token`. Default: at the root. */
  readonly path?: string;
  /** Default: the host's source of secrets. */
  readonly random?: Random;
}

const SECRET_BYTES = 32;

/**
 * Looks at the options before the first request does.
 *
 * @throws an error with code `token_options_invalid` that names every option that is wrong.
 */
export function checkOptions(options: TokenOptions): void {
  const problems: Problem[] = [];
  const check = (isRight: boolean, path: string, message: string) => {
    if (!isRight) problems.push({ path, code: 'invalid', message });
  };
  const { engine, issuer, audience, refreshSecrets, clientId, path, authenticateClient, claims, random } = options;
  check(typeof engine?.refresh === 'function', '/engine', 'must be an engine, made by createEngine');
  check(isIssuer(issuer), '/issuer', 'must be an absolute URL without query and fragment: `https://auth.example.com`');
  const audiences = Array.isArray(audience) ? audience : [audience];
  check(audiences.length > 0 && audiences.every(isName), '/audience', 'must name who the tokens are for');
  const secrets = Array.isArray(refreshSecrets) ? refreshSecrets : [];
  check(secrets.length > 0, '/refreshSecrets', 'must hold at least one secret');
  for (const [index, secret] of secrets.entries()) {
    const isLong = secret instanceof Uint8Array && secret.length >= SECRET_BYTES;
    check(isLong, `/refreshSecrets/${index}`, `must be a Uint8Array of at least ${SECRET_BYTES} random bytes`);
  }
  check(clientId === undefined || isClientId(clientId), '/clientId', 'must be printable ASCII, 1 to 256 characters');
  check(path === undefined || /^(?:\/[^/?#]+)*$/.test(path), '/path', 'must begin with a slash and not end with one');
  for (const [name, hook] of Object.entries({ authenticateClient, claims, random })) {
    check(hook === undefined || typeof hook === 'function', `/${name}`, 'must be a function');
  }
  problems.push(...keyProblems(options.signingKeys));
  if (problems.length > 0) throw curfewError('token_options_invalid', 'these options make no tokens:', problems);
}

function keyProblems(keys: readonly SigningKey[]): Problem[] {
  const problems: Problem[] = [];
  const list = Array.isArray(keys) ? (keys as readonly SigningKey[]) : [];
  const problem = (path: string, message: string) => problems.push({ path, code: 'invalid', message });
  if (list.length === 0) problem('/signingKeys', 'must hold at least one key');
  for (const [index, key] of list.entries()) {
    const at = `/signingKeys/${index}`;
    const { kid, alg, privateKey, publicKey } = key ?? {};
    if (!isName(kid)) problem(`${at}/kid`, 'must name the key');
    else if (list.findIndex((one) => one?.kid === kid) < index) problem(`${at}/kid`, 'is the name of another key too');
    if (!ALGORITHMS.includes(alg)) problem(`${at}/alg`, `must be one of ${ALGORITHMS.join(', ')}`);
    if (index === 0 && privateKey === undefined) problem(`${at}/privateKey`, 'is needed: the first key signs');
    for (const [name, one] of Object.entries({ privateKey, publicKey })) {
      const isKey = one === undefined || (typeof one === 'object' && one !== null);
      if (!isKey) problem(`${at}/${name}`, 'must be a CryptoKey or a JWK: import a PEM with importPKCS8 of jose');
    }
    const isTold = Boolean(publicKey) || (typeof privateKey === 'object' && privateKey !== null && 'kty' in privateKey);
    if (!isTold) problem(`${at}/publicKey`, 'is needed: it can be told from a private key only if that is a JWK');
  }
  return problems;
}

function isIssuer(value: unknown): boolean {
  if (typeof value !== 'string' || /[?#]/.test(value)) return false;
  try {
    return /^https?:$/.test(new URL(value).protocol);
  } catch {
    return false;
  }
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= 1_024;
}

/** RFC 6749 appendix A.1. */
export function isClientId(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]{1,256}$/.test(value);
}
