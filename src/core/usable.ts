import { isInstant } from '../time/instant.js';
import { NAME } from './ask.js';
import type { SessionEvent } from './event.js';
import { ASSURANCE_LEVELS, RISK_LEVELS } from './levels.js';
import type { Attributes, KnownContext, Session } from './session.js';

/**
 * Whether the facts that a verdict rests on are there. Not a full check (that is `parseSession`), but enough that
 * nothing which is not a session is ever permitted.
 */
export function isUsableSession(session: Session): boolean {
  if (!isObject(session)) return false;
  const { stamps, context, proofs, refresh, ended } = session;
  if (!isObject(stamps) || !isKnown(context) || !isObject(proofs)) return false;
  if (session.bound !== context && !isKnown(session.bound)) return false;
  if (!isRecord(session.attributes) || !isObject(refresh) || !isInstant(session.attributesAt)) return false;
  if (typeof ended !== 'object' || !isInstant(refresh.generation) || !isInstantOrNull(refresh.rotatedAt)) return false;
  if (!isInstantOrNull(proofs.aal1) || !isInstantOrNull(proofs.aal2) || !isInstantOrNull(proofs.aal3)) return false;
  return (
    areOptionalPartsUsable(session) &&
    isInstant(session.createdAt) &&
    isInstant(session.authenticatedAt) &&
    isInstant(session.lastActivityAt) &&
    isInstant(session.recordedAt) &&
    isInstant(stamps.idle) &&
    isInstant(stamps.absolute) &&
    isInstant(stamps.reauthentication)
  );
}

/** Whether a context has all its fields: one that is missing would look like one that changed. */
function isKnown(context: KnownContext): boolean {
  return (
    isObject(context) &&
    context.ip !== undefined &&
    context.deviceId !== undefined &&
    context.userAgent !== undefined &&
    context.country !== undefined &&
    context.location !== undefined &&
    Array.isArray(context.networks)
  );
}

function areOptionalPartsUsable({ lease, signals, requested }: Session): boolean {
  if (lease !== null && !(isObject(lease) && isInstant(lease.from) && isInstant(lease.until))) return false;
  if (signals !== null && !(isRecord(signals) && Object.values(signals).every(holdsInstants))) return false;
  return requested === null || holdsInstants(requested);
}

function isInstantOrNull(value: unknown): boolean {
  return value === null || isInstant(value);
}

function holdsInstants(value: object): boolean {
  return isRecord(value) && Object.values(value).every(isInstant);
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
      return isAttributes(event.attributes);
    case 'revoked':
      return isName(event.code);
    default:
      return false;
  }
}

/** Whether a value can be a session's attributes: what else it held would not survive the way to a store and back. */
export function isAttributes(value: unknown): value is Attributes {
  // what is not a plain object (a Map, a Date) has an empty shadow in JSON
  return (
    Object.prototype.toString.call(value) === '[object Object]' && Object.values(value as object).every(isAttribute)
  );
}

function isAttribute(value: unknown): boolean {
  if (Array.isArray(value)) return [...value].every((one) => typeof one === 'string');
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function isAccess({ activity, attention, operation }: Extract<SessionEvent, { type: 'access' }>): boolean {
  if (activity !== 'user' && activity !== 'background') return false;
  if (attention !== undefined && attention !== 'visible' && attention !== 'hidden' && attention !== 'locked')
    return false;
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
