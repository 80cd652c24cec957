import type { JSONWebKeySet } from 'jose';
import { curfewError } from '../core/errors.js';
import type { Context, Session } from '../core/session.js';
import { byId, type Which } from '../engine/question.js';
import type { Clock } from '../time/clock.js';
import type { Granted, Introspection, TokenExposure, TokenRefusal } from './answers.js';
import { answerTokenRequest } from './endpoints.js';
import { claimsFor, granted, grantOf, made, type Parts, rehearsed } from './grant.js';
import { introspect } from './introspect.js';
import { type LoadedKeys, loadKeys } from './keys.js';
import { checkOptions, isClientId, type TokenOptions } from './options.js';
import { readRefreshToken } from './refresh-token.js';
import { refused, refusedBy } from './refusals.js';
import { revoke } from './revoke.js';
import { type AccessTokenClaims, type AccessTokenVerifier, accessTokenVerifier } from './verifier.js';

/** Which client it is about. */
export interface ForClient {
  /** Default: the option `clientId`. */
  readonly clientId?: string;
}

/** What a refresh states. */
export interface RefreshOptions extends ForClient {
  /** Where the request comes from. */
  readonly context?: Context;
}

/** Access tokens and refresh tokens over an engine. Made by `createTokens`. */
export interface Tokens {
  /** Tokens for a session that stands: after `engine.start`, and again after `engine.reauthenticate`. */
  issue(session: Pick<Session, 'id'>, options?: ForClient): Promise<Granted | TokenRefusal>;
  /** A client presented its refresh token (RFC 6749 section 6). */
  refresh(refreshToken: string, options?: RefreshOptions): Promise<Granted | TokenRefusal>;
  /** Reads an access token, asking no store; `null` if it is no good. Its session may have ended since. */
  verify(accessToken: string): Promise<AccessTokenClaims | null>;
  /** Which session an access token stands for: for `bearer` of `curfew/http`, which then asks the engine. */
  whichSession(accessToken: string): Promise<Which | null>;
  /** Whether a token is good now, and what it says (RFC 7662). Asks the engine; renews nothing. */
  introspect(token: string, options?: ForClient): Promise<Introspection | TokenRefusal>;
  /** Ends the session that a token of this client's belongs to (RFC 7009); `null` when nothing is left to be ended. */
  revoke(token: string, options?: ForClient): Promise<TokenRefusal | null>;
  /**
   * Answers `POST /token`, `/revoke`, `/introspect` and `GET /.well-known/jwks.json`; `null` for any other path.
   */
  handle(request: Request, options?: Pick<RefreshOptions, 'context'>): Promise<Response | null>;
  /** The public keys (RFC 7517). */
  keySet(): Promise<JSONWebKeySet>;
  /** How far tokens can lag behind. */
  exposure(): TokenExposure;
}

/**
 * Makes access tokens (RFC 9068) and rotating refresh tokens for the sessions of an engine.
 *
 * Nothing but the session is stored: a refresh token is derived from its generation and a secret.
 *
 * @throws an error with code `token_options_invalid` that names every option that is wrong. A method rejects with
 * `signing_key_invalid` if a key cannot be used, `client_id_invalid` if no client is named, and `claims_invalid`.
 * @example
 * const tokens = createTokens({ engine, issuer, audience, clientId: 'web', signingKeys, refreshSecrets });
 * const login = await engine.start({ subject: 'alice' });
 * if (login.effect !== 'permit') throw new Error(login.reasons[0].code);
 *
 * const issued = await tokens.issue(login.session);
 * if (issued.effect !== 'permit') throw new Error(issued.body.code);
 * issued.response.token_type; // => 'Bearer'
 */
