import { NAME } from '../core/ask.js';
import type { Reason } from '../core/decision.js';
import type { DecisionRecord, FaultRecord } from '../engine/index.js';
import { networkOf } from './network.js';
import type { ObservedDecision, ObservedFault, ObservedReason, ObservedRecord } from './observed.js';
import type { PseudonymKind, Pseudonyms } from './pseudonyms.js';

/** What a record is made with. */
export interface RecordOptions {
  /** Made by `pseudonyms`, once. */
  readonly pseudonym: Pseudonyms;
}

const OPERATION = /^[A-Za-z0-9][A-Za-z0-9:._/-]{0,63}$/;
const ERROR_NAME = /^[A-Z][A-Za-z]{0,39}$/;
/** `ECONNREFUSED`, `ER_LOCK_DEADLOCK`, an SQLSTATE: too short and too plain to be a secret. */
const ERROR_CODE = /^[A-Z0-9][A-Z0-9_]{1,31}$/;

/**
 * Makes of what an engine told its observer what may be kept: who it was becomes a pseudonym, where from becomes a
 * network; what was thrown, the user agent and the place are left out. What it does not know is left out, too.
 *
 * What `JSON.stringify` makes of it is a line that `curfew replay` reads.
 *
 * @example
 * const observer = (record) => save(JSON.stringify(toRecord(record, { pseudonym })));
 */
export function toRecord(record: DecisionRecord, options: RecordOptions): ObservedDecision;
export function toRecord(record: FaultRecord, options: RecordOptions): ObservedFault;
export function toRecord(record: DecisionRecord | FaultRecord, options: RecordOptions): ObservedRecord;
export function toRecord(record: DecisionRecord | FaultRecord, { pseudonym }: RecordOptions): ObservedRecord {
  return record.kind === 'fault' ? observedFault(record) : observedDecision(record, pseudonym);
}

function observedDecision(record: DecisionRecord, pseudonym: Pseudonyms): ObservedDecision {
  const { context, reasons, wouldBe } = record;
  const named = (kind: PseudonymKind, value: unknown) => (typeof value === 'string' ? pseudonym(kind, value) : null);
  return {
    v: 1,
    kind: 'decision',
    at: record.at,
    type: record.type,
    operation: operationOf(record),
    activity: record.activity === 'user' || record.activity === 'background' ? record.activity : null,
    sessionId: named('session', record.sessionId),
    subject: named('subject', record.subject),
    by: named('subject', record.by),
    device: named('device', context?.deviceId),
    network: typeof context?.ip === 'string' ? networkOf(context.ip) : null,
    effect: record.effect,
    reasons: reasons.map(observedReason),
    endedNow: record.endedNow,
    until: record.until,
    warned: record.warned,
    idleFor: record.idleFor,
    age: record.age,
    policy: record.policy,
    wouldBe:
      wouldBe === null
        ? null
        : { effect: wouldBe.effect, reasons: wouldBe.reasons.map(observedReason), endsNow: wouldBe.endsNow },
    from: record.from,
    written: record.written,
    conflicts: record.conflicts,
  };
}

/**
 * A name that no policy knows came from who knows where, and may be anything. All rules look at an access, so where
 * none complains the policy knows it; `operation_finished` is not looked at, and is told by those who code the
 * operation.
 */
function operationOf({ type, operation, reasons }: DecisionRecord): string | null {
  if (operation === null || !OPERATION.test(operation)) return null;
  if (type === 'operation_finished') return operation;
  const isKnown = reasons.every(({ code, rule }) => code !== 'operation_unknown' && !UNJUDGED.has(rule));
  return isKnown ? operation : null;
}

/** Who answers before any rule has looked. */
const UNJUDGED: ReadonlySet<string> = new Set(['ended', 'session', 'event', 'clock', 'engine']);

function observedReason({ code, effect, rule, since }: Reason): ObservedReason {
  return { code: NAME.test(code) ? code : 'other', effect, rule: NAME.test(rule) ? rule : 'other', since };
}

function observedFault({ at, code, during, error }: FaultRecord): ObservedFault {
  const errorName = partOf(error, 'name', ERROR_NAME);
  const errorCode = partOf(error, 'code', ERROR_CODE) ?? partOf(causeOf(error), 'code', ERROR_CODE);
  return { v: 1, kind: 'fault', at, code: NAME.test(code) ? code : 'other', during, errorName, errorCode };
}

function causeOf(error: unknown): unknown {
  return read(error, 'cause');
}

function partOf(error: unknown, key: 'name' | 'code', pattern: RegExp): string | null {
  const part = read(error, key);
  return typeof part === 'string' && pattern.test(part) ? part : null;
}

/** What a driver throws may throw in turn when it is looked at. */
function read(value: unknown, key: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : null;
  } catch {
    return null;
  }
}
