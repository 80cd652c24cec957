import type { Session } from '../core/session.js';
import type { Engine } from '../engine/engine.js';
import { byId } from '../engine/question.js';
import type { Ending } from '../engine/requests.js';
import { GRANT_OF, ISSUER, SID, textOf } from './attributes.js';

/** What of an engine a logout needs. */
export type SessionEnder = Pick<Engine, 'list' | 'end' | 'endAll'>;

/** Which sessions are meant: a subject's, or those of one session at the provider. */
export interface Meant {
  readonly issuer: string;
  readonly subject: string;
  /** `null`: all of the subject's. */
  readonly sid: string | null;
}

/** How many sessions are ended at a time. */
const AT_ONCE = 32;

/**
 * Ends every session that is meant; whether all of them have ended. One that says that another provider logged it in is
 * another person's, whatever the subject is called, and so are its jobs.
 */
export async function endMeant(engines: readonly SessionEnder[], meant: Meant, ending: Ending): Promise<boolean> {
  const outcomes = await Promise.all(engines.map((engine) => endIn(engine, meant, ending)));
  return outcomes.every((isDone) => isDone);
}

async function endIn(engine: SessionEnder, meant: Meant, ending: Ending): Promise<boolean> {
  const listed = await engine.list(meant.subject);
  if (listed.effect !== 'permit') return false;
  const sessions = listed.sessions.map(({ session }) => session);
  const foreign = new Set(sessions.filter((one) => isForeign(one, meant)).map(({ id }) => id));
  // jobs whose session timed out are on no list of this engine's, and must not outlive the account
  if (meant.sid === null && foreign.size === 0) return (await engine.endAll(meant.subject, ending)).effect === 'permit';
  const ids = sessions.filter((session) => isMeant(session, meant, foreign)).map(({ id }) => id);
  let isDone = true;
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const answers = await Promise.all(some.map((id) => engine.end(byId(id), ending)));
    if (answers.some(({ effect }) => effect === 'indeterminate')) isDone = false;
  }
  return isDone;
}

/** Whether another provider logged it in. */
function isForeign(session: Session, { issuer }: Meant): boolean {
  const own = textOf(session, ISSUER);
  return own !== null && own !== issuer;
}

function isMeant(session: Session, { sid }: Meant, foreign: ReadonlySet<string>): boolean {
  if (foreign.has(session.id) || foreign.has(textOf(session, GRANT_OF) ?? '')) return false;
  return sid === null || textOf(session, SID) === sid;
}
