import type { Engine } from 'curfew/engine';
import { koaSessions } from 'curfew/frameworks/koa';
import { readJson } from 'curfew/http';
import Koa from 'koa';

/** Stands for your own check of a password. */
const isRight = (body: unknown) => (body as { password?: unknown } | null)?.password === 'correct';

/** A Koa app with sessions; a router's routes take `sessions.protect()` as any other middleware. */
export function makeApp(engine: Engine<'payment:create'>) {
  const sessions = koaSessions({ engine, pages: { signIn: '/login' } });
  const app = new Koa();
  app.use(sessions.endpoints({ reauthenticate: ({ body }) => (isRight(body) ? { assuranceLevel: 'aal2' } : null) }));

  app.use(async (ctx, next) => {
    if (ctx.path !== '/login') return next();
    if (!isRight(await readJson(ctx.req))) return ctx.throw(403);
    const { effect } = await sessions.of(ctx).start({ subject: 'alice' });
    ctx.status = effect === 'permit' ? 204 : 503;
  });
  app.use(sessions.protect()); // all that comes after
  const mayPay = sessions.protect('payment:create');
  app.use((ctx, next) => (ctx.path === '/admin/pay' ? mayPay(ctx, next) : next()));
  app.use((ctx) => {
    ctx.body = ctx.path === '/admin/pay' ? { paid: true } : { subject: sessions.of(ctx).session?.subject };
  });
  return app;
}
