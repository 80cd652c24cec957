import {
  type EndpointAnswer,
  type EndpointOptions,
  type HttpOptions,
  httpSessions,
  type RequestSession,
} from '../http/index.js';
import { bodyOf, fromNode, type NodeRequest, urlOf } from './shared/node.js';
import { perRequest } from './shared/per-request.js';

/** What of a request of Fastify's is looked at. */
export interface FastifyRequestLike {
  readonly raw: NodeRequest;
}

/** What of a reply of Fastify's is used. */
export interface FastifyReplyLike {
  readonly sent: boolean;
  readonly raw: { readonly headersSent: boolean };
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body?: string): unknown;
  callNotFound(): unknown;
}

/** A hook of Fastify's, for `onRequest` or `preHandler`. */
export type FastifyHook = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>;

/** What of a Fastify instance the plugin with the endpoints uses. */
export interface FastifyScope {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: string,
    parse: (request: FastifyRequestLike, payload: unknown, done: (error: null) => void) => void,
  ): unknown;
  all(path: string, handler: FastifyHook): unknown;
}

/** Sessions in a Fastify app. */
export interface FastifySessions<Operation extends string = string> {
  /** The session's side of a request: one for each request, whoever asks. */
  of(request: FastifyRequestLike, reply: FastifyReplyLike): RequestSession<Operation>;
  /** Lets in whoever has a session, and may do this where an operation is named. */
  protect(operation?: Operation): FastifyHook;
  /** The session's own endpoints, below `/session`, as a plugin. */
  endpoints(options?: EndpointOptions): (scope: FastifyScope) => Promise<void>;
}

/**
 * Puts sessions into a Fastify app.
 *
 * @throws an error with code `http_options_invalid` that says which option is wrong.
 * @example
 * const sessions = fastifySessions({ engine });
 * const app = fastify();
 * app.register(sessions.endpoints());
 * app.get('/account', { onRequest: sessions.protect() }, async (request, reply) => {
 *   return { hello: sessions.of(request, reply).session?.subject };
 * });
 */
export function fastifySessions<Operation extends string>(options: HttpOptions<Operation>): FastifySessions<Operation> {
  const sessions = httpSessions(options);
  const known = perRequest<RequestSession<Operation>>();
  const of = (request: FastifyRequestLike, reply: FastifyReplyLike) =>
    known(request.raw, () =>
      sessions.open(
        fromNode(request.raw, request),
        // Fastify itself keeps several `Set-Cookie` apart
        (name, value) => (isSent(reply) ? undefined : reply.header(name, value)),
        () => !isSent(reply),
      ),
    );
  return {
    of,
    protect: (operation) => async (request, reply) => {
      const refusal = await of(request, reply).protect(operation);
      return refusal === null ? undefined : answerWith(reply, refusal);
    },
    endpoints(endpoints = {}) {
      const answerTo = sessions.endpoints(endpoints);
      return async (scope) => {
        // in this plugin only: a body is read where it is wanted, and no other kind of body is an error
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
        const answer: FastifyHook = async (request, reply) => {
          const given = await answerTo(urlOf(request.raw), () => ({
            request: fromNode(request.raw, request),
            session: of(request, reply),
            body: () => bodyOf(request.raw),
          }));
          return given === null ? reply.callNotFound() : answerWith(reply, given);
        };
        const { path = '/session' } = endpoints;
        scope.all(path, answer);
        scope.all(`${path}/*`, answer);
      };
    },
  };
}

/** Whoever writes to Node's own response has sent it, though Fastify does not know. */
function isSent({ sent, raw }: FastifyReplyLike): boolean {
  return sent || raw.headersSent;
}

/** The reply is the hook's answer: by it, Fastify knows that the route must not run. */
function answerWith(reply: FastifyReplyLike, { status, headers, body }: EndpointAnswer): FastifyReplyLike {
  if (reply.sent) return reply;
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  reply.send(body);
  return reply;
}
