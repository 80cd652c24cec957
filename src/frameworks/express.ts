import { type EndpointOptions, type HttpOptions, httpSessions, type RequestSession } from '../http/index.js';
import { addLine, bodyOf, fromNode, type NodeRequest, type NodeResponse, sendAnswer, urlOf } from './shared/node.js';
import { perRequest } from './shared/per-request.js';

/** A middleware of Express 5 or 4, of Connect, and of whatever else takes `(request, response, next)`. */
export type ExpressMiddleware = (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void) => void;

/** Sessions in an Express app. */
export interface ExpressSessions<Operation extends string = string> {
  /** The session's side of a request: one for each request, whoever asks. */
  of(request: NodeRequest, response: NodeResponse): RequestSession<Operation>;
  /** Lets in whoever has a session, and may do this where an operation is named. */
  protect(operation?: Operation): ExpressMiddleware;
  /** The session's own endpoints, below `/session`. */
  endpoints(options?: EndpointOptions): ExpressMiddleware;
}

/**
 * Puts sessions into an Express app, version 5 or 4.
 *
 * @throws an error with code `http_options_invalid` that says which option is wrong.
 * @example
 * const sessions = expressSessions({ engine });
 * const app = express();
 * app.use(sessions.endpoints());
 * app.get('/account', sessions.protect(), (req, res) => {
 *   res.json({ hello: sessions.of(req, res).session?.subject });
 * });
 */
export function expressSessions<Operation extends string>(options: HttpOptions<Operation>): ExpressSessions<Operation> {
  const sessions = httpSessions(options);
  const known = perRequest<RequestSession<Operation>>();
  const of = (request: NodeRequest, response: NodeResponse) =>
    known(request, () =>
      sessions.open(
        fromNode(request, request),
        (name, value) => addLine(response, name, value),
        () => !response.headersSent,
      ),
    );
  return {
    of,
    protect: (operation) => middleware(async (request, response) => of(request, response).protect(operation)),
    endpoints(endpoints) {
      const answer = sessions.endpoints(endpoints);
      return middleware(async (request, response) =>
        answer(urlOf(request), () => ({
          request: fromNode(request, request),
          session: of(request, response),
          body: () => bodyOf(request),
        })),
      );
    },
  };
}

type Answering = (request: NodeRequest, response: NodeResponse) => Promise<Parameters<typeof sendAnswer>[1] | null>;

/** Goes on where there is nothing to answer. An error goes to the app's error handling, and lets nobody in. */
function middleware(answer: Answering): ExpressMiddleware {
  return (request, response, next) => {
    const answered = answer(request, response).then((given) => {
      if (given !== null) sendAnswer(response, given);
      return given !== null;
    });
    answered.then(
      (isAnswered) => (isAnswered ? undefined : next()),
      // to Express nothing, and the words `route` and `router`, mean "go on": that must not become of an error
      (error: unknown) =>
        next(error instanceof Error ? error : new Error('the session could not be read', { cause: error })),
    );
  };
}
