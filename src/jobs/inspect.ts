import { NAME } from '../core/ask.js';
import type { Activity, Session } from '../core/session.js';
import type { Answer } from '../engine/answers.js';
import { byId } from '../engine/question.js';
import type { Instant } from '../time/instant.js';
import { attributesOf, type Grant, readGrant, type Terms, termsOf } from './grant.js';
import { abort, type Inspection, pause } from './inspection.js';
import type { Parts } from './options.js';
import { decidedBy, hasEnded, personOf, type Standing } from './person.js';

/** What the record of a finished grant says. */
export const FINISHED = 'job_finished';

/**
 * Whether a job may go on. `user` is the job's own sign of life, at a checkpoint; `background` is whoever looks after
 * it.
 */
export async function inspect(parts: Parts, value: unknown, activity: Activity): Promise<Inspection> {
  const grant = readGrant(value);
  const now = parts.engine.now();
  if (grant === null) return abort([{ code: 'grant_invalid', of: 'grant', since: now }]);
  try {
    return await inspected(parts, grant, activity);
  } catch {
    // an engine does not throw; whatever is put in its place must not let a job run on by failing
    const reasons = [{ code: 'check_failed', of: 'grant', since: now }] as const;
    return pause(parts, { grant, reasons, since: now, now, isUnsure: true, sessionId: null });
  }
}

async function inspected(parts: Parts, grant: Grant, activity: Activity): Promise<Inspection> {
  const known = parts.pauses.aborted(grant.id);
  // only looked at, until it is known to be a grant: a person's session is none of a job's business
  const own = await parts.engine.peek(byId(grant.id));
  const now = parts.engine.now();
  if (own.effect === 'indeterminate') return known === null ? unread(parts, grant, own, now) : abort(known);
  const terms = own.session === null ? null : termsOf(own.session);
  if (own.session !== null && terms?.job !== grant.job) {
    return abort([{ code: 'grant_invalid', of: 'grant', since: now }]);
  }
  if (own.session === null || terms === null || hasEnded(own)) return ended(parts, grant, own, terms);
  if (known !== null) return aborted(parts, grant, abort(known, terms.sessionId));
  const person = await personOf(parts, terms);
  if (person.verdict === 'abort') return aborted(parts, grant, abort(person.reasons, terms.sessionId));
  if (own.effect !== 'permit') return paused(parts, grant, own, now, terms);
  if (person.verdict !== 'continue') return pausedBy(parts, grant, own.session, terms, person);
  return goneOn(parts, grant, { terms, person, activity });
}

/** The grant itself is over. */
function ended(parts: Parts, grant: Grant, own: Answer, terms: Terms | null): Promise<Inspection> | Inspection {
  const over = abort(decidedBy(own, 'grant'), terms?.sessionId ?? null);
  return own.session === null || own.session.ended !== null ? over : aborted(parts, grant, over);
}

/** An abort is for good: whatever changes afterwards, the record says so, and why. */
async function aborted({ engine, pauses }: Parts, grant: Grant, inspection: Inspection): Promise<Inspection> {
  pauses.over(grant.id);
  const why = inspection.check.reasons[0]?.code ?? '';
  // an end of the person's that is called like ours must not look as if the job were done
  const code = NAME.test(why) && why !== FINISHED ? why : 'job_aborted';
  const { effect } = await engine.end(byId(grant.id), { code });
  // what was begun is cleaned up now: it must not go on when the store is back
  if (effect === 'indeterminate') pauses.abort(grant.id, inspection.check.reasons);
  return inspection;
}

/** Nobody can read its record, so nothing is ended either: it may be a person's session under a forged grant. */
function unread(parts: Parts, grant: Grant, own: Answer, now: Instant): Inspection {
  const reasons = decidedBy(own, 'grant');
  const inspection = pause(parts, { grant, reasons, since: now, now, isUnsure: true, sessionId: null });
  if (inspection.check.verdict === 'abort') parts.pauses.abort(grant.id, inspection.check.reasons);
  return inspection;
}

/** The grant's own record pauses it. */
function paused(parts: Parts, grant: Grant, own: Answer, now: Instant, { sessionId }: Terms) {
  const isUnsure = own.effect === 'indeterminate';
  const reasons = decidedBy(own, 'grant');
  return lasting(parts, grant, pause(parts, { grant, reasons, since: now, now, isUnsure, sessionId }));
}

/** The person's session pauses it: from when that was so, but not from before there was a job. */
function pausedBy(parts: Parts, grant: Grant, own: Session, { sessionId }: Terms, person: Standing) {
  const now = parts.engine.now();
  const isUnsure = person.verdict === 'unsure';
  const since = isUnsure ? now : Math.max(own.createdAt, Math.min(now, person.at));
  return lasting(parts, grant, pause(parts, { grant, reasons: person.reasons, since, now, isUnsure, sessionId }));
}

function lasting(parts: Parts, grant: Grant, inspection: Inspection): Promise<Inspection> | Inspection {
  return inspection.check.verdict === 'abort' ? aborted(parts, grant, inspection) : inspection;
}

interface GoingOn {
  readonly terms: Terms;
  readonly person: Standing;
  readonly activity: Activity;
}

async function goneOn(parts: Parts, grant: Grant, { terms, person, activity }: GoingOn): Promise<Inspection> {
  const { engine, pauses } = parts;
  // what the job outlived is written down: its record lasts longer than that of the session
  if (person.over !== null) {
    await engine.changeAttributes(byId(grant.id), attributesOf({ ...terms, sessionOver: person.over }));
  }
  const own = await engine.access(byId(grant.id), { activity });
  if (own.effect !== 'permit') {
    return hasEnded(own) ? ended(parts, grant, own, terms) : paused(parts, grant, own, engine.now(), terms);
  }
  pauses.over(grant.id);
  const until = Math.min(own.until, person.at, grant.until);
  const { reasons } = person;
  return { check: { verdict: 'continue', reasons, until }, isUnsure: false, sessionId: terms.sessionId };
}

/** The job is done: its grant is good for nothing any more. Whether that is in the store. */
export async function finish({ engine, pauses }: Parts, value: unknown): Promise<boolean> {
  const grant = readGrant(value);
  if (grant === null) return false;
  const own = await engine.peek(byId(grant.id));
  if (own.session === null || termsOf(own.session)?.job !== grant.job) return false;
  pauses.over(grant.id);
  const answer = await engine.end(byId(grant.id), { code: FINISHED });
  return answer.session?.ended != null;
}
