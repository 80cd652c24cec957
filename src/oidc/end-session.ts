import { curfewError, type Problem } from '../core/errors.js';
import { base64url, type Random, systemRandom } from '../engine/secrets.js';
import { isText } from './claims.js';

/** What a logout at the provider says (OpenID Connect RP-Initiated Logout 1.0 section 2). */
export interface EndSessionRequest {
  /** The provider's `end_session_endpoint`. */
  readonly endpoint: string;
  /** The ID Token of the login, expired or not: with it, a provider need not ask the person. */
  readonly idTokenHint?: string;
  /** Your client id. Needed where there is no `idTokenHint`. */
  readonly clientId?: string;
  /** Where the person comes back to: as it is registered at the provider, to the letter. */
  readonly postLogoutRedirectUri?: string;
  /** What the address is given when they come back; make it with `logoutState`. */
  readonly state?: string;
  /** Whom to log out, in the provider's words: an e-mail address, a `sid`. */
  readonly logoutHint?: string;
  /** Languages for the provider's page, in order: `fr-CA fr en`. */
  readonly uiLocales?: string;
}

const STATE_BYTES = 16;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The address to send the browser to, so that the provider ends its own session, and by its back channel those of all
 * other applications. End yours first: nobody knows whether the browser gets there.
 *
 * @throws an error with code `end_session_invalid` that names every part that is wrong.
 * @example
 * const endpoint = 'https://login.example.com/logout';
 * endSessionUrl({ endpoint, clientId: 'web' }); // => 'https://login.example.com/logout?client_id=web'
 */
export function endSessionUrl(request: EndSessionRequest): string {
  const { endpoint, idTokenHint, clientId, postLogoutRedirectUri, state, logoutHint, uiLocales } = request;
  const problems: Problem[] = [];
  const check = (isRight: boolean, path: string, message: string) => {
    if (!isRight) problems.push({ path, code: 'invalid', message });
  };
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  check(url !== null && isSafe(url), '/endpoint', 'must be an address with https: (http: on this host only)');
  const isBack = postLogoutRedirectUri === undefined || URL.canParse(postLogoutRedirectUri);
  check(isBack, '/postLogoutRedirectUri', 'must be an address');
  const isKnown = isText(idTokenHint) || isText(clientId);
  check(isKnown || postLogoutRedirectUri === undefined, '/clientId', 'must be given, or `idTokenHint`');
  const isReturned = state === undefined || postLogoutRedirectUri !== undefined;
  check(isReturned, '/state', 'comes back with `postLogoutRedirectUri` only');
  if (url === null || problems.length > 0)
    throw curfewError('end_session_invalid', 'no logout can be asked for so:', problems);
  const parameters: readonly (readonly [string, string | undefined])[] = [
    ['id_token_hint', idTokenHint],
    ['client_id', clientId],
    ['post_logout_redirect_uri', postLogoutRedirectUri],
    ['state', state],
    ['logout_hint', logoutHint],
    ['ui_locales', uiLocales],
  ];
  for (const [name, value] of parameters) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/**
 * A `state` for a logout: keep it in a cookie of a few minutes, and look for it with `isLogoutReturn`.
 *
 * @example
 * logoutState().length; // => 22
 */
export function logoutState(random: Random = systemRandom): string {
  return base64url(random(STATE_BYTES));
}

/**
 * Whether an address is the return from the logout that was asked for with this `state`. `false` says nothing of any
 * session: the person came some other way, so show them no "you are signed out" that somebody else's link made.
 *
 * @example
 * isLogoutReturn('/bye?state=s1', 's1'); // => true
 * isLogoutReturn('/bye?state=s2', 's1'); // => false
 */
export function isLogoutReturn(url: string, state: string | null | undefined): boolean {
  const given = URL.canParse(url, 'http://localhost')
    ? new URL(url, 'http://localhost').searchParams.getAll('state')
    : [];
  return isText(state) && given.length === 1 && given[0] === state;
}

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}
