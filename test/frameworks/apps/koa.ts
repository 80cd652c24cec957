import { createServer } from 'node:http';
import Koa from 'koa';
import { type KoaMiddleware, koaSessions } from '../../../src/frameworks/koa.js';
import type { FrameworkApp, FrameworkSetup } from '../../../src/testing/framework-contract.js';
import { listening } from './listening.js';

export async function koaApp(setup: FrameworkSetup): Promise<FrameworkApp> {
  const sessions = koaSessions(setup.options);
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => {
    ctx.append('Set-Cookie', 'app=1; Path=/');
    await next();
  });
  app.use(sessions.endpoints(setup.endpoints));
  const isWithin = (ctx: Koa.Context) => ctx.path.startsWith('/admin/');
  const guarded =
    (guard: KoaMiddleware, when: (ctx: Koa.Context) => boolean): Koa.Middleware =>
    async (ctx, next) =>
      when(ctx) ? guard(ctx, next) : next();
  app.use(guarded(sessions.protect(), isWithin));
  for (const route of setup.routes) {
    const isIt = (ctx: Koa.Context) =>
      ctx.path === route.path && (ctx.method === 'HEAD' ? 'GET' : ctx.method) === route.method;
    if (route.asks !== 'nothing') {
      app.use(guarded(route.asks === 'session' ? sessions.protect() : sessions.protect(route.asks), isIt));
    }
    app.use(async (ctx, next) => {
      if (!isIt(ctx)) return next();
      const { status, headers, body } = await route.answer(sessions.of(ctx));
      ctx.status = status;
      ctx.body = body;
      for (const [name, value] of headers) name === 'set-cookie' ? ctx.append(name, value) : ctx.set(name, value);
    });
  }
  return listening(createServer(app.callback()));
}
