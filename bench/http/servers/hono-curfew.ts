import type { IncomingMessage } from 'node:http';
import { peer } from '../../peers/candidate.js';
import { openGuard, statusOf } from './curfew.js';
import { serve } from './process.js';

/** The parts of Hono that are used here; its types are not installed. */
interface Context {
  readonly req: { header(name: string): string | undefined; query(name: string): string };
  readonly env: { readonly incoming: IncomingMessage };
  header(name: string, value: string): void;
  json(body: unknown): Response;
  body(body: null, status: number): Response;
}

await serve(async (options) => {
  const { login, access } = await openGuard(options);
  const { Hono } = await peer('hono');
  const { serve: listen } = await peer('@hono/node-server');
  const app = new Hono();
  const done = (context: Context) => context.json({ ok: true });
  app.get('/bare', done);
  app.get('/login', async (context: Context) => {
    context.header('set-cookie', await login(context.req.query('user'), ipOf(context)));
    return done(context);
  });
  app.use('/protected', async (context: Context, next: () => Promise<void>) => {
    const answer = await access(context.req.header('cookie'), ipOf(context));
    return answer.effect === 'permit' ? next() : context.body(null, statusOf(answer));
  });
  app.get('/protected', done);
  return new Promise((resolve) => {
    const settings = { fetch: app.fetch, port: 0, hostname: '127.0.0.1' };
    listen(settings, ({ port }: { readonly port: number }) => resolve(port));
  });
});

function ipOf({ env }: Context): string {
  return env.incoming.socket.remoteAddress ?? '';
}
