import { curfewError } from '../core/errors.js';
import type { ReasonCode } from '../core/reason.js';
import type { Session } from '../core/session.js';
import type { Answer, StartAnswer } from '../engine/answers.js';
import { byId } from '../engine/question.js';
import { attributesOf, type Grant, isWord } from './grant.js';
import { isCodes, type Parts } from './options.js';

/** What is to be granted. */
export interface GrantRequest<Operation extends string = string> {
  /** The kind of job: letters, digits, `_ . : -`, at most 100. Conditions of the jobs' policy can go by it. */
  readonly job: string;
  /** What the person does by queueing it; their own policy's `operations` may ask for more than a session. */
  readonly operation?: Operation;
  /** What may befall the person's session without stopping this job. Default: as all jobs. */
  readonly outlives?: readonly ReasonCode[];
}

/** A job may be queued, with this grant beside it. */
export interface Granted {
  readonly effect: 'permit';
  readonly grant: Grant;
}

/** The answer to a request for a grant; a refusal is the engine's, and can be answered as one. */
export type GrantAnswer = Granted | Exclude<Answer, { effect: 'permit' }> | Exclude<StartAnswer, { effect: 'permit' }>;

/** Whose job it is: a session, or the answer to the request by which it is queued. */
export type OnBehalfOf = Pick<Session, 'id'> | { readonly session: Pick<Session, 'id'> | null };

/**
 * Makes a grant, if the session is permitted now.
 *
 * @throws an error with code `grant_request_invalid` if it is none.
 */
export async function grant(parts: Parts, whose: OnBehalfOf, request: GrantRequest): Promise<GrantAnswer> {
  const { job, operation, outlives = parts.outlives } = request ?? {};
  checkRequest(job, outlives);
  const session = 'session' in whose ? whose.session : whose;
  const asked = operation === undefined ? {} : { operation };
  // that it was queued is no activity of its own: the request that did it has been counted
  const allowed = await parts.sessions.access(byId(session?.id ?? ''), { activity: 'background', ...asked });
  if (allowed.effect !== 'permit') return allowed;
  const { id: sessionId, subject } = allowed.session;
  const attributes = attributesOf({ job, sessionId, outlives, sessionOver: null });
  const started = await parts.engine.start({ subject, attributes });
  if (started.effect !== 'permit') return started;
  // the handle is dropped: nobody shall present it
  const { id, stamps } = started.session;
  return { effect: 'permit', grant: { id, job, until: stamps.absolute } };
}

function checkRequest(job: unknown, outlives: unknown): void {
  const problems = [
    ...(isWord(job) ? [] : [{ path: '/job', message: 'must be letters, digits and `_ . : -`, at most 100' }]),
    ...(isCodes(outlives) ? [] : [{ path: '/outlives', message: 'must be a list of codes such as "idle_timeout"' }]),
  ];
  if (problems.length === 0) return;
  const named = problems.map((problem) => ({ ...problem, code: 'invalid' }));
  throw curfewError('grant_request_invalid', 'this can not be granted:', named);
}
