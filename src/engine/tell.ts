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
  const { decision, effect = decision.effect, from, written = 'nothing', conflicts } = telling;
  const at = shell.clock.now();
  const event = question.event(at);
  tell(shell, {
    kind: 'decision',
    at,
    type: question.type,
    operation: 'operation' in event ? (event.operation ?? null) : null,
    sessionId: id,
    subject: decision.session?.subject ?? null,
    effect,
    reasons: decision.reasons,
    policy: shell.policies().policy.fingerprint,
    wouldBe: decision.wouldBe ?? null,
    from,
    written,
    conflicts,
  });
}
