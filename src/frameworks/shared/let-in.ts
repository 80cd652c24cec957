import { curfewError } from '../../core/errors.js';
import type { Context } from '../../core/session.js';
import type { Answer } from '../../engine/answers.js';
import type { Permitted } from '../../sockets/connection.js';

/** A request that was let in: what `of` of a framework's sessions gives. */
export interface LetIn {
  readonly answer: Answer | null;
  readonly context?: Context;
}

/**
 * The permit of a request that was let in.
 *
 * @throws an error with code `socket_not_permitted` if it was not.
 */
export function permitted({ answer }: LetIn): Permitted {
  if (answer?.effect === 'permit') return answer;
  const message = 'ask `protect` first, and go on only where it refuses nothing';
  throw curfewError('socket_not_permitted', 'this request was not let in:', [{ path: '', code: 'invalid', message }]);
}
