import { hashOf, isSameHash } from '../engine/secrets.js';

/**
 * How the other side proves who it is, beside its signatures: the bearer tokens that are accepted, or a function that
 * looks at the request and says so. It is asked before the body is read.
 */
export type Authenticator = string | readonly string[] | ((request: Request) => boolean | Promise<boolean>);

/** Whether a request comes from whom it should (RFC 6750 section 2.1). Without an authenticator, anybody will do. */
export async function isAuthentic(authenticator: Authenticator | undefined, request: Request): Promise<boolean> {
  if (authenticator === undefined) return true;
  if (typeof authenticator === 'function') return (await authenticator(request)) === true;
  const presented = /^bearer +([!-~]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const accepted = typeof authenticator === 'string' ? [authenticator] : authenticator;
  // all of them, so that the time tells nothing of which it was
  const matches = accepted.filter((one) => presented !== undefined && isSameHash(hashOf(presented), hashOf(one)));
  return matches.length > 0;
}
