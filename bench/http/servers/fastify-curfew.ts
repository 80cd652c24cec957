import { peer } from '../../peers/candidate.js';
import { openGuard, statusOf } from './curfew.js';
import { listenFastify } from './fastify.js';
import { serve } from './process.js';

await serve(async (options) => {
  const { login, access } = await openGuard(options);
  const { default: fastify } = await peer('fastify');
  return listenFastify(fastify(), {
    async login({ query, ip }, reply) {
      reply.header('set-cookie', await login(String(query['user']), ip));
    },
    async protect({ headers, ip }, reply) {
      const answer = await access(headers.cookie, ip);
      return answer.effect === 'permit' ? undefined : reply.code(statusOf(answer)).send();
    },
  });
});
