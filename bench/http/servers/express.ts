import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { peer } from '../../peers/candidate.js';

/** The parts of Express that are used here; its types are not installed. */
export interface Request extends IncomingMessage {
  readonly ip: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
}

export interface Response extends ServerResponse {
  status(code: number): Response;
  json(body: unknown): void;
  sendStatus(code: number): void;
}

export type Handler = (request: Request, response: Response, next: () => void) => unknown;

/** How one variant starts sessions and protects a route. */
export interface Protection {
  /** Runs before both handlers, never before `/bare`. */
  readonly middleware?: Handler;
  login(request: Request, response: Response): unknown;
  /** Lets the request go on, or answers it. */
  readonly protect: Handler;
}

/** The three routes that every server has. */
export async function listenExpress({ middleware, login, protect }: Protection): Promise<number> {
  const { default: express } = await peer('express');
  const app = express();
  const before = middleware === undefined ? [] : [middleware];
  app.get('/bare', (_request: Request, response: Response) => response.json({ ok: true }));
  app.get('/login', ...before, async (request: Request, response: Response) => {
    await login(request, response);
    response.json({ ok: true });
  });
  app.get('/protected', ...before, protect, (_request: Request, response: Response) => response.json({ ok: true }));
  return new Promise((resolve) => {
    const server: Server = app.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
