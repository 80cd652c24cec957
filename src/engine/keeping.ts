import type { AccessEvent } from '../core/event.js';
import type { Session } from '../core/session.js';
import type { Instant } from '../time/instant.js';
import { isUrgent } from './activity.js';
import type { Answer } from './answers.js';
import type { Held } from './held.js';
import { type Decided, isMereActivity } from './merging.js';
import type { Question } from './question.js';
import type { Shell } from './shell.js';
import { told } from './tell.js';

/** An answer, and what the engine did for it. */
export interface Applied {
  readonly answer: Answer;
  /** What the client is to present from now on; `null` where that stays. */
  readonly handle: string | null;
  /** Whether the answer was not kept, because another request got what this one asked for. */
  readonly isSuperseded: boolean;
}

/** Whether all that there is to write is that somebody was active. */
export function isActivity({ type }: Question, before: Session, after: Session): boolean {
  return before === after || (type === 'access' && isMereActivity(before, after));
}

/** A decision about a session, and where that came from. */
export interface Keeping {
  readonly stored: Held;
  readonly held: Held;
  readonly decision: Decided;
  readonly at: Instant;
  readonly from: 'store' | 'memory';
}

/**
 * The answer where nothing is to be written but activity: later, if that is soon enough. `null` where somebody else
 * wrote
 * first: it may have been the end.
 */
export async function kept(
  shell: Shell,
  question: Question,
  { stored, held, decision, at, from }: Keeping,
): Promise<Applied | null> {
  const { session } = decision;
  if (!isSoon(shell, { stored, held, decision, at, from })) {
    return later(shell, question, { stored, held, decision, at, from });
  }
  if (session !== held.session) shell.activity.note(stored, session, question.event(at) as AccessEvent);
  const lost = await shell.writeNow(session.id);
  // more may have come while it was being written
  shell.wake();
  if (lost.has(session.id)) return null;
  const left = shell.activity.of(session.id);
  const isLeft = left !== null && left.stored.session.lastActivityAt < session.lastActivityAt;
  const written = isLeft ? 'later' : 'now';
  told(shell, question, session.id, { decision, before: held.session, from, written, conflicts: 0 });
  return { answer: decision, handle: null, isSuperseded: false };
}

/**
 * Whether there is activity that has to be written before it is acknowledged: this request's, or that of another one at
 * the same instant, which is as good as its own.
 */
export function isSoon(shell: Shell, { stored, held, decision, at }: Keeping): boolean {
  const { session } = decision;
  const isOwn = session !== held.session || (session !== stored.session && session.lastActivityAt >= at);
  return isOwn && isUrgent(stored.session, session, at, shell.settings().recordEvery);
}

/** The answer where activity, if there is any, is written behind it. */
export function later(shell: Shell, question: Question, { stored, held, decision, at, from }: Keeping): Applied {
  const { session } = decision;
  const isChanged = session !== held.session;
  if (isChanged) {
    shell.activity.note(stored, session, question.event(at) as AccessEvent);
    shell.wake();
  }
  if (shell.observer !== null) {
    const written = isChanged ? ({ written: 'later' } as const) : {};
    told(shell, question, session.id, { decision, before: held.session, from, ...written, conflicts: 0 });
  }
  return { answer: decision, handle: null, isSuperseded: false };
}
