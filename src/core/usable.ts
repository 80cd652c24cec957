import { isInstant } from '../time/instant.js';
import { NAME } from './ask.js';
import { ASSURANCE_LEVELS, RISK_LEVELS } from './levels.js';
import type { Session, SessionEvent } from './types.js';

/**
 * Whether the facts that a verdict rests on are there. Not a full check (that is `parseSession`), but enough that nothing which is not a
 * session is ever permitted.
 */
export function isUsableSession(session: Session): boolean {
  if (!isRecord(session)) return false;
  const { stamps, context, ended, lease, signals, requested } = session;
  if (!isObject(stamps) || !isObject(context) || !isObject(session.bound) || !isObject(session.proofs)) return false;
  if (!isObject(session.attributes) || !isObject(session.refresh) || !Array.isArray(context.networks)) return false;
  if (typeof ended !== 'object' || typeof lease !== 'object' || typeof signals !== 'object') return false;
  return (
    typeof requested === 'object' &&
    isInstant(session.createdAt) &&
    isInstant(session.authenticatedAt) &&
    isInstant(session.lastActivityAt) &&
    isInstant(session.recordedAt) &&
    isInstant(stamps.idle) &&
    isInstant(stamps.absolute) &&
    isInstant(stamps.reauthentication)
  );
}

/** Whether an event is one, as section 1 of docs/semantics.md says. */
export function isUsableEvent(event: SessionEvent): boolean {
  if (!isRecord(event) || !isInstant(event.at)) return false;
  switch (event.type) {
    case 'access':
      return isAccess(event) && isContext(event.context);
    case 'operation_finished':
      return isText(event.operation);
    case 'signal':
      return isName(event.signal) && (event.level === undefined || RISK_LEVELS.includes(event.level));
    case 'reauthenticated':
      return ASSURANCE_LEVELS.includes(event.assuranceLevel) && isContext(event.context);
    case 'token_refreshed':
      return isInstant(event.generation) && isContext(event.context);
    case 'attributes_changed':
      return isRecord(event.attributes);
    case 'revoked':
      return isName(event.code);
    default:
      return false;
  }
}

function isAccess({ activity, attention, operation }: Extract<SessionEvent, { type: 'access' }>): boolean {
  if (activity !== 'user' && activity !== 'background') return false;
  if (attention !== undefined && attention !== 'visible' && attention !== 'hidden' && attention !== 'locked') return false;
  return operation === undefined || isText(operation);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isContext(value: unknown): boolean {
  return value === undefined || isRecord(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && NAME.test(value);
}
