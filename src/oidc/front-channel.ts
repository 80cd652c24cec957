import type { Answer } from '../engine/answers.js';
import type { Engine } from '../engine/engine.js';
import type { Which } from '../engine/question.js';
import type { Ending } from '../engine/requests.js';
import { ISSUER, SID, textOf } from './attributes.js';
import { isText } from './claims.js';

/** Whose logouts through the browser are believed. */
export interface FrontChannelOptions {
  readonly engine: Pick<Engine, 'peek'>;
  /** The provider's `iss`. */
  readonly issuer: string;
  /**
   * Also end the browser's session when the provider names none. Any page can then log people out who follow its link.
   * Default false: register `frontchannel_logout_session_required`.
   */
  readonly allowUnnamed?: boolean;
}

/** What of a request's session is used: `sessions.of(request)` of a framework adapter has it. */
export interface FrontChannelSession {
  presented(): Promise<
    { readonly kind: 'credential'; readonly which: Which } | { readonly kind: 'none' | 'malformed' }
  >;
  end(ending?: Ending): Promise<Answer | null>;
}

/** What to answer the frame with, beside the headers that the session's request has gathered. */
export interface FrontChannelAnswer {
  /** 200: the session has ended, or it is not the one that is meant. 400: the address is no good. 503: try again. */
  readonly status: 200 | 400 | 503;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/**
 * The page that a provider loads in a frame (OpenID Connect Front-Channel Logout 1.0): register its address as
 * `frontchannel_logout_uri`. `session` is the request's own, of your framework adapter; it ends if its `iss` and `sid`
 * are those of the address, and no other does.
 *
 * Browsers send no cookie that is `SameSite=Lax` into the frame of another site, so this works where the provider and
 * the application are one site. Use `backChannelLogout` as well.
 *
 * @example
 * const sessions = fetchSessions({ engine });
 * const logout = sessions.open(async (request, session) => {
 *   const { status, headers, body } = await frontChannelLogout(request.url, session, { engine, issuer });
 *   return new Response(body, { status, headers });
 * });
 * (await logout(new Request('https://app.example.com/logout?sid=p-1'))).status; // => 400
 */
export async function frontChannelLogout(
  url: string,
  session: FrontChannelSession,
  options: FrontChannelOptions,
): Promise<FrontChannelAnswer> {
  const { searchParams } = new URL(url, 'http://localhost');
  const [issuers, sids] = [searchParams.getAll('iss'), searchParams.getAll('sid')];
  const isUnnamed = issuers.length === 0 && sids.length === 0;
  const [sid] = sids;
  const isNamed = issuers.length === 1 && issuers[0] === options.issuer && sids.length === 1 && isText(sid);
  if (!isNamed && !(isUnnamed && options.allowUnnamed === true)) return answer(400);
  const presented = await session.presented();
  if (presented.kind !== 'credential') return answer(200);
  if (isNamed) {
    const seen = await options.engine.peek(presented.which);
    if (seen.effect === 'indeterminate') return answer(503);
    if (seen.session === null || textOf(seen.session, SID) !== sid) return answer(200);
    if (textOf(seen.session, ISSUER) !== options.issuer) return answer(200);
  }
  const ended = await session.end({ code: 'logout', by: options.issuer });
  return answer(ended?.effect === 'indeterminate' ? 503 : 200);
}

function answer(status: FrontChannelAnswer['status']): FrontChannelAnswer {
  const headers = [
    ['cache-control', 'no-store'],
    ['content-type', 'text/html; charset=utf-8'],
  ] as const;
  return { status, headers, body: '<!doctype html><title>Logout</title>' };
}