export function createTokens(options: TokenOptions): Tokens {
  checkOptions(options);
  const parts = partsOf(options);
  const clientOf = ({ clientId = options.clientId }: ForClient = {}) => checkedClient(clientId);
  return {
    issue: async ({ id }, about) => issue(parts, id, clientOf(about)),
    refresh: async (token, about) => refresh(parts, token, clientOf(about), about?.context),
    verify: parts.verify,
    async whichSession(token) {
      const claims = await parts.verify(token);
      return claims === null ? null : byId(claims.sid);
    },
    introspect: async (token, about) => introspect(parts, token, clientOf(about)),
    revoke: async (token, about) => revoke(parts, token, clientOf(about)),
    handle: (request, about) =>
      answerTokenRequest(parts, request, (token, clientId) => refresh(parts, token, clientId, about?.context)),
    keySet: async () => structuredClone((await parts.keys()).publicKeys),
    exposure() {
      const { engine } = options;
      return { revocation: Math.max(engine.policy().tokens.accessLifetime, parts.latest.expiresAt - engine.now()) };
    },
  };
}

/**
 * The first tokens of a session are of its first generation. Later ones retire those that are out: a refresh that is on
 * its way would otherwise retire these, and whoever presented them be taken for a thief.
 */
async function issue(parts: Parts, sessionId: string, clientId: string): Promise<Granted | TokenRefusal> {
  const { engine } = parts.options;
  const standing = await engine.peek(byId(sessionId));
  if (standing.effect !== 'permit') return refusedBy(standing);
  const { session } = standing;
  const grant = grantOf(session);
  const isFirst = session.refresh.rotatedAt === null && session.authenticatedAt <= session.createdAt;
  if (isFirst) return granted(parts, { permit: standing, clientId, grant });
  const rehearsal = await rehearsed(parts, clientId, grant);
  if (rehearsal.refusal !== undefined) return rehearsal.refusal;
  const answer = await engine.refresh(byId(sessionId), grant.generation);
  if (answer.effect !== 'permit') return refusedBy(answer, grant.generation);
  const about = { permit: answer, clientId, grant: grantOf(answer.session) };
  return made(parts, about, await claimsFor(parts, answer.session, rehearsal));
}

async function refresh(
  parts: Parts,
  token: string,
  clientId: string,
  context: Context | undefined,
): Promise<Granted | TokenRefusal> {
  const presented = await readRefreshToken(parts.signer, clientId, token);
  if (presented === null) {
    return refused(400, 'invalid_grant', 'refresh_token_invalid', 'This is no refresh token of this client.');
  }
  const { sessionId, generation } = presented;
  const { engine } = parts.options;
  const rehearsal = await rehearsed(parts, clientId, presented);
  if (rehearsal.refusal !== undefined) return rehearsal.refusal;
  const answer = await engine.refresh(byId(sessionId), generation, context);
  if (answer.effect !== 'permit') return refusedBy(answer, generation);
  const grant = { ...presented, generation: answer.session.refresh.generation };
  return made(parts, { permit: answer, clientId, grant }, await claimsFor(parts, answer.session, rehearsal));
}

/** Keys are read once, when they are first wanted: whoever makes tokens need not wait. */
function partsOf(options: TokenOptions): Parts {
  const { engine, issuer, audience, refreshSecrets } = options;
  let loading: Promise<LoadedKeys> | null = null;
  const keys = () => {
    loading ??= loadKeys(options.signingKeys).catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
  const verifyBy = (clock: Pick<Clock, 'now'>): AccessTokenVerifier => {
    let verifier: AccessTokenVerifier | null = null;
    return async (token) => {
      const { publicKeys } = await keys();
      verifier ??= accessTokenVerifier({ issuer, audience, keys: publicKeys, clock });
      return verifier(token);
    };
  };
  // at the beginning of time no token has expired
  const verifiers = { verify: verifyBy(engine), verifyAnyAge: verifyBy({ now: () => 0 }) };
  // copies: a caller may wipe its own
  const secrets = refreshSecrets.map((secret) => new Uint8Array(secret));
  return { options, signer: { issuer, secrets }, keys, ...verifiers, latest: { expiresAt: 0 } };
}

function checkedClient(clientId: string | undefined): string {
  if (isClientId(clientId)) return clientId;
  const message = 'must be given here or to createTokens: printable ASCII, 1 to 256 characters';
  throw curfewError('client_id_invalid', 'no client is named:', [{ path: '/clientId', code: 'invalid', message }]);
}
