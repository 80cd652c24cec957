import { byId } from '../engine/question.js';
import type { TokenRefusal } from './answers.js';
import type { Parts } from './grant.js';
import { readRefreshToken } from './refresh-token.js';
import { refusedBy } from './refusals.js';

/**
 * Ends the session that a token belongs to, and with it every token of the family; an access token may have expired,
 * because a tab that has slept must be able to log out. A token that is no good, or another
 * client's, leaves nothing to be done (RFC 7009 section 2.2); `null` says that it is done.
 */
export async function revoke(parts: Parts, token: string, clientId: string): Promise<TokenRefusal | null> {
  const [claims, refresh] = await Promise.all([
    parts.verifyAnyAge(token),
    readRefreshToken(parts.signer, clientId, token),
  ]);
  const own = claims?.client_id === clientId ? claims.sid : refresh?.sessionId;
  if (own === undefined) return null;
  const answer = await parts.options.engine.end(byId(own), { by: clientId });
  // the engine has no other way to say that it did not end: a session that is not there needs no end
  return answer.effect === 'indeterminate' ? refusedBy(answer) : null;
}
