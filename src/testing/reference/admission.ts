import { isMoment, isName, isObject, isText } from './arithmetic.js';

const LEVELS = ['aal1', 'aal2', 'aal3'];
const RISKS = ['low', 'medium', 'high'];

/** Whether a value is an event that can be judged. */
export function isEvent(event: unknown): boolean {
  if (!isObject(event) || !isMoment(event['at'])) return false;
  const { context, attention, operation, level } = event;
  const hasContext = context === undefined || (isObject(context) && !Array.isArray(context));
  switch (event['type']) {
    case 'access':
      return (
        hasContext &&
        ['user', 'background'].includes(event['activity'] as string) &&
        (operation === undefined || isText(operation)) &&
        (attention === undefined || ['visible', 'hidden', 'locked'].includes(attention as string))
      );
    case 'operation_finished':
      return isText(operation);
    case 'signal':
      return isName(event['signal']) && (level === undefined || RISKS.includes(level as string));
    case 'reauthenticated':
      return hasContext && LEVELS.includes(event['assuranceLevel'] as string);
    case 'token_refreshed':
      return hasContext && Number.isInteger(event['generation']) && (event['generation'] as number) >= 0;
    case 'attributes_changed':
      return isObject(event['attributes']) && !Array.isArray(event['attributes']);
    case 'revoked':
      return isName(event['code']);
    default:
      return false;
  }
}

/** Whether a value is a session with every fact that a verdict rests on. */
export function isUsable(session: unknown): boolean {
  if (!isObject(session)) return false;
  const { createdAt, authenticatedAt, lastActivityAt, recordedAt, ended } = session;
  return (
    [createdAt, authenticatedAt, lastActivityAt, recordedAt, session['attributesAt']].every(isMoment) &&
    hasEach(session['proofs'], LEVELS, (proof) => proof === null || isMoment(proof)) &&
    hasEach(session['stamps'], ['idle', 'absolute', 'reauthentication'], isMoment) &&
    ['end', 'lock'].includes((session['stamps'] as { onIdle?: string }).onIdle as string) &&
    [session['bound'], session['context']].every(
      (context) => isObject(context) && Array.isArray(context['networks']),
    ) &&
    isObject(session['attributes']) &&
    (session['signals'] === null || areSignals(session['signals'])) &&
    (session['requested'] === null || isObject(session['requested'])) &&
    (session['lease'] === null || isLease(session['lease'])) &&
    isRefresh(session['refresh']) &&
    (ended === null || (isObject(ended) && isText(ended['code']) && isMoment(ended['since']) && isMoment(ended['at'])))
  );
}

function hasEach(value: unknown, keys: readonly string[], isRight: (part: unknown) => boolean): boolean {
  return isObject(value) && keys.every((key) => isRight(value[key]));
}

function areSignals(value: unknown): boolean {
  return (
    isObject(value) && Object.values(value).every((levels) => isObject(levels) && Object.values(levels).every(isMoment))
  );
}

function isLease(value: unknown): boolean {
  return hasEach(value, ['from', 'until'], isMoment) && isText((value as { operation?: unknown }).operation);
}

function isRefresh(value: unknown): boolean {
  if (!isObject(value) || !Number.isInteger(value['generation'])) return false;
  return (value['generation'] as number) >= 0 && (value['rotatedAt'] === null || isMoment(value['rotatedAt']));
}
