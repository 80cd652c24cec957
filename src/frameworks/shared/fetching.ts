import {
  type HeaderLine,
  type HttpRequest,
  type HttpSessions,
  httpSessions,
  type RequestSession,
} from '../../http/index.js';
import type { FetchOptions, FetchSessions, ProtectedSession } from '../fetch.js';
import { perRequest } from './per-request.js';
import { fromWeb, jsonOf, toWeb, withLines } from './web.js';

/** What a runtime hands over beside the request. */
type More = readonly unknown[];

/** The response that was thrown, in runtimes that do that; `null` for an error. */
export type ThrownResponse = (thrown: unknown) => Response | null;

interface Opened<Operation extends string> {
  readonly seen: HttpRequest;
  readonly session: RequestSession<Operation>;
  /** Header lines that no response has yet. */
  readonly lines: HeaderLine[];
  /** How many handlers, one around the other, have not answered yet. */
  open: number;
}

/** Sessions around handlers; what a handler throws may be a response. */
export function fetchSessionsWith<Operation extends string>(
  options: FetchOptions<Operation>,
  thrownResponse: ThrownResponse,
): FetchSessions<Operation> {
  const sessions = httpSessions(options);
  const opened = openings(sessions, options);
  const around = async (request: Request, more: More, answer: (session: RequestSession<Operation>) => Answering) => {
    const opening = opened(request, more);
    opening.open += 1;
    try {
      const { session, lines } = opening;
      const response = await answered(session, thrownResponse, () => answer(session));
      return withLines(response, lines.splice(0));
    } finally {
      opening.open -= 1;
    }
  };
  return {
    of: (request, ...more) => opened(request, more).session,
    open:
      (handler) =>
      (request, ...more) =>
        around(request, more, (session) => handler(request, session, ...more)),
    protect:
      (handler, operation) =>
      (request, ...more) =>
        around(request, more, async (session) => {
          const refusal = await session.protect(operation);
          if (refusal !== null) return toWeb(refusal, request.method);
          // whoever was let in has a session
          return handler(request, session as ProtectedSession<Operation>, ...more);
        }),
    endpoints: (given) => endpointsOf(sessions.endpoints(given), opened),
  };
}

type Answering = Response | Promise<Response>;
type Openings<Operation extends string> = (request: Request, more: More) => Opened<Operation>;

/** One for each request, made when it is first asked for. */
function openings<Operation extends string>(
  sessions: HttpSessions<Operation>,
  options: FetchOptions<Operation>,
): Openings<Operation> {
  const known = perRequest<Opened<Operation>>();
  return (request, more) =>
    known(request, () => {
      const seen = seenBy(options, request, more);
      const lines: HeaderLine[] = [];
      const append = (name: string, value: string) => void lines.push([name, value]);
      const session = sessions.open(seen, append, () => opening.open > 0);
      const opening: Opened<Operation> = { seen, lines, open: 0, session };
      return opening;
    });
}

function endpointsOf<Operation extends string>(
  answerTo: ReturnType<HttpSessions<Operation>['endpoints']>,
  opened: Openings<Operation>,
): ReturnType<FetchSessions<Operation>['endpoints']> {
  return async (request, ...more) => {
    let opening: Opened<Operation> | null = null;
    const open = () => {
      opening = opened(request, more);
      opening.open += 1;
      return { request: opening.seen, session: opening.session, body: () => jsonOf(request) };
    };
    const close = (): readonly HeaderLine[] => {
      if (opening === null) return [];
      opening.open -= 1;
      return opening.lines.splice(0);
    };
    const given = await answerTo(request.url, open).catch((error: unknown) => {
      close();
      throw error;
    });
    const lines = close();
    return given === null ? null : withLines(toWeb(given, request.method), lines);
  };
}

/** A request whose client has gone has lost its address with it, where the runtime told of one. */
function seenBy<Operation extends string>(
  { remoteAddress }: FetchOptions<Operation>,
  request: Request,
  more: More,
): HttpRequest {
  const addressOf = remoteAddress as ((request: Request, ...more: unknown[]) => string | null) | undefined;
  const address = addressOf?.(request, ...more) ?? null;
  const isGone = addressOf !== undefined && address === null && request.signal?.aborted === true;
  return { ...fromWeb(request, address, request), isGone };
}

/** A response that was thrown is one; with an error there is none, and nothing that was to be added to it arrives. */
async function answered(
  session: Pick<RequestSession, 'abandon'>,
  thrownResponse: ThrownResponse,
  answer: () => Answering,
): Promise<Response> {
  try {
    return await answer();
  } catch (thrown) {
    const response = thrownResponse(thrown);
    if (response !== null) return response;
    await session.abandon();
    throw thrown;
  }
}
