import type { Session } from '../core/session.js';
import type { EndpointOptions } from '../http/index.js';
import type { FetchHandler, FetchOptions, FetchRoute, FetchSessions, ProtectedSession } from './fetch.js';
import { fetchSessionsWith } from './shared/fetching.js';
import { nextThrown } from './shared/next-thrown.js';

/** What of `await headers()` is read. */
export type NextHeaders = Iterable<readonly [name: string, value: string]>;

/** A route handler of Next's App Router. */
export type NextRoute = (request: Request) => Promise<Response>;

/** Sessions in a Next app. */
export interface NextSessions<Operation extends string = string> extends Omit<FetchSessions<Operation>, 'endpoints'> {
  /**
   * `protect` for `proxy.ts` (`middleware.ts` before Next 16): `sessions.proxy(() => NextResponse.next())`. A route
   * behind it that protects itself too is loaded twice, because Next makes two requests of it.
   */
  proxy<Asked extends Request, More extends readonly unknown[]>(
    handler: FetchHandler<ProtectedSession<Operation>, Asked, More>,
    operation?: Operation,
  ): FetchRoute<Asked, More>;
  /**
   * For server components: the session, if there is one, from `await headers()`. They cannot set a cookie. Next tells
   * them no address of their page: name its `path` where `activity.background` or a hook of yours goes by it.
   */
  load(headers: NextHeaders, path?: string): Promise<Session | null>;
  /** The session's own endpoints, for `app/session/[[...path]]/route.ts`. */
  endpoints(
    options?: EndpointOptions,
  ): Readonly<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', NextRoute>>;
}

/**
 * Puts sessions into a Next app: route handlers, `proxy.ts` (`middleware.ts` before Next 16), server components.
 *
 * @throws an error with code `http_options_invalid` that says which option is wrong.
 * @example
 * const sessions = nextSessions({ engine });
 * const GET = sessions.protect(async (request, { session }) => Response.json({ hello: session.subject }));
 *
 * (await GET(new Request('https://app.example.com/account'))).status; // => 401
 */
export function nextSessions<Operation extends string>(options: FetchOptions<Operation>): NextSessions<Operation> {
  const { of, open, protect, endpoints } = fetchSessionsWith(options, nextThrown);
  return {
    of,
    open,
    protect,
    proxy(handler, operation) {
      const route = protect(handler, operation);
      return async (request, ...more) => withWholeAddress(await route(request, ...more), request);
    },
    load: (headers, path = '/') =>
      of(new Request(new URL(path, SOMEWHERE), { headers: [...headers].map(pair) })).load(),
    endpoints(given) {
      const answer = endpoints(given);
      const route: NextRoute = async (request) => (await answer(request)) ?? new Response(null, { status: 404 });
      return { GET: route, HEAD: route, POST: route, PUT: route, PATCH: route, DELETE: route };
    },
  };
}

/** A component is not told where it is. What the request says of its host is in its headers. */
const SOMEWHERE = 'http://localhost';

function pair([name, value]: readonly [string, string]): [string, string] {
  return [name, value];
}

/** Next takes no path for a redirect from a proxy. */
function withWholeAddress(response: Response, { url }: Request): Response {
  const location = response.headers.get('location');
  if (location === null || !location.startsWith('/')) return response;
  const next = new Response(response.body, response);
  next.headers.set('location', new URL(location, url).href);
  return next;
}
