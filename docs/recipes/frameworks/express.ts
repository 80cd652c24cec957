import type { Engine } from 'curfew/engine';
import { expressSessions } from 'curfew/frameworks/express';
import { isCrossSite } from 'curfew/http';
import express from 'express';

/** Stands for your own check of a password. */
const isRight = (body: unknown) => (body as { password?: unknown } | undefined)?.password === 'correct';

/** An Express app with sessions. Version 4 is the same, but for errors in async routes. */
export function makeApp(engine: Engine<'payment:create'>) {
  const sessions = expressSessions({ engine, pages: { signIn: '/login' } });
  const app = express();
  app.use(express.json());
  app.use(sessions.endpoints({ reauthenticate: ({ body }) => (isRight(body) ? { assuranceLevel: 'aal2' } : null) }));

  // forms of your own: what another site made a browser send
  app.use((req, res, next) => {
    const { method, originalUrl: url } = req;
    const seen = { method, url, header: (name: string) => req.headers[name], remoteAddress: null };
    if (isCrossSite(seen)) res.sendStatus(403);
    else next();
  });

  app.post('/login', async (req, res) => {
    if (!isRight(req.body)) return void res.sendStatus(403);
    const { effect } = await sessions.of(req, res).start({ subject: 'alice' });
    res.sendStatus(effect === 'permit' ? 204 : 503);
  });
  app.get('/account', sessions.protect(), (req, res) => {
    res.json({ subject: sessions.of(req, res).session?.subject });
  });
  app.use('/admin', sessions.protect()); // a whole area ...
  app.post('/admin/pay', sessions.protect('payment:create'), (_req, res) => {
    res.json({ paid: true }); // ... and more for one route: asked of the session in hand
  });
  return app;
}
