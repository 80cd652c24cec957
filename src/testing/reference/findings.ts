import type { Effect, Reason } from '../../core/decision.js';
import type { ReasonCode } from '../../core/reason.js';
import type { Answer, Finding } from '../../core/rule.js';
import type { AssuranceLevel } from '../../core/session.js';
import type { Duration } from '../../time/duration.js';
import type { Instant } from '../../time/instant.js';
import { isMoment, isName, isObject, LAST } from './arithmetic.js';

/** A reason, and what the combination needs to know of it. */
export interface Found extends Reason {
  readonly ends: boolean;
  readonly maxAge: Duration | null;
  readonly assuranceLevel: AssuranceLevel | null;
}

/** What one rule contributes: the first instant at which it would not permit any more, and what it found. */
export interface Contribution {
  readonly rule: string;
  /** The code of the limit that `until` stands for. */
  readonly limit: ReasonCode;
  readonly until: Instant;
  readonly found: readonly Found[];
  readonly isCustom: boolean;
}

/** A contribution that finds nothing until an instant. */
export function fine(rule: string, limit: ReasonCode, until: Instant = LAST): Contribution {
  return { rule, limit, until, found: [], isCustom: false };
}

/** A contribution of things found. */
export function finds(rule: string, found: readonly Found[]): Contribution {
  return { rule, limit: rule, until: LAST, found, isCustom: false };
}

/** One thing found; what is left out is the usual. */
export function finding(
  rule: string,
  effect: Effect,
  code: ReasonCode,
  details: Partial<Found> & { readonly since: Instant },
): Found {
  return { rule, effect, code, ends: false, maxAge: null, assuranceLevel: null, ...details };
}

/** Reads the answer of a custom rule; `null` for one that is not an answer. */
export function readAnswer(answer: Answer, now: Instant): Instant | readonly Finding[] | null {
  if (typeof answer === 'number') return isMoment(answer) && answer > now ? answer : null;
  const found: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  return found.every(isFinding) ? (found as readonly Finding[]) : null;
}

function isFinding(value: unknown): value is Finding {
  if (!isObject(value)) return false;
  const { effect, code, since, maxAge, assuranceLevel } = value;
  const isAge = typeof maxAge === 'number' && Number.isInteger(maxAge) && maxAge >= 0;
  return (
    ['permit', 'challenge', 'deny'].includes(effect as string) &&
    isName(code) &&
    (since === undefined || isMoment(since)) &&
    (maxAge === undefined || maxAge === null || isAge) &&
    [undefined, null, 'aal1', 'aal2', 'aal3'].includes(assuranceLevel as null)
  );
}
