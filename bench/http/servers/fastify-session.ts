import { peer } from '../../peers/candidate.js';
import { listenFastify } from './fastify.js';
import { IDLE_TIMEOUT, SECRET, serve } from './process.js';
import { connect } from './redis.js';

interface Scope {
  register(plugin: unknown, options?: unknown): Promise<void>;
}

await serve(async ({ redisUrl }) => {
  const { default: fastify } = await peer('fastify');
  const { default: cookie } = await peer('@fastify/cookie');
  const { default: session } = await peer('@fastify/session');
  const { RedisStore } = await peer('connect-redis');
  const store = new RedisStore({ client: await connect(redisUrl) });
  const settings = { secret: SECRET, store, cookie: { secure: false, maxAge: IDLE_TIMEOUT }, saveUninitialized: false };
  return listenFastify(fastify(), {
    async plugins(scope) {
      await (scope as Scope).register(cookie);
      await (scope as Scope).register(session, settings);
    },
    login(request) {
      request.session.user = String(request.query['user']);
    },
    async protect(request, reply) {
      return request.session.user === undefined ? reply.code(401).send() : undefined;
    },
  });
});
