import type { Engine } from 'curfew/engine';
import { fastifySessions } from 'curfew/frameworks/fastify';
import fastify from 'fastify';

/** Stands for your own check of a password. */
const isRight = (body: unknown) => (body as { password?: unknown } | undefined)?.password === 'correct';

/** A Fastify app with sessions. */
export function makeApp(engine: Engine<'payment:create'>) {
  const sessions = fastifySessions({ engine, pages: { signIn: '/login' } });
  const app = fastify();
  app.register(
    sessions.endpoints({ reauthenticate: ({ body }) => (isRight(body) ? { assuranceLevel: 'aal2' } : null) }),
  );

  app.post('/login', async (request, reply) => {
    if (!isRight(request.body)) return reply.code(403).send();
    const { effect } = await sessions.of(request, reply).start({ subject: 'alice' });
    return reply.code(effect === 'permit' ? 204 : 503).send();
  });
  app.get('/account', { onRequest: sessions.protect() }, async (request, reply) => {
    return { subject: sessions.of(request, reply).session?.subject };
  });
  app.register(async (admin) => {
    admin.addHook('onRequest', sessions.protect()); // a whole area, and more for one route
    admin.post('/admin/pay', { onRequest: sessions.protect('payment:create') }, async () => ({ paid: true }));
  });
  return app;
}
