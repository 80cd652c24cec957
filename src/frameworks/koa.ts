import {
  type EndpointAnswer,
  type EndpointOptions,
  type HttpOptions,
  httpSessions,
  type RequestSession,
} from '../http/index.js';
import { keepOnError } from './shared/koa-errors.js';
import { addLine, bodyOf, fromNode, type NodeRequest, type NodeResponse } from './shared/node.js';
import { perRequest } from './shared/per-request.js';

/** What of a context of Koa's is used. */
export interface KoaContext {
  readonly req: NodeRequest;
  readonly res: NodeResponse;
  readonly request: object;
  readonly originalUrl: string;
  readonly headerSent: boolean;
  status: number;
  body: unknown;
  onerror(error: unknown): unknown;
}

/** A middleware of Koa. */
export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown>;

/** Sessions in a Koa app. */
export interface KoaSessions<Operation extends string = string> {
  /** The session's side of a request: one for each request, whoever asks. */
  of(context: KoaContext): RequestSession<Operation>;
  /** Lets in whoever has a session, and may do this where an operation is named. */
  protect(operation?: Operation): KoaMiddleware;
  /** The session's own endpoints, below `/session`. */
  endpoints(options?: EndpointOptions): KoaMiddleware;
}

/**
 * Puts sessions into a Koa app.
 *
 * @throws an error with code `http_options_invalid` that says which option is wrong.
 * @example
 * const sessions = koaSessions({ engine });
 * const app = new Koa();
 * app.use(sessions.endpoints());
 * app.use(sessions.protect());
 * app.use((ctx) => {
 *   ctx.body = { hello: sessions.of(ctx).session?.subject };
 * });
 */
export function koaSessions<Operation extends string>(options: HttpOptions<Operation>): KoaSessions<Operation> {
  const sessions = httpSessions(options);
  const known = perRequest<RequestSession<Operation>>();
  const of = (context: KoaContext) =>
    known(context.req, () => {
      const keep = keepOnError(context);
      const append = (name: string, value: string) => {
        keep(name, value);
        addLine(context.res, name, value);
      };
      return sessions.open(requestOf(context), append, () => !context.headerSent);
    });
  return {
    of,
    protect: (operation) => async (context, next) => {
      const refusal = await of(context).protect(operation);
      return refusal === null ? next() : answerWith(context, refusal);
    },
    endpoints(endpoints) {
      const answer = sessions.endpoints(endpoints);
      return async (context, next) => {
        const body = () => bodyOf(context.req, (context.request as { readonly body?: unknown }).body);
        const open = () => ({ request: requestOf(context), session: of(context), body });
        const given = await answer(context.originalUrl, open);
        return given === null ? next() : answerWith(context, given);
      };
    },
  };
}

/** Koa keeps the address that came, whatever a router has made of it since. */
function requestOf(context: KoaContext) {
  return { ...fromNode(context.req, context), url: context.originalUrl };
}

function answerWith(context: KoaContext, { status, headers, body }: EndpointAnswer): void {
  if (context.headerSent) return;
  context.body = body === '' ? null : body;
  // after the body, which has a status of its own
  context.status = status;
  for (const [name, value] of headers) addLine(context.res, name, value);
}
