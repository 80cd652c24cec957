import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { fastifySessions } from '../../../src/frameworks/fastify.js';
import type { ContractRoute, FrameworkApp, FrameworkSetup } from '../../../src/testing/framework-contract.js';

export async function fastifyApp(setup: FrameworkSetup, hook: 'onRequest' | 'preHandler'): Promise<FrameworkApp> {
  const sessions = fastifySessions(setup.options);
  const app = fastify();
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('set-cookie', 'app=1; Path=/');
  });
  app.register(sessions.endpoints(setup.endpoints));
  const mount = (scope: FastifyInstance, route: ContractRoute) => {
    const guard =
      route.asks === 'nothing'
        ? {}
        : { [hook]: route.asks === 'session' ? sessions.protect() : sessions.protect(route.asks) };
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const { status, headers, body } = await route.answer(sessions.of(request, reply));
      reply.code(status);
      for (const [name, value] of headers) reply.header(name, value);
      return body;
    };
    scope.route({ method: route.method, url: route.path, handler, ...guard });
  };
  for (const route of setup.routes.filter(({ within }) => within === null)) mount(app, route);
  app.register(async (admin) => {
    admin.addHook(hook, sessions.protect());
    for (const route of setup.routes.filter(({ within }) => within !== null)) mount(admin, route);
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    async close() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
