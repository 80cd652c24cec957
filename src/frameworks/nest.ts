import type { EndpointOptions, HttpOptions, Refusal, RequestSession } from '../http/index.js';
import { type ExpressMiddleware, expressSessions } from './express.js';
import { type FastifyReplyLike, type FastifyRequestLike, fastifySessions } from './fastify.js';
import { addLine, type NodeRequest, type NodeResponse } from './shared/node.js';

/** What of an execution context of Nest's is used. */
export interface NestContext {
  switchToHttp(): { getRequest<Request>(): Request; getResponse<Response>(): Response };
}

/** A guard of Nest's. */
export interface NestGuard {
  canActivate(context: NestContext): Promise<boolean>;
}

/** Nest's `HttpException`: what its exception filters know. */
export type NestException = new (body: string | Record<string, unknown>, status: number) => Error;

/** How sessions and Nest meet. */
export interface NestOptions<Operation extends string = string> extends HttpOptions<Operation> {
  /** Nest's own, from `@nestjs/common`: refusals are thrown as one, so that your filters see them. */
  readonly HttpException: NestException;
}

/** A request of the platform's: Express's or Fastify's. */
export type NestRequest = NodeRequest | FastifyRequestLike;
/** A response of the platform's: Express's or Fastify's. */
export type NestResponse = NodeResponse | FastifyReplyLike;

/** Sessions in a Nest app. */
export interface NestSessions<Operation extends string = string> {
  /** The session's side of a request: one for each request, whoever asks. Take `@Res({ passthrough: true })`. */
  of(request: NestRequest, response: NestResponse): RequestSession<Operation>;
  /** A guard that lets in whoever has a session, and may do this where an operation is named. */
  protect(operation?: Operation): NestGuard;
  /** The session's own endpoints, below `/session`, for `app.use(...)`. */
  endpoints(options?: EndpointOptions): ExpressMiddleware;
}

/**
 * Puts sessions into a Nest app, on Express or Fastify.
 *
 * @throws an error with code `http_options_invalid` that says which option is wrong.
 * @example
 * const sessions = nestSessions({ engine, HttpException });
 * UseGuards(sessions.protect())(AccountController); // as a decorator: @UseGuards(sessions.protect())
 */
export function nestSessions<Operation extends string>(options: NestOptions<Operation>): NestSessions<Operation> {
  const { HttpException } = options;
  const onExpress = expressSessions(options);
  const onFastify = fastifySessions(options);
  const of = (request: NestRequest, response: NestResponse) =>
    isOfFastify(request)
      ? onFastify.of(request, response as FastifyReplyLike)
      : onExpress.of(request, response as NodeResponse);
  return {
    of,
    protect: (operation) => ({
      async canActivate(context) {
        const http = context.switchToHttp();
        const response = http.getResponse<NestResponse>();
        const refusal = await of(http.getRequest<NestRequest>(), response).protect(operation);
        if (refusal === null) return true;
        addHeaders(response, refusal);
        throw new HttpException(refusal.body === '' ? '' : JSON.parse(refusal.body), refusal.status);
      },
    }),
    endpoints: (endpoints) => onExpress.endpoints(endpoints),
  };
}

/** The filter that answers sets the status and the body, and leaves these alone. */
function addHeaders(response: NestResponse, { headers }: Refusal): void {
  for (const [name, value] of headers) {
    if ('sent' in response) {
      if (!response.sent) response.header(name, value);
    } else if (!response.headersSent) addLine(response, name, value);
  }
}

function isOfFastify(request: NestRequest): request is FastifyRequestLike {
  return 'raw' in request;
}
