import type { Session } from '../core/session.js';
import type { EndpointOptions, HttpOptions, RequestSession } from '../http/index.js';
import { fetchSessionsWith } from './shared/fetching.js';

/** How sessions and standard requests meet. */
export interface FetchOptions<Operation extends string = string> extends HttpOptions<Operation> {
  /**
   * Who is at the other end of the connection: a standard request does not say. It is handed whatever the runtime
   * hands to its handlers beside the request. Default: nobody can tell.
   */
  readonly remoteAddress?: (request: Request, ...more: never[]) => string | null | undefined;
}

/** A request's session, where somebody was let in. */
export type ProtectedSession<Operation extends string = string> = RequestSession<Operation> & {
  readonly session: Session;
};

/** Answers a request. What the runtime hands over beside it (`env`, `ctx`, `info`, Next's `params`) comes last. */
export type FetchHandler<Held, Asked extends Request, More extends readonly unknown[]> = (
  request: Asked,
  session: Held,
  ...more: More
) => Response | Promise<Response>;

/** What a runtime calls. */
export type FetchRoute<Asked extends Request, More extends readonly unknown[]> = (
  request: Asked,
  ...more: More
) => Promise<Response>;

/** Sessions where a handler takes a `Request` and gives a `Response`. */
export interface FetchSessions<Operation extends string = string> {
  /** The session's side of a request: one for each request. What it adds is in the response of `open` or `protect`. */
  of(request: Request, ...more: readonly unknown[]): RequestSession<Operation>;
  /** A route for everybody, with the session at hand: for pages that are open to all, for login and logout. */
  open<Asked extends Request, More extends readonly unknown[]>(
    handler: FetchHandler<RequestSession<Operation>, Asked, More>,
  ): FetchRoute<Asked, More>;
  /** A route for whoever has a session, and may do this where an operation is named. */
  protect<Asked extends Request, More extends readonly unknown[]>(
    handler: FetchHandler<ProtectedSession<Operation>, Asked, More>,
    operation?: Operation,
  ): FetchRoute<Asked, More>;
  /** The session's own endpoints, below `/session`; `null` for a request to another address. */
  endpoints(options?: EndpointOptions): (request: Request, ...more: readonly unknown[]) => Promise<Response | null>;
}

/**
 * Puts sessions around handlers of any runtime with standard requests and responses: Deno, Bun, Workers, Next.
 *
 * @throws an error with code `http_options_invalid` that says which option is wrong.
 * @example
 * const sessions = fetchSessions({ engine });
 * const account = sessions.protect(async (request, { session }) => Response.json({ hello: session.subject }));
 *
 * (await account(new Request('https://app.example.com/account'))).status; // => 401
 */
export function fetchSessions<Operation extends string>(options: FetchOptions<Operation>): FetchSessions<Operation> {
  return fetchSessionsWith(options, () => null);
}
