import { curfewError } from '../core/errors.js';
import type { Session } from '../core/session.js';
import type { Proof } from '../engine/requests.js';
import { isCrossSite } from './cross-site.js';
import { type EndpointAnswer, notAllowed, notFound } from './endpoint-answers.js';
import { type Call, routesOf } from './endpoint-routes.js';
import { crossSite } from './refusal.js';
import { type HttpRequest, pathOf } from './request.js';

/** What somebody sent to prove who they are again, and the session that it is about. */
export interface ReauthenticationRequest {
  readonly request: HttpRequest;
  /** The body, read as JSON; `null` if it is none. Nothing of it has been checked. */
  readonly body: unknown;
  readonly session: Session;
}

/** The session's own endpoints, below one path. */
export interface EndpointOptions {
  /** The whole path, with that of a router above: `/api/session`. Default `/session`. */
  readonly path?: string;
  /** Checks a password, a passkey, a code: the proof, or `null` if it is none. Without it there is no such endpoint. */
  readonly reauthenticate?: (request: ReauthenticationRequest) => Proof | null | Promise<Proof | null>;
  /** Origins other than this one whose pages may call: `https://app.example.com`. Default: none. */
  readonly trustedOrigins?: readonly string[];
}

/**
 * Refuses a path at which nothing would ever be found, or everything.
 *
 * @throws an error with code `http_options_invalid`.
 */
export function readEndpoints(options: EndpointOptions): EndpointOptions {
  const { path = '/session' } = options;
  if (typeof path === 'string' && /^(?:\/[^/*?#\s]+)+$/.test(path)) return options;
  const message = 'must be a path such as `/session`: it begins with `/` and does not end with one';
  throw curfewError('http_options_invalid', 'these options are none:', [{ path: '/path', code: 'invalid', message }]);
}

/** What follows the endpoints' own path; `null` if that is not where an address leads. */
export function pathIn({ path: base = '/session' }: EndpointOptions, url: string): string | null {
  const path = pathOf({ url });
  if (path !== base && !path.startsWith(`${base}/`)) return null;
  return path.slice(base.length).replace(/\/$/, '');
}

/**
 * Answers a request to one of the session's endpoints.
 *
 * | | |
 * |---|---|
 * | `GET /session` | its status; nothing is renewed |
 * | `POST /session/extend` | somebody pressed "stay logged in" |
 * | `GET /session/all` | the subject's sessions |
 * | `DELETE /session/all/<id>` | ends one of them |
 * | `POST /session/logout` | ends this one |
 * | `POST /session/logout-everywhere` | ends all of them, this one too |
 * | `POST /session/reauthenticate` | asks your hook, and gives a new handle |
 */
export async function answerEndpoint<Operation extends string>(
  call: Call<Operation>,
  rest: string,
): Promise<EndpointAnswer> {
  const { request, options, settings } = call;
  const method = request.method.toUpperCase() === 'HEAD' ? 'GET' : request.method.toUpperCase();
  const known = routesOf(options).filter(({ pattern }) => pattern.test(rest));
  if (known.length === 0) return notFound(settings);
  const route = known.find((one) => one.method === method);
  if (route === undefined)
    return notAllowed(
      settings,
      known.map((one) => one.method),
    );
  if (await isForged(call)) return crossSite(settings.words);
  return route.answer(call as Call, rest);
}

/** A cookie comes by itself, whoever asked; a token does not (a page of another site cannot add it). */
async function isForged<Operation extends string>({ request, options, session }: Call<Operation>): Promise<boolean> {
  if (!isCrossSite(request, options.trustedOrigins)) return false;
  const presented = await session.presented();
  return presented.kind !== 'credential' || presented.from === 'cookie';
}
