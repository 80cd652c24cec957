import type { Permit } from '../core/decision.js';
import { ASSURANCE_LEVELS } from '../core/levels.js';
import type { AssuranceLevel, Session } from '../core/session.js';
import { byId } from '../engine/question.js';
import { systemRandom } from '../engine/secrets.js';
import { after, type Instant } from '../time/instant.js';
import { type OwnClaims, ownClaims, signAccessToken } from './access-token.js';
import type { Granted, TokenRefusal } from './answers.js';
import type { LoadedKeys } from './keys.js';
import type { TokenOptions } from './options.js';
import { makeRefreshToken, type RefreshGrant, type RefreshSigner } from './refresh-token.js';
import { refusedBy } from './refusals.js';
import type { AccessTokenVerifier } from './verifier.js';

/** What the operations share. */
export interface Parts {
  readonly options: TokenOptions;
  readonly signer: RefreshSigner;
  readonly keys: () => Promise<LoadedKeys>;
  readonly verify: AccessTokenVerifier;
  /** As `verify`, but for the expiry. */
  readonly verifyAnyAge: AccessTokenVerifier;
  /** When the last of the access tokens that were made here ends. */
  readonly latest: { expiresAt: Instant };
}

/** A permit of the engine's, and what the tokens are to say. */
export interface Grant {
  readonly permit: Permit;
  readonly clientId: string;
  readonly grant: RefreshGrant;
}

/** What became of a rehearsal; nothing where the engine is to say why there is no token. */
export interface Rehearsal {
  readonly refusal?: TokenRefusal;
  readonly claimed?: { readonly session: Session; readonly claims: OwnClaims };
}

const SECOND = 1_000;

/** The latest authentication: when, and the strongest level that was proved then. */
export function grantOf({ id, refresh, authenticatedAt, proofs }: Session): RefreshGrant {
  const proved = ASSURANCE_LEVELS.filter((level) => proofs[level] === authenticatedAt);
  const assuranceLevel: AssuranceLevel = proved.at(-1) ?? 'aal1';
  const authTime = Math.floor(authenticatedAt / SECOND);
  return { sessionId: id, generation: refresh.generation, authTime, assuranceLevel };
}

/** Makes both tokens, if there is time left for one. */
export async function granted(parts: Parts, about: Grant): Promise<Granted | TokenRefusal> {
  const { session, until } = about.permit;
  if (lifeOf(parts, until).expiresIn < 1) return tooLate(session);
  return made(parts, about, await ownClaims(parts.options, session));
}

/**
 * Whatever can fail is tried before a token is used up: a client that gets no other would be taken for a thief. Why it
 * gets none; or, for a session that stands, what goes into the token.
 */
export async function rehearsed(parts: Parts, clientId: string, grant: RefreshGrant): Promise<Rehearsal> {
  await parts.keys();
  const permit = await parts.options.engine.peek(byId(grant.sessionId));
  if (permit.effect === 'indeterminate') return { refusal: refusedBy(permit) };
  if (permit.effect !== 'permit') return {};
  const { session, until } = permit;
  if (lifeOf(parts, until).expiresIn < 1) return { refusal: tooLate(session) };
  const claims = await ownClaims(parts.options, session);
  // a token that becomes too long shows when it is signed
  if (Object.keys(claims).length > 0) await made(parts, { permit, clientId, grant }, claims);
  return { claimed: { session, claims } };
}

/** The claims for a session that was rehearsed; asked for again only if its attributes have changed since. */
export async function claimsFor(parts: Parts, session: Session, { claimed }: Rehearsal): Promise<OwnClaims> {
  const isStill = claimed?.session.attributesAt === session.attributesAt;
  return claimed !== undefined && isStill ? claimed.claims : ownClaims(parts.options, session);
}

/**
 * Makes both tokens. The access token ends no later than the session would; what is left over of a second is lost, and
 * where that is all there is, the token has ended already.
 */
export async function made(parts: Parts, { permit, clientId, grant }: Grant, own: OwnClaims): Promise<Granted> {
  const { options, signer } = parts;
  const { session, until, refresh } = permit;
  const keys = await parts.keys();
  const { issuedAt, expiresAt, expiresIn } = lifeOf(parts, until);
  const facts = { session, clientId, grant, issuedAt, expiresAt, own };
  const response = {
    access_token: await signAccessToken(options, keys, options.random ?? systemRandom, facts),
    token_type: 'Bearer' as const,
    expires_in: expiresIn,
    refresh_token: await makeRefreshToken(signer, clientId, grant),
    ...(typeof own['scope'] === 'string' && { scope: own['scope'] }),
  };
  parts.latest.expiresAt = Math.max(parts.latest.expiresAt, expiresAt * SECOND);
  return { effect: 'permit', response, session, until, refresh };
}

/** From when until when an access token is good that is made now, in whole seconds. */
function lifeOf({ options: { engine } }: Parts, until: Instant) {
  const now = engine.now();
  const expiresAt = Math.floor(Math.min(after(now, engine.policy().tokens.accessLifetime), until) / SECOND);
  const expiresIn = Math.max(0, Math.floor((expiresAt * SECOND - now) / SECOND));
  return { issuedAt: Math.min(Math.floor(now / SECOND), expiresAt), expiresAt, expiresIn };
}

function tooLate(session: Session): TokenRefusal {
  const text = 'Less than a second is left, and access tokens count whole ones.';
  const body = { error: 'invalid_grant', error_description: text, code: 'session_ending', ended: false };
  return { effect: 'deny', status: 400, body, session };
}
