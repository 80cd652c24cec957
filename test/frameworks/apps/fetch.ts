import type { IncomingMessage, Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { fetchSessions } from '../../../src/frameworks/fetch.js';
import type { RequestSession } from '../../../src/http/index.js';
import type {
  ContractOperation,
  ContractRoute,
  FrameworkApp,
  FrameworkSetup,
} from '../../../src/testing/framework-contract.js';
import { listening } from './listening.js';

interface Env {
  readonly incoming: IncomingMessage;
}

export async function fetchApp(setup: FrameworkSetup): Promise<FrameworkApp> {
  const sessions = fetchSessions({
    ...setup.options,
    remoteAddress: (_request, env: Env) => env.incoming.socket.remoteAddress,
  });
  const endpoints = sessions.endpoints(setup.endpoints);
  const routed = routesOf(setup, sessions);
  const answer = async (request: Request, env: Env) => {
    const given = await endpoints(request, env);
    if (given !== null) return given;
    const { pathname } = new URL(request.url);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = routed.get(`${method} ${pathname}`);
    return route === undefined ? new Response('nothing', { status: 404 }) : route(request, env);
  };
  const server = createAdaptorServer({
    fetch: async (request, env) => {
      try {
        return await answer(request, env as unknown as Env);
      } catch {
        return new Response('handled', { status: 500 });
      }
    },
  });
  return listening(server as Server);
}

export type Handler = (request: Request, ...more: unknown[]) => Promise<Response>;

type Mounted = Pick<ReturnType<typeof fetchSessions<ContractOperation>>, 'open' | 'protect'>;

/** Each route behind the guards that it asks for; an area's guard goes around the route's own. */
export function routesOf({ routes }: FrameworkSetup, sessions: Mounted): Map<string, Handler> {
  const run = (route: ContractRoute) => async (_request: Request, session: RequestSession<ContractOperation>) => {
    const { status, headers, body } = await route.answer(session);
    return new Response(body, { status, headers: headers.map(([name, value]): [string, string] => [name, value]) });
  };
  return new Map(
    routes.map((route) => {
      const own: Handler =
        route.asks === 'nothing'
          ? sessions.open(run(route))
          : sessions.protect(run(route), route.asks === 'session' ? undefined : route.asks);
      const handler: Handler =
        route.within === null
          ? own
          : sessions.protect((request, _session, ...more: unknown[]) => own(request, ...more));
      return [`${route.method} ${route.path}`, handler];
    }),
  );
}
