import {
  type EndpointAnswer,
  type EndpointOptions,
  type HeaderLine,
  type HttpOptions,
  type HttpRequest,
  type HttpSessions,
  httpSessions,
  type RequestSession,
} from '../http/index.js';
import { hasHungUp, type NodeSocket } from './shared/connection.js';
import { perRequest } from './shared/per-request.js';
import { fromWeb, jsonOf } from './shared/web.js';

/** What of a context of Hono's is used. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  readonly env: unknown;
  /** Whether there is a response. */
  readonly finalized: boolean;
  res: Response;
  header(name: string, value?: string, options?: { append?: boolean }): void;
  body(data: string | null, status?: number): Response;
}

/** A middleware of Hono. */
export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>;

/** How sessions and Hono meet. */
export interface HonoOptions<Operation extends string = string> extends HttpOptions<Operation> {
  /** Who is at the other end of the connection. Default: what `@hono/node-server` says; elsewhere nobody can tell. */
  readonly remoteAddress?: (context: HonoContext) => string | null | undefined;
}

/** Sessions in a Hono app. */
export interface HonoSessions<Operation extends string = string> {
  /** The session's side of a request: one for each request, whoever asks. */
  of(context: HonoContext): RequestSession<Operation>;
  /** Lets in whoever has a session, and may do this where an operation is named. */
  protect(operation?: Operation): HonoMiddleware;
  /** The session's own endpoints, below `/session`. */
  endpoints(options?: EndpointOptions): HonoMiddleware;
}

interface Opened<Operation extends string> {
  readonly seen: HttpRequest;
  readonly session: RequestSession<Operation>;
  readonly lines: HeaderLine[];
  /** How many of the guards on this request are waiting for what comes after them. */
  waiting: number;
}

/**
 * Puts sessions into a Hono app.
 *
 * @throws an error with code `http_options_invalid` that says which option is wrong.
 * @example
 * const sessions = honoSessions({ engine });
 * const app = new Hono();
 * app.use(sessions.endpoints());
 * app.get('/account', sessions.protect(), (c) => c.json({ hello: sessions.of(c).session?.subject }));
 *
 * (await app.request('/account')).status; // => 401
 */
export function honoSessions<Operation extends string>(options: HonoOptions<Operation>): HonoSessions<Operation> {
  const sessions = httpSessions(options);
  const opened = openings(sessions, options);
  return {
    of: (context) => opened(context).session,
    protect: (operation) => async (context, next) => {
      const opening = opened(context);
      const refusal = await opening.session.protect(operation);
      if (refusal !== null) return answerWith(context, refusal);
      opening.waiting += 1;
      await next().finally(() => {
        opening.waiting -= 1;
      });
      keepLines(context, opening.lines);
      return undefined;
    },
    endpoints(endpoints) {
      const answer = sessions.endpoints(endpoints);
      return async (context, next) => {
        const given = await answer(context.req.raw.url, () => {
          const { seen, session } = opened(context);
          return { request: seen, session, body: () => jsonOf(context.req.raw) };
        });
        if (given !== null) return answerWith(context, given);
        await next();
        return undefined;
      };
    },
  };
}

/** One for each request, made when it is first asked for. */
function openings<Operation extends string>(
  sessions: HttpSessions<Operation>,
  { remoteAddress = ofNodeServer }: HonoOptions<Operation>,
): (context: HonoContext) => Opened<Operation> {
  const known = perRequest<Opened<Operation>>();
  return (context) =>
    known(context.req.raw, () => {
      const address = remoteAddress(context) ?? null;
      const isGone = address === null && hasHungUp(socketOf(context));
      const seen = { ...fromWeb(context.req.raw, address, context), isGone };
      const lines: HeaderLine[] = [];
      const append = (name: string, value: string) => {
        lines.push([name, value]);
        addLine(context, name, value);
      };
      const session = sessions.open(seen, append, () => !isSent(context, opening.waiting));
      const opening: Opened<Operation> = { seen, lines, waiting: 0, session };
      return opening;
    });
}

/** A response that is there is sent in the end, unless one of the guards still has it in hand. */
function isSent({ env, finalized }: HonoContext, waiting: number): boolean {
  const { outgoing } = (env ?? {}) as { readonly outgoing?: { readonly headersSent?: boolean } };
  return outgoing?.headersSent === true || (finalized && waiting === 0);
}

function addLine(context: HonoContext, name: string, value: string): void {
  context.header(name, value, { append: name.toLowerCase() === 'set-cookie' });
}

/** By way of the context, which has what the app's middleware set before. */
function answerWith(context: HonoContext, { status, headers, body }: EndpointAnswer): Response {
  for (const [name, value] of headers) addLine(context, name, value);
  return context.body(body === '' ? null : body, status);
}

/** A handler that makes a `Response` by itself has none of the context's headers. */
function keepLines(context: HonoContext, lines: readonly HeaderLine[]): void {
  const { headers, status } = context.res;
  // a switch of protocols, or an error of the network, has no headers to add to
  if (status < 200) return;
  const cookies = headers.getSetCookie();
  const isLost = ([name, value]: HeaderLine) =>
    name.toLowerCase() === 'set-cookie' ? !cookies.includes(value) : !headers.has(name);
  for (const [name, value] of lines.filter(isLost)) addLine(context, name, value);
}

function ofNodeServer(context: HonoContext): string | null {
  return socketOf(context)?.remoteAddress ?? null;
}

/** The connection, where `@hono/node-server` hands it over. */
function socketOf({ env }: HonoContext): NodeSocket | undefined {
  const { incoming } = (env ?? {}) as { readonly incoming?: { readonly socket?: NodeSocket } };
  return incoming?.socket;
}
