import type { SessionEvent } from '../core/event.js';
import type { Policy } from '../core/policy.js';
import type { Context, Session } from '../core/session.js';
import { deadlines } from '../deadlines.js';
import type { Instant } from '../time/instant.js';
import type { Answer } from './answers.js';
import { faultCode } from './faults.js';
import type { DecisionRecord, FaultRecord } from './observer.js';
import type { Question } from './question.js';
import type { Shell } from './shell.js';

/** Tells the observer, whatever it makes of it. */
export function tell({ observer }: Pick<Shell, 'observer'>, record: DecisionRecord | FaultRecord): void {
  try {
    // who watches must not change what happens: neither by throwing nor, if it is async, by being rejected
    const told: unknown = observer?.(record);
    if (told instanceof Promise) told.catch(() => undefined);
  } catch {}
}

/** Tells the observer what went wrong, and gives back its code. */
export function tellFault(
  shell: Pick<Shell, 'observer' | 'clock'>,
  during: FaultRecord['during'],
  error: unknown,
): string {
  const code = faultCode(error);
  tell(shell, { kind: 'fault', at: shell.clock.now(), code, during, error });
  return code;
}

/** An answer, and what was done for it. */
export interface Telling {
  readonly decision: Answer;
  /** The session as it was found; `null` if there was none, or nobody could tell. */
  readonly before: Session | null;
  /** Where it is another than the decision's. */
  readonly effect?: 'superseded';
  readonly from: 'store' | 'memory' | null;
  /** Default `nothing`. */
  readonly written?: 'now' | 'later';
  readonly conflicts: number;
}

/** Tells the observer of an answer. */
export function told(shell: Shell, question: Question, id: string | null, telling: Telling): void {
  if (shell.observer === null) return;
  const { decision, effect = decision.effect, before, from, written = 'nothing', conflicts } = telling;
  const at = shell.clock.now();
  const { policy } = shell.policies();
  const event = question.event(at);
  tellDecision(shell, 'context' in event ? event.context : undefined, {
    kind: 'decision',
    at,
    type: question.type,
    ...stated(event),
    sessionId: id,
    subject: decision.session?.subject ?? null,
    effect,
    reasons: decision.reasons,
    endedNow: before !== null && before.ended === null && (decision.session?.ended ?? null) !== null,
    until: decision.effect === 'permit' ? decision.until : null,
    ...standing(policy, before, at),
    policy: policy.fingerprint,
    wouldBe: decision.wouldBe ?? null,
    from,
    written,
    conflicts,
  });
}

/** Tells the observer of an answer, and what was stated with the question. */
export function tellDecision(
  shell: Pick<Shell, 'observer'>,
  context: Context | undefined,
  record: Omit<DecisionRecord, 'context'>,
): void {
  tell(shell, Object.defineProperty(record, 'context', { value: context ?? null }) as DecisionRecord);
}

type Stated = Pick<DecisionRecord, 'operation' | 'activity' | 'by'>;

/** What whoever asked said of it. */
function stated(event: SessionEvent): Stated {
  return {
    operation: 'operation' in event ? (event.operation ?? null) : null,
    activity: event.type === 'access' ? event.activity : null,
    by: event.type === 'revoked' ? (event.by ?? null) : null,
  };
}

/** How near its end the session was found. */
function standing(policy: Policy, before: Session | null, at: Instant) {
  if (before === null) return { warned: false, idleFor: null, age: null };
  const { warnAt, until } = deadlines(policy, before);
  const warned = before.ended === null && policy.warnBefore > 0 && at >= warnAt && at < until;
  return { warned, idleFor: at - before.lastActivityAt, age: at - before.createdAt };
}
