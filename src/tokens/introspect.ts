import type { Permit } from '../core/decision.js';
import { byId } from '../engine/question.js';
import { refreshOutcome } from '../rules/refresh.js';
import type { Introspection, TokenRefusal } from './answers.js';
import type { Parts } from './grant.js';
import { type RefreshGrant, readRefreshToken } from './refresh-token.js';
import { refusedBy } from './refusals.js';
import type { AccessTokenClaims } from './verifier.js';

/** Nothing more is said of a token that is no good (RFC 7662 section 2.2). */
const INACTIVE: Introspection = { active: false };

/**
 * What a token is good for now: an access token, whoever asks; a refresh token only if its own client does. The engine
 * is asked what a background request would be told, so a locked session's tokens are not active.
 */
export async function introspect(parts: Parts, token: string, clientId: string): Promise<Introspection | TokenRefusal> {
  const [claims, refresh] = await Promise.all([parts.verify(token), readRefreshToken(parts.signer, clientId, token)]);
  const sessionId = claims?.sid ?? refresh?.sessionId;
  if (sessionId === undefined) return INACTIVE;
  const answer = await parts.options.engine.peek(byId(sessionId));
  if (answer.effect === 'indeterminate') return refusedBy(answer);
  if (answer.effect !== 'permit') return INACTIVE;
  if (claims !== null) return aboutAccess(claims);
  return aboutRefresh(parts, answer, clientId, refresh as RefreshGrant);
}

function aboutAccess(claims: AccessTokenClaims): Introspection {
  return { ...claims, active: true, token_type: 'Bearer' };
}

function aboutRefresh(parts: Parts, permit: Permit, clientId: string, grant: RefreshGrant): Introspection {
  const { engine, issuer, acrValues } = parts.options;
  const { session, until } = permit;
  const outcome = refreshOutcome(engine.policy(), session.refresh, grant.generation, engine.now());
  if (outcome !== 'rotated' && outcome !== 'replayed') return INACTIVE;
  return {
    active: true,
    iss: issuer,
    sub: session.subject,
    client_id: clientId,
    sid: session.id,
    exp: Math.floor(until / 1_000),
    auth_time: grant.authTime,
    acr: acrValues?.[grant.assuranceLevel] ?? grant.assuranceLevel,
  };
}
