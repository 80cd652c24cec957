import { curfewError } from '../core/errors.js';
import type { Attributes } from '../core/session.js';

/** What a database takes as a key, in bytes; OpenID Connect's `sub` has at most 255 characters of ASCII. */
const LONGEST = 255;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Refuses a subject that some store could not keep as it is.
 *
 * @throws an error with code `login_invalid`.
 */
export function checkSubject(subject: string): void {
  const isText = !subject.includes('\0') && !LONE_SURROGATE.test(subject);
  if (isText && utf8Length(subject) <= LONGEST) return;
  const message = `must be well-formed Unicode without NUL, at most ${LONGEST} bytes long in UTF-8`;
  throw curfewError('login_invalid', 'this is not a login:', [{ path: '/subject', code: 'invalid', message }]);
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** JavaScript sets an object's prototype by that name: it would be lost on the way. */
export function checkAttributes(attributes: Attributes | undefined): void {
  if (attributes === undefined || !Object.hasOwn(attributes, '__proto__')) return;
  const message = 'is not a name that can be kept: call it otherwise';
  const problem = { path: '/attributes/__proto__', code: 'invalid', message };
  throw curfewError('attributes_invalid', 'these are no attributes:', [problem]);
}
