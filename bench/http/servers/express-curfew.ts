import { openGuard, statusOf } from './curfew.js';
import { listenExpress } from './express.js';
import { serve } from './process.js';

await serve(async (options) => {
  const { login, access } = await openGuard(options);
  return listenExpress({
    async login({ query, ip }, response) {
      response.setHeader('set-cookie', await login(String(query['user']), ip));
    },
    async protect(request, response, next) {
      const answer = await access(request.headers.cookie, request.ip);
      if (answer.effect === 'permit') next();
      else response.sendStatus(statusOf(answer));
    },
  });
});
