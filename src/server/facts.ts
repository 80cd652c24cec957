import type { Session } from '../core/session.js';
import type { Answer } from '../engine/answers.js';
import type { Engine } from '../engine/engine.js';
import { type SessionStatus, statusOf } from '../http/status.js';

/** What a backend is told of a session: its facts, no secret, and what the page may know. */
export interface SessionFacts {
  readonly id: string;
  readonly subject: string;
  readonly createdAt: number;
  readonly authenticatedAt: number;
  readonly lastActivityAt: number;
  readonly attributes: Session['attributes'];
  readonly proofs: Session['proofs'];
  readonly context: Session['context'];
  readonly ended: Session['ended'];
}

export function factsOf(session: Session): SessionFacts {
  const { id, subject, createdAt, authenticatedAt, lastActivityAt, attributes, proofs, context, ended } = session;
  return { id, subject, createdAt, authenticatedAt, lastActivityAt, attributes, proofs, context, ended };
}

/** An engine's answer, for a backend. */
export interface AnswerFacts {
  readonly effect: Answer['effect'];
  /** Why not, or a notice; `null` for a permit without one. */
  readonly code: string | null;
  /** For a challenge: how old the proof may be, in milliseconds, and its level. */
  readonly maxAgeMs?: number | null;
  readonly assuranceLevel?: string | null;
  readonly session: SessionFacts | null;
  readonly status: SessionStatus;
}

export function answerFacts(engine: Engine, answer: Answer): AnswerFacts {
  const { effect, reasons, session } = answer;
  const asked = effect === 'challenge' ? { maxAgeMs: answer.maxAge, assuranceLevel: answer.assuranceLevel } : {};
  return {
    effect,
    code: session?.ended?.code ?? reasons[0]?.code ?? null,
    ...asked,
    session: session === null ? null : factsOf(session),
    status: statusOf(engine, answer),
  };
}
