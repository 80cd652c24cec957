import type { Attributes, Session } from '../core/session.js';
import type { ReauthenticateAnswer } from '../engine/answers.js';
import type { Engine } from '../engine/engine.js';
import type { Which } from '../engine/question.js';

/** Under these names a session's attributes say where its login came from. */
export const ISSUER = 'iss';
export const SID = 'sid';
/** The id of the organisation's session that an application's stands under. */
export const ORGANISATION = 'organisation';
/** The id of the session that a job stands on (`curfew/jobs`). */
export const GRANT_OF = 'grantOf';

/** A text among a session's attributes; `null` if there is none. */
export function textOf(session: Pick<Session, 'attributes'>, name: string): string | null {
  const value = session.attributes[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * Changes what an application says of the subject, and keeps what the login said: attributes are replaced as a whole,
 * and a session that has lost its `sid` could not be logged out by it any more.
 */
export async function changeKeeping(
  engine: Pick<Engine, 'peek' | 'changeAttributes'>,
  which: Which,
  attributes: Attributes,
): Promise<ReauthenticateAnswer> {
  const seen = await engine.peek(which);
  if (seen.session === null) return { ...seen, handle: null };
  const kept: Record<string, string> = {};
  for (const name of [ISSUER, SID, ORGANISATION]) {
    const value = textOf(seen.session, name);
    if (value !== null) kept[name] = value;
  }
  return engine.changeAttributes(which, { ...attributes, ...kept });
}
