import type { ReasonCode } from '../core/reason.js';
import type { AssuranceLevel, Context, Session } from '../core/session.js';
import { deadlines, hasLapsed } from '../deadlines.js';
import type { Answer } from '../engine/answers.js';
import { beneath } from '../engine/ceiling.js';
import type { Engine } from '../engine/engine.js';
import { hashOf } from '../engine/secrets.js';
import { evaluate } from '../evaluate.js';
import type { Duration } from '../time/duration.js';
import { type Instant, NEVER } from '../time/instant.js';

/** What a session is to whoever looks at the page. */
export type SessionState = 'active' | 'locked' | 'ended' | 'unknown';

/**
 * What a page may know of its session: time left, so that it does not matter what the client's clock says. Plain JSON,
 * and nothing in it is a secret.
 */
export interface SessionStatus {
  /** `locked`: a reauthentication resumes it. `unknown`: nobody could tell just now; ask again, and change nothing. */
  readonly state: SessionState;
  /** Milliseconds until it ends or locks if nothing happens; 0 if it has; `null` where nothing is set, or known. */
  readonly remainingMs: Duration | null;
  /** Milliseconds until the warning; 0 if it is due. */
  readonly warnInMs: Duration | null;
  /** Milliseconds until nothing can extend it any more. */
  readonly absoluteRemainingMs: Duration | null;
  /** The code of the limit that comes first: `idle_timeout`, `absolute_timeout`, `reauthentication_due`. */
  readonly boundBy: ReasonCode | null;
  /** Whether staying is possible: a person's activity, at the latest just before the limit, would move it. */
  readonly canExtend: boolean;
  /** Why it has ended, or what it waits for; `null` while it is active. */
  readonly code: ReasonCode | null;
  /** The level that a reauthentication needs, where one does; any if `null`. */
  readonly assuranceLevel: AssuranceLevel | null;
  /** Which session it is, without its id: another after another login; `null` where there is none. */
  readonly tag: string | null;
  /** The server's own time of the answer. It tells which of two answers is the newer one, and nothing else. */
  readonly at: Instant;
}

const NOTHING = {
  remainingMs: null,
  warnInMs: null,
  absoluteRemainingMs: null,
  boundBy: null,
  canExtend: false,
  assuranceLevel: null,
};

/**
 * What the page may know, from the answer to a request.
 *
 * @example
 * const answer = await engine.access('no handle of ours', { activity: 'user' });
 * statusOf(engine, answer).state; // => 'ended'
 */
export function statusOf(engine: Pick<Engine, 'now' | 'policy'>, answer: Answer): SessionStatus {
  const code = answer.reasons[0]?.code ?? null;
  const common = { ...NOTHING, code, tag: tagOf(answer.session), at: engine.now() };
  if (answer.effect === 'permit') return { ...common, ...active(engine, answer) };
  if (answer.effect === 'challenge')
    return { ...common, ...locked(engine, answer.session), assuranceLevel: answer.assuranceLevel };
  if (answer.effect === 'deny' && isOver(engine, answer.session)) {
    return { ...common, state: 'ended', remainingMs: 0, code: answer.session?.ended?.code ?? code };
  }
  return { ...common, state: 'unknown' };
}

/** Short, since it only tells a session from the one before; it begins as a token of a header has to. */
function tagOf(session: Session | null): string | null {
  return session === null ? null : `s${hashOf(session.id).slice(0, 10)}`;
}

/** A look at a session writes no end down: whether its time is up is to be seen from the time. */
export function isOver(engine: Pick<Engine, 'now' | 'policy'>, session: Session | null): boolean {
  return session === null || hasLapsed(engine.policy(), session, engine.now());
}

function active(engine: Pick<Engine, 'now' | 'policy'>, answer: Answer & { effect: 'permit' }) {
  const now = engine.now();
  const { until, warnAt, boundBy, session, ceiling } = answer;
  const absolute = Math.min(deadlines(engine.policy(), session).absolute, ceiling?.absolute ?? NEVER);
  return {
    state: 'active',
    remainingMs: left(until, now),
    warnInMs: until === NEVER ? null : left(warnAt, now),
    absoluteRemainingMs: left(absolute, now),
    boundBy,
    canExtend: canExtend(engine, answer),
    code: null,
  } as const;
}

/** Asked of the last moment: right after an activity there is nothing that another one would add. */
function canExtend(engine: Pick<Engine, 'now' | 'policy'>, answer: Answer & { effect: 'permit' }): boolean {
  const { until, session, ceiling } = answer;
  if (until === NEVER || (ceiling !== undefined && ceiling.extendable <= until)) return false;
  const at = Math.max(engine.now(), session.recordedAt, until - 1);
  const extended = evaluate(engine.policy(), session, { type: 'access', at, activity: 'user' });
  return extended.effect === 'permit' && extended.until > until;
}

/**
 * What the same session would be told that asked for nothing in particular: an operation has limits of its own, and a
 * page that was told of those would warn of an end that does not come. Nor is a look without the request's context to
 * be taken for a request from nowhere.
 */
export function plainly(engine: Pick<Engine, 'now' | 'policy'>, answer: Answer, context: Context): Answer {
  if (answer.session === null) return answer;
  const at = Math.max(engine.now(), answer.session.recordedAt);
  const plain = evaluate(engine.policy(), answer.session, { type: 'access', at, activity: 'background', context });
  return answer.ceiling === undefined ? plain : beneath(plain, answer.ceiling);
}

function locked(engine: Pick<Engine, 'now' | 'policy'>, session: Session) {
  const { absolute } = deadlines(engine.policy(), session);
  return { state: 'locked', remainingMs: 0, absoluteRemainingMs: left(absolute, engine.now()) } as const;
}

function left(until: Instant, now: Instant): Duration | null {
  return until === NEVER ? null : Math.max(0, until - now);
}
