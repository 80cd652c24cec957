import { curfewError } from '../core/errors.js';

/**
 * What to say where the response has gone: a cookie that does not arrive is a login that nobody has.
 *
 * @throws an error with code `response_already_sent`.
 */
export function tooLate(what: string): never {
  const message =
    'call start, reauthenticate, changeAttributes and end before the response is sent, and within what sends it';
  throw curfewError('response_already_sent', `${what} came too late:`, [{ path: '', code: 'invalid', message }]);
}
