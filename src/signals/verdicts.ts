import type { ReasonCode } from '../core/reason.js';
import type { Instant } from '../time/instant.js';
import type { AppliedAction } from './apply.js';
import type { ReceiverParts } from './receiver-options.js';
import { type SecurityEventRecord, type SetOutcome, tellSignals } from './records.js';
import type { SecurityEvent } from './security-event.js';
import type { SetError, SetVerdict } from './set-error.js';

type Facts = Partial<Pick<SecurityEventRecord, 'err' | 'description' | 'code' | 'subjects'>> & {
  readonly actions?: readonly AppliedAction[];
};

/** A verdict, of which the observer has been told. */
export function refused(parts: ReceiverParts, at: Instant, event: SecurityEvent | null, error: SetError): SetVerdict {
  tellEvent(parts, at, event, 'refused', error);
  return { outcome: 'refused', error };
}

/** A verdict, of which the observer has been told. */
export function accepted(
  parts: ReceiverParts,
  at: Instant,
  event: SecurityEvent,
  outcome: SetOutcome,
  facts: Facts = {},
): SetVerdict {
  tellEvent(parts, at, event, outcome, facts);
  return { outcome: 'accepted' };
}

/** A verdict, of which the observer has been told. */
export function unclear(
  parts: ReceiverParts,
  at: Instant,
  event: SecurityEvent | null,
  code: ReasonCode,
  facts: Facts = {},
): SetVerdict {
  tellEvent(parts, at, event, 'indeterminate', { ...facts, code });
  return { outcome: 'indeterminate', code };
}

function tellEvent(
  { observer }: ReceiverParts,
  receivedAt: Instant,
  event: SecurityEvent | null,
  outcome: SetOutcome,
  facts: Facts,
): void {
  const { err = null, description = null, code = null, subjects = [], actions = [] } = facts;
  tellSignals(observer, {
    kind: 'security_event',
    receivedAt,
    outcome,
    err,
    description,
    code,
    issuer: event?.issuer ?? null,
    jti: event?.jti ?? null,
    txn: event?.txn ?? null,
    type: event?.type ?? null,
    at: event?.at ?? null,
    issuedAt: event?.issuedAt ?? null,
    subjectFormat: event?.subject.format ?? null,
    subjects,
    actions: actions.map((one) => ({ do: one.do, sessions: one.sessions })),
    initiatingEntity: event?.initiatingEntity ?? null,
    reasonAdmin: event?.reasonAdmin ?? null,
    reasonUser: event?.reasonUser ?? null,
  });
}
