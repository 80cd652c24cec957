import type { ReasonCode } from '../core/reason.js';
import type { Session } from '../core/session.js';
import { isGrant } from '../engine/grants.js';
import type { Engine } from '../engine/index.js';
import type { SecurityEvent } from './security-event.js';
import {
  type AliasSubject,
  type ComplexSubject,
  type SimpleSubject,
  type SubjectMembers,
  subjectsMatch,
} from './subject.js';

/** Whom of this application a SET is about. */
export interface FoundSubject {
  /** As `engine.start` was told it. */
  readonly subject: string;
  /** Only these of its sessions, by `session.id`. Default: those that `describe` does not rule out. */
  readonly sessionIds?: readonly string[];
}

/** Finds out whom a subject identifier means here; `null` for nobody. Of aliases, it is asked about each. */
export type SubjectFinder = (
  subject: SimpleSubject | ComplexSubject,
  event: SecurityEvent,
) => FoundSubject | null | Promise<FoundSubject | null>;

/** What a session is in the words of a complex subject. What is left out matches everything. */
export type SessionDescriber = (session: Session) => SubjectMembers;

/**
 * Finds subjects by the names that an OpenID provider gives them: an `iss_sub` of this issuer by its `sub`, an `opaque`
 * identifier by its `id`, and a complex subject by its user.
 *
 * @example
 * const find = subjectsOf('https://idp.example.com');
 * find({ format: 'iss_sub', iss: 'https://idp.example.com', sub: 'alice' }); // => { subject: 'alice' }
 * find({ format: 'iss_sub', iss: 'https://elsewhere.example.com', sub: 'alice' }); // => null
 */
export function subjectsOf(
  issuer: string,
): (subject: SimpleSubject | AliasSubject | ComplexSubject) => FoundSubject | null {
  return function find(subject): FoundSubject | null {
    switch (subject.format) {
      case 'iss_sub':
        return subject.iss === issuer ? { subject: subject.sub } : null;
      case 'opaque':
        return { subject: subject.id };
      case 'complex':
        return subject.user === undefined ? null : find(subject.user);
      case 'aliases':
        return subject.identifiers.map(find).find((found) => found !== null) ?? null;
      default:
        return null;
    }
  };
}

/**
 * Describes a session by the attribute `sid`: what the provider calls it, kept at the login.
 *
 * @example
 * sessionBySid({ ...session, attributes: { sid: 'x7' } }); // => { session: { format: 'opaque', id: 'x7' } }
 */
export function sessionBySid({ attributes }: Session): SubjectMembers {
  const { sid } = attributes;
  return typeof sid === 'string' ? { session: { format: 'opaque', id: sid } } : {};
}

/** The sessions of one subject that an event is about. */
export interface Target {
  readonly subject: string;
  readonly sessions: readonly Session[];
  /** Those of them that the event names. */
  readonly matching: readonly Session[];
  /** What the person's jobs go by, as far as this engine's policy lets them be seen. */
  readonly grants: readonly Session[];
  /** Whether the event names no session in particular. */
  readonly isWhole: boolean;
  /** Why its sessions cannot be listed now; `null` where they are. They may still be ended as a whole. */
  readonly code: ReasonCode | null;
}

/** What is needed to find sessions. */
export interface Finding {
  readonly engine: Pick<Engine, 'list'>;
  readonly subjects: SubjectFinder;
  readonly describe: SessionDescriber;
}

/** Whom an event is about. */
export async function targetsOf(finding: Finding, event: SecurityEvent): Promise<readonly Target[]> {
  const { subject } = event;
  const identifiers = subject.format === 'aliases' ? subject.identifiers : [subject];
  const targets = new Map<string, Target>();
  for (const identifier of identifiers) {
    const found = await finding.subjects(identifier, event);
    if (found === null || found === undefined) continue;
    const known = targets.get(found.subject);
    const target = await targetOf(finding, identifier, found);
    targets.set(found.subject, known === undefined ? target : both(known, target));
  }
  return [...targets.values()];
}

/** Two names of one person may each pick out sessions: all of them are meant. By id: each was loaded on its own. */
function both(one: Target, other: Target): Target {
  const ids = new Set(one.matching.map(({ id }) => id));
  const matching = other.sessions.filter((session) => ids.has(session.id) || other.matching.includes(session));
  return { ...other, matching, isWhole: one.isWhole || other.isWhole, code: one.code ?? other.code };
}

async function targetOf(
  { engine, describe }: Finding,
  identifier: SimpleSubject | ComplexSubject,
  { subject, sessionIds }: FoundSubject,
): Promise<Target> {
  const listed = await engine.list(subject);
  const code = listed.effect === 'indeterminate' ? listed.reasons[0].code : null;
  const all = listed.effect === 'indeterminate' ? [] : listed.sessions.map(({ session }) => session);
  // jobs look at the person's session: a grant is judged by another policy than this engine's
  const [sessions, grants] = [all.filter((session) => !isGrant(session)), all.filter(isGrant)];
  if (sessionIds !== undefined) {
    const matching = sessions.filter(({ id }) => sessionIds.includes(id));
    return { subject, sessions, matching, grants, isWhole: false, code };
  }
  // who the user is has been found out; the other members pick among the sessions
  const { user: _, format: __, ...rest } = identifier.format === 'complex' ? identifier : WHOLE;
  const matching = sessions.filter((session) => subjectsMatch(rest, { ...describe(session) }));
  return { subject, sessions, matching, grants, isWhole: Object.keys(rest).length === 0, code };
}

/** A complex subject that names no more than whose sessions are meant. */
const WHOLE: ComplexSubject = { format: 'complex' };
