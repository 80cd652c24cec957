import type { Engine } from 'curfew/engine';
import { honoSessions } from 'curfew/frameworks/hono';
import { Hono } from 'hono';

/** Stands for your own check of a password. */
const isRight = (body: unknown) => (body as { password?: unknown } | null)?.password === 'correct';

/** A Hono app with sessions. */
export function makeApp(engine: Engine<'payment:create'>) {
  // on another runtime than Node, say who is at the other end: `remoteAddress: (c) => ...`
  const sessions = honoSessions({ engine, pages: { signIn: '/login' } });
  const app = new Hono();
  app.use(sessions.endpoints({ reauthenticate: ({ body }) => (isRight(body) ? { assuranceLevel: 'aal2' } : null) }));

  app.post('/login', async (c) => {
    if (!isRight(await c.req.json())) return c.body(null, 403);
    const { effect } = await sessions.of(c).start({ subject: 'alice' });
    return c.body(null, effect === 'permit' ? 204 : 503);
  });
  app.get('/account', sessions.protect(), (c) => c.json({ subject: sessions.of(c).session?.subject }));
  app.use('/admin/*', sessions.protect()); // a whole area, and more for one route
  app.post('/admin/pay', sessions.protect('payment:create'), (c) => c.json({ paid: true }));
  return app;
}
