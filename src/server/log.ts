import type { DecisionRecord, Observer } from '../engine/observer.js';
import type { FaultLog } from './fault-log.js';

/** One line of the log. No id, subject, handle, key, token or address is ever in it. */
export interface LogRecord {
  readonly level: 'info' | 'warn' | 'error';
  /** What happened, in snake_case: `listening`, `decision`, `policy_applied`. */
  readonly event: string;
  readonly [member: string]: unknown;
}

/** What of the decisions goes into the log. */
export interface DecisionLog {
  readonly which: 'all' | 'refused' | 'none';
  readonly log: (record: LogRecord) => void;
  readonly faults: Pick<FaultLog, 'met'>;
  /** Whether the policy has such an operation: a name that it does not have was made up by somebody. */
  readonly isOperation: (name: string) => boolean;
}

/** Makes lines of decisions and faults. */
export function decisionLog({ which, log, faults, isOperation }: DecisionLog): Observer {
  return (record) => {
    if (record.kind === 'fault') return faults.met(record);
    if (which === 'none' || (which === 'refused' && !isRefused(record))) return;
    const operation = record.operation === null || isOperation(record.operation) ? record.operation : 'unknown';
    const { type, effect, from, written, policy } = record;
    const level = effect === 'indeterminate' ? 'warn' : 'info';
    log({
      level,
      event: 'decision',
      type,
      effect,
      code: record.reasons[0]?.code ?? null,
      operation,
      from,
      written,
      policy,
    });
  };
}

/** A logout is answered with a refusal, and was none. */
function isRefused({ effect, type }: DecisionRecord): boolean {
  return effect !== 'permit' && type !== 'revoked';
}
