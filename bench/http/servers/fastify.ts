import type { IncomingHttpHeaders } from 'node:http';

/** The parts of Fastify that are used here; its types are not installed. */
export interface Request {
  readonly headers: IncomingHttpHeaders;
  readonly ip: string;
  readonly query: Readonly<Record<string, string>>;
  readonly session: { user?: string };
}

export interface Reply {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  send(): Reply;
}

interface App {
  get(path: string, ...rest: readonly unknown[]): void;
  register(plugin: (scope: App) => Promise<void>): void;
  listen(options: { readonly port: number; readonly host: string }): Promise<string>;
}

/** How one variant starts sessions and protects a route. */
export interface Protection {
  /** Registers what runs for both routes, never for `/bare`. */
  plugins?(scope: unknown): Promise<void>;
  login(request: Request, reply: Reply): unknown;
  /** Answers the request, if it may not go on. */
  protect(request: Request, reply: Reply): Promise<unknown>;
}

/** The three routes that every server has. */
export async function listenFastify(app: App, { plugins, login, protect }: Protection): Promise<number> {
  app.get('/bare', async () => ({ ok: true }));
  app.register(async (scope) => {
    await plugins?.(scope);
    scope.get('/login', async (request: Request, reply: Reply) => {
      await login(request, reply);
      return { ok: true };
    });
    scope.get('/protected', { preHandler: protect }, async () => ({ ok: true }));
  });
  return Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
}
