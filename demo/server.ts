import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Proof } from 'curfew/engine';
import { isCrossSite, type ReauthenticationRequest, readJson } from 'curfew/http';
import { PRETEND_ADDRESS, PRETEND_DEVICE } from './pretend.js';
import { checkPassword } from './server/accounts.js';
import { type Assets, loadAssets } from './server/assets.js';
import { serve } from './server/explaining.js';
import { streamLog } from './server/live-stream.js';
import { httpRequestOf, problem, type Reply, send } from './server/node-http.js';
import { ROUTES } from './server/routes.js';
import { levelOf, makeWorld, type World, type WorldOptions } from './server/world.js';

/** How the demo is started. Time is an argument, so that a test can move it. */
export interface DemoOptions extends WorldOptions {
  /** The port to begin with; the next free one is taken. Default 3000; 0 for any. */
  readonly port?: number;
}

/** The demo, running. */
export interface Demo {
  readonly url: string;
  /** What the sessions are kept in, in words. */
  readonly store: string;
  close(): Promise<void>;
}

/** Only this machine: the passwords are on the page. */
const HOST = '127.0.0.1';
const PORTS_TRIED = 20;
const LAST_PORT = 65_535;

/** Starts the demo: one process, an application with real sessions, and a console that shows what is decided. */
export async function startDemo({ port = 3000, ...options }: DemoOptions = {}): Promise<Demo> {
  const assets = await loadAssets();
  const world = await makeWorld(options);
  const server = createServer((request, response) => {
    handle(world, assets, request, response).catch(() => {
      if (!response.headersSent) send(response, problem(500, 'demo_failed', 'The demo failed. Nobody was let in.'));
      else response.destroy();
    });
  });
  const bound = await listen(server, port);
  return {
    // by its number: the name may lead to another server, on the other loopback address
    url: `http://${HOST}:${bound}`,
    store: world.store.name,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await world.engine.close();
      world.store.close();
    },
  };
}

async function handle(world: World, assets: Assets, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = httpRequestOf(message);
  const path = request.url.split('?', 1)[0] as string;
  // a name that leads here is somebody else's page asking (DNS rebinding)
  if (!isOwnHost(message.headers.host)) return send(response, problem(421, 'host_unknown', 'Ask for localhost.'));
  const asset = request.method === 'GET' ? assets.get(path) : undefined;
  if (asset !== undefined) return send(response, asset);
  if (path === '/demo/events') return streamLog(world.log, message, response);
  const from = `${message.headers[PRETEND_DEVICE] ?? ''} ${message.headers[PRETEND_ADDRESS] ?? ''}`.trim();
  const served = { request: `${request.method} ${path}`, from };
  send(response, await serve(served, () => answer(world, message, response)));
}

async function answer(world: World, message: IncomingMessage, response: ServerResponse): Promise<Reply> {
  const request = httpRequestOf(message);
  const session = world.sessions.open(request, (name, value) => void response.appendHeader(name, value));
  const body = () => readJson(message);
  const own = await world.sessions.answer({ request, session, body }, { reauthenticate });
  if (own !== null) return own;
  const route = ROUTES[`${request.method} ${request.url.split('?', 1)[0]}`];
  if (route === undefined) return problem(404, 'not_found', 'There is nothing here.');
  if (isCrossSite(request)) return problem(403, 'request_cross_site', 'This request came from another site.');
  return route({ world, request, session, body });
}

/** A password is a proof; with the code it is a stronger one. */
function reauthenticate({ body, session }: ReauthenticationRequest): Proof | null {
  const { password, code } = (body ?? {}) as Record<string, unknown>;
  const isPasswordRight = checkPassword(session.subject, password) !== null;
  const assuranceLevel = levelOf(session.subject, isPasswordRight, code);
  return assuranceLevel === null ? null : { assuranceLevel };
}

function isOwnHost(host: string | undefined): boolean {
  return /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(host ?? '');
}

async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; ; port++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, HOST, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      server.removeAllListeners('error');
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken || port >= Math.min(first + PORTS_TRIED, LAST_PORT)) throw error;
    }
  }
}
