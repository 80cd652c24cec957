import { systemClock } from '../time/clock.js';
import { done, refusal, tryAgain } from './answers.js';
import { isText } from './claims.js';
import { endMeant, type SessionEnder } from './ending.js';
import { readParameter } from './form.js';
import { LEEWAY, type ProviderOptions, type ProviderTokenClaims, providerTokenReader } from './provider-token.js';
import type { Sids } from './sids.js';
import { isUsed, noteUse } from './used.js';
import { memoryValues, type SharedValues } from './values.js';

/** How a provider's logouts are received. */
export interface BackChannelOptions extends ProviderOptions {
  /** Where the sessions are; several where one logout ends sessions of several engines, the organisation's too. */
  readonly engine: SessionEnder | readonly SessionEnder[];
  /**
   * Whose a `sid` is, for tokens that say no `sub`: what `rememberingSids` noted. Without it such a token is refused,
   * because nobody can tell whom it is about.
   */
  readonly sids?: Sids;
  /** Which tokens were used. Default: in memory, 100,000 of them; processes that share it refuse each other's too. */
  readonly used?: SharedValues;
  /** What you call the person whom the provider calls `sub`. Default: the same. */
  readonly subjectOf?: (sub: string) => string | null | Promise<string | null>;
  /** Accept tokens whose header says no `typ`, or only `JWT`, as old providers send them. Default false. */
  readonly allowUntyped?: boolean;
}

/** Answers a provider's request. */
export type ProviderEndpoint = (request: Request) => Promise<Response>;

/** Names what a logout token is about (section 2.4). */
export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** For so long a login that began before a logout may be on its way. */
const LOGIN_TAKES = 3_600_000;

/**
 * The endpoint for OpenID Connect Back-Channel Logout 1.0: register its address as `backchannel_logout_uri`.
 *
 * Every rule of the token is checked (section 2.6): `typ`, signature, `iss`, `aud`, `iat`, `exp`, `events`, `sub` or
 * `sid`, no `nonce`, a `jti` that is new. With a `sid`, its sessions end; without, all of the subject's that this
 * provider logged in. A session that is over already counts as ended. 200: all have ended. 400: the token is no good.
 * 503: nobody could tell, and the same token is good once more.
 *
 * @throws an error with code `oidc_options_invalid` that names every option that is wrong.
 * @example
 * const logout = backChannelLogout({ engine, issuer, audience: 'web', keys: { keys: [] } });
 * const body = new URLSearchParams({ logout_token: 'no token' });
 * (await logout(new Request('https://app.example.com/logout', { method: 'POST', body }))).status; // => 400
 */
export function backChannelLogout(options: BackChannelOptions): ProviderEndpoint {
  const read = providerTokenReader(options);
  const used = options.used ?? memoryValues({ ...(options.clock && { clock: options.clock }) });
  const type = { typ: 'logout+jwt', isUntypedAccepted: options.allowUntyped === true };
  return async (request) => {
    const form = await readParameter(request, 'logout_token');
    if (form.refused !== null) return refusal(form.refused, form.status);
    try {
      const token = await read(form.value, type);
      if (token.refused !== null) return refusal(token.refused);
      const problem = problemOf(token.claims, options.sids !== undefined);
      if (problem !== null) return refusal(problem);
      if (await isUsed(used, token.claims)) return refusal('the token has been used');
      if (!(await isCarriedOut(options, token.claims))) return tryAgain();
      // noted at the end: a token whose logout failed half-way has to be good once more
      await noteUse(used, token.claims, options.clockLeeway ?? LEEWAY);
      return done();
    } catch {
      // keys, values or an engine that cannot be reached: the token may well be good
      return tryAgain();
    }
  };
}

/** What only a logout token has to have (section 2.4). */
function problemOf({ events, sub, sid }: ProviderTokenClaims, canFindSids: boolean): string | null {
  const event = isObject(events) ? events[LOGOUT_EVENT] : undefined;
  if (!isObject(event)) return 'events must have the member of a logout, with an object as its value';
  if (sub !== undefined && !isText(sub)) return 'sub must be a text';
  if (sid !== undefined && !isText(sid)) return 'sid must be a text';
  if (sub === undefined && sid === undefined) return 'there must be a sub, a sid, or both';
  return sub !== undefined || canFindSids ? null : 'a sid alone cannot be looked up here: send a sub';
}

async function isCarriedOut(options: BackChannelOptions, { iss: issuer, sub, sid }: ProviderTokenClaims) {
  const { sids, subjectOf = (name) => name, clock = systemClock } = options;
  const provider = isText(sid) ? { issuer, sid } : null;
  // first: a login that is on its way either is there by now, or will find this
  if (provider !== null) await sids?.end(provider, clock.now() + LOGIN_TAKES);
  const known = provider === null ? null : await sids?.find(provider);
  const named = sub === undefined ? null : await subjectOf(sub);
  const engines = Array.isArray(options.engine) ? options.engine : [options.engine];
  // what a login called the person counts too: the application may have a name of its own for them
  const subjects = new Set([known, named].filter(isText));
  const ending = { code: 'logout', by: issuer };
  const outcomes = [...subjects].map((subject) =>
    endMeant(engines, { issuer, subject, sid: provider?.sid ?? null }, ending),
  );
  return (await Promise.all(outcomes)).every((isDone) => isDone);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
