import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { honoSessions } from '../../../src/frameworks/hono.js';
import type { ContractRoute, FrameworkApp, FrameworkSetup } from '../../../src/testing/framework-contract.js';
import { listening } from './listening.js';

/** `responds` with the context's means, or with a `Response` that the handler makes by itself. */
export async function honoApp(setup: FrameworkSetup): Promise<FrameworkApp> {
  const sessions = honoSessions(setup.options);
  const app = new Hono();
  app.use(async (c, next) => {
    c.header('Set-Cookie', 'app=1; Path=/', { append: true });
    await next();
  });
  app.use(sessions.endpoints(setup.endpoints));
  app.use('/admin/*', sessions.protect());
  const run = (route: ContractRoute) => async (c: Context) => {
    const { status, headers, body } = await route.answer(sessions.of(c));
    for (const [name, value] of headers) c.header(name, value, { append: name === 'set-cookie' });
    return c.body(body, status as 200);
  };
  for (const route of setup.routes) {
    if (route.asks === 'nothing') app.on(route.method, route.path, run(route));
    else {
      const guard = route.asks === 'session' ? sessions.protect() : sessions.protect(route.asks);
      app.on(route.method, route.path, guard, run(route));
    }
  }
  app.onError((_error, c) => c.text('handled', 500));
  return listening(createAdaptorServer({ fetch: app.fetch }) as Server);
}
