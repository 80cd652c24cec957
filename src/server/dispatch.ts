import type { IncomingMessage } from 'node:http';
import type { EndpointOptions } from '../http/endpoints.js';
import type { HeaderLine } from '../http/request.js';
import type { HttpSessions } from '../http/sessions.js';
import { ADMIN_ROUTES } from './admin-api.js';
import { AUTHZEN_ROUTES, echoOf } from './authzen.js';
import { bodyOf } from './body.js';
import type { ApiRoute } from './call.js';
import { EVALUATE_ROUTES } from './evaluate-api.js';
import type { Figures } from './figures.js';
import { type Forwarding, forwardAuth } from './forward.js';
import type { Health } from './health.js';
import type { Keyring } from './keys.js';
import type { LogRecord } from './log.js';
import { pathIn, requestOf } from './message.js';
import { AUTH_PATH } from './original.js';
import { plain, type Reply, refused } from './reply.js';
import { SESSION_ROUTES } from './session-api.js';

/** What there is behind the paths. */
export interface Parts {
  readonly forwarding: Forwarding;
  readonly sessions: HttpSessions;
  /** The endpoints for pages; `null` for none. */
  readonly endpoints: EndpointOptions | null;
  readonly keyOf: Keyring;
  readonly hasOpenMetrics: boolean;
  readonly health: Health;
  readonly counts: Figures;
  readonly log: (record: LogRecord) => void;
  readonly isClosing: () => boolean;
}

/** An endpoint by a short name, for figures, and its answer. */
export interface Dispatched {
  readonly endpoint: string;
  readonly reply: Promise<Reply>;
}

const ROUTES: readonly ApiRoute[] = [...SESSION_ROUTES, ...ADMIN_ROUTES, ...EVALUATE_ROUTES, ...AUTHZEN_ROUTES];
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Makes the way from a request to whoever answers it. */
export function dispatcher(parts: Parts): (message: IncomingMessage) => Dispatched {
  const answerPages = parts.endpoints === null ? null : parts.sessions.endpoints(parts.endpoints);
  return (message) => {
    const { url = '/', method = 'GET' } = message;
    const path = pathIn(url);
    if (path === AUTH_PATH || path.startsWith(`${AUTH_PATH}/`)) {
      return { endpoint: 'auth', reply: forwardAuth(parts.forwarding, message) };
    }
    const isRead = method === 'GET' || method === 'HEAD';
    if (isRead && path === '/healthz') return { endpoint: 'health', reply: Promise.resolve(parts.health.live()) };
    if (isRead && path === '/readyz') return { endpoint: 'health', reply: parts.health.ready(parts.isClosing()) };
    if (isRead && path === '/metrics') return { endpoint: 'metrics', reply: metrics(parts, message) };
    const known = ROUTES.filter(({ pattern }) => pattern.test(path));
    if (known.length > 0) return { endpoint: 'api', reply: api(parts, message, path, known) };
    return { endpoint: 'session', reply: answerPages === null ? notFound() : pages(parts, message, answerPages) };
  };
}

async function metrics({ hasOpenMetrics, keyOf, counts, health, isClosing }: Parts, message: IncomingMessage) {
  const caller = hasOpenMetrics ? '' : keyOf(keyIn(message), 'metrics');
  if (typeof caller !== 'string') return caller;
  const { status } = await health.ready(isClosing());
  const gauges = { curfew_gateway_closing: isClosing() ? 1 : 0, curfew_gateway_ready: status === 200 ? 1 : 0 };
  return plain(counts.text(gauges), 200, METRICS_TYPE);
}

async function api(
  { forwarding: { engine, settings }, keyOf, log }: Parts,
  message: IncomingMessage,
  path: string,
  known: readonly ApiRoute[],
): Promise<Reply> {
  const echo = path.startsWith('/access/') ? echoOf(message) : [];
  const reply = await answered();
  return echo.length === 0 ? reply : { ...reply, headers: [...reply.headers, ...echo] };

  async function answered(): Promise<Reply> {
    const route = known.find(({ method }) => method === (message.method === 'HEAD' ? 'GET' : message.method));
    if (route === undefined) return notAllowed(known);
    const caller = keyOf(keyIn(message), route.may);
    if (typeof caller !== 'string') return caller;
    const found = decoded(route.pattern.exec(path)?.slice(1) ?? []);
    return found === null ? notFound() : route.answer({ engine, settings, message, found, caller, log });
  }
}

/** Two keys are none. */
function keyIn({ headers: { authorization }, headersDistinct }: IncomingMessage): string | undefined {
  return authorization !== undefined && headersDistinct['authorization']?.length === 1 ? authorization : undefined;
}

type PageEndpoints = ReturnType<HttpSessions['endpoints']>;

/** The endpoints that pages ask about their own session, by its cookie. */
async function pages(parts: Parts, message: IncomingMessage, answerPages: PageEndpoints): Promise<Reply> {
  const lines: HeaderLine[] = [];
  const request = requestOf(message);
  const session = parts.sessions.open(request, (name, value) => void lines.push([name, value]));
  const body = async () => {
    const read = await bodyOf(message);
    return 'value' in read ? read.value : null;
  };
  const reply = await answerPages(request.url, () => ({ request, session, body }));
  if (reply === null) return notFound();
  return { ...reply, headers: latest([...lines, ...reply.headers]) };
}

/** A cookie stands beside others; any other line takes the place of the one before. */
function latest(lines: readonly HeaderLine[]): readonly HeaderLine[] {
  const cookies = lines.filter(([name]) => name.toLowerCase() === 'set-cookie');
  const others = new Map(lines.map(([name, value]) => [name.toLowerCase(), value]));
  others.delete('set-cookie');
  return [...cookies, ...others];
}

function decoded(parts: readonly string[]): readonly string[] | null {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return null;
  }
}

async function notFound(): Promise<Reply> {
  return refused(404, 'not_found', 'There is nothing here.');
}

function notAllowed(known: readonly ApiRoute[]): Reply {
  const allow = known.map(({ method }) => method).join(', ');
  return refused(405, 'method_not_allowed', `Use ${allow}.`, { headers: [['allow', allow]] });
}
