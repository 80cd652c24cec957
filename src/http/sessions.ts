import type { EndpointAnswer } from './endpoint-answers.js';
import { answerEndpoint, type EndpointOptions, pathIn, readEndpoints } from './endpoints.js';
import type { HttpOptions } from './options.js';
import type { AppendHeader, HttpRequest } from './request.js';
import { openSession, type RequestSession } from './request-session.js';
import { readSettings } from './settings.js';

/** Sessions over HTTP, without a framework: what every adapter is made of. */
export interface HttpSessions<Operation extends string = string> {
  /**
   * The session's side of a request. `append` adds a header line to its response. `canAppend` says whether it still
   * can, so that a login that comes too late is none; default: it always can.
   */
  open(request: HttpRequest, append: AppendHeader, canAppend?: () => boolean): RequestSession<Operation>;
  /**
   * The session's own endpoints: answers a request to one of them, and `null` to any other. What `open` makes is only
   * asked for where it is one.
   *
   * @throws an error with code `http_options_invalid` if the path is none.
   */
  endpoints(
    options?: EndpointOptions,
  ): (url: string, open: () => Exchange<Operation>) => Promise<EndpointAnswer | null>;
  /** Answers a request to one of the session's endpoints; `null` if it is to none. `body` reads the body as JSON. */
  answer(exchange: Exchange<Operation>, options?: EndpointOptions): Promise<EndpointAnswer | null>;
}

/** A request to an endpoint, as an adapter hands it over. */
export interface Exchange<Operation extends string = string> {
  readonly request: HttpRequest;
  /** What `open` gave for this request. */
  readonly session: RequestSession<Operation>;
  /** Reads the body as JSON; `null` if it is none. */
  readonly body: () => Promise<unknown>;
}

/**
 * Puts an engine behind HTTP: which session a request means, whose doing it is, and what to answer.
 *
 * @throws an error with code `http_options_invalid` that says which option is wrong.
 * @example
 * const sessions = httpSessions({ engine });
 * const request = { method: 'GET', url: '/', header: () => null, remoteAddress: '203.0.113.7' };
 *
 * const session = sessions.open(request, (name, value) => response.appendHeader(name, value));
 * (await session.protect())?.status; // => 401
 */
export function httpSessions<Operation extends string>(options: HttpOptions<Operation>): HttpSessions<Operation> {
  const settings = readSettings(options);
  const endpoints: HttpSessions<Operation>['endpoints'] = (given = {}) => {
    const own = readEndpoints(given);
    return async (url, open) => {
      const rest = pathIn(own, url);
      return rest === null ? null : answerEndpoint({ ...open(), settings, options: own }, rest);
    };
  };
  return {
    open: (request, append, canAppend) => openSession(settings, request, append, canAppend),
    endpoints,
    answer: async (exchange, options) => endpoints(options)(exchange.request.url, () => exchange),
  };
}
