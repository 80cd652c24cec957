import { peer } from '../../peers/candidate.js';
import { listenFastify } from './fastify.js';
import { serve } from './process.js';

/** What an answer in memory takes at best: a hash and a comparison would be of this order. */
const WORK = 0.004;

/** No session at all: a hook that waits for nothing or, with `busy`, works for a few microseconds. */
await serve(async ({ flags }) => {
  const { default: fastify } = await peer('fastify');
  const isBusy = flags.includes('busy');
  return listenFastify(fastify(), {
    login({ query }, reply) {
      reply.header('set-cookie', `session=${query['user']}`);
    },
    async protect({ headers }, reply) {
      if (isBusy) work();
      await null;
      return headers.cookie === undefined ? reply.code(401).send() : undefined;
    },
  });
});

function work(): void {
  const end = performance.now() + WORK;
  while (performance.now() < end);
}
