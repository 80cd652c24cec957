import { NAME } from '../core/ask.js';
import { curfewError } from '../core/errors.js';
import type { AccessEvent } from '../core/event.js';
import type { Attributes, Context } from '../core/session.js';
import type { Instant } from '../time/instant.js';
import { ownAttributes } from './frozen.js';
import { checkAttributes } from './login-checks.js';
import type { Question } from './question.js';
import type { Access, Ending, Proof, Report } from './requests.js';

/** A request. What asks for an operation is decided by what the store has now, whatever there is in memory. */
export function access(access: Access): Question {
  return {
    type: 'access',
    // whoever says nothing is told that this is no event
    event: (at) => accessEvent(access ?? {}, at),
    isFromMemory: access?.operation === undefined,
  };
}

/** One object, because there is one for each request. */
function accessEvent({ activity, operation, context, attention }: Access, at: Instant): AccessEvent {
  const event: { -readonly [Key in keyof AccessEvent]: AccessEvent[Key] } = { type: 'access', at, activity };
  if (operation !== undefined) event.operation = operation;
  if (context !== undefined) event.context = context;
  if (attention !== undefined) event.attention = attention;
  return event;
}

export function finished(operation: string): Question {
  return { type: 'operation_finished', event: (at) => ({ type: 'operation_finished', at, operation }) };
}

/** A report from the future would end a session early: another clock wrote it. */
export function signalled({ signal, level, at: reported = Number.POSITIVE_INFINITY }: Report): Question {
  const stated = level === undefined ? { signal } : { signal, level };
  return { type: 'signal', event: (at) => ({ type: 'signal', at: Math.min(at, reported), ...stated }) };
}

export function reauthenticated({ assuranceLevel, context }: Proof): Question {
  const stated = context === undefined ? { assuranceLevel } : { assuranceLevel, context };
  return { type: 'reauthenticated', event: (at) => ({ type: 'reauthenticated', at, ...stated }), rotates: true };
}

/** Of two that ask for the successor of one generation, the second must not be taken for a thief. */
export function refreshed(generation: number, context: Context | undefined): Question {
  const stated = context === undefined ? { generation } : { generation, context };
  return {
    type: 'token_refreshed',
    event: (at) => ({ type: 'token_refreshed', at, ...stated }),
    isSuperseded: (first, now) =>
      first.effect === 'permit' &&
      now.reasons.some(({ code, effect }) => code === 'refresh_reused' && effect === 'deny'),
  };
}

/**
 * @throws an error with code `attributes_invalid` if a name is one that no record keeps.
 */
export function attributed(attributes: Attributes): Question {
  checkAttributes(attributes);
  const own = ownAttributes(attributes);
  return {
    type: 'attributes_changed',
    event: (at) => ({ type: 'attributes_changed', at, attributes: own }),
    rotates: true,
  };
}

/**
 * @throws an error with code `ending_invalid` if the code is none: nothing would have ended.
 */
export function ended({ code = 'logout', by }: Ending): Question {
  if (!NAME.test(code)) {
    const message = 'must be snake_case, at most 64 characters: `logout`, `account_disabled`';
    throw curfewError('ending_invalid', 'this ends nothing:', [{ path: '/code', code: 'invalid', message }]);
  }
  const stated = by === undefined ? { code } : { code, by };
  return { type: 'revoked', event: (at) => ({ type: 'revoked', at, ...stated }) };
}
