import { peer } from '../../peers/candidate.js';
import { listenExpress } from './express.js';
import { SECRET, serve } from './process.js';
import { connect } from './redis.js';

await serve(async ({ redisUrl }) => {
  const { betterAuth } = await peer('better-auth');
  const { memoryAdapter } = await peer('better-auth/adapters/memory');
  const { fromNodeHeaders } = await peer('better-auth/node');
  const redis = await connect(redisUrl);
  const auth = betterAuth({
    secret: SECRET,
    baseURL: 'http://127.0.0.1',
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    // its sessions are in Redis then, and its users alone in memory
    secondaryStorage: {
      get: (key: string) => redis.get(key),
      set: (key: string, value: string, ttl?: number) =>
        ttl === undefined ? redis.set(key, value) : redis.set(key, value, { expiration: { type: 'EX', value: ttl } }),
      delete: (key: string) => redis.del(key),
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // logins are not measured: no time is spent on hashes
    emailAndPassword: {
      enabled: true,
      password: { hash: async (password: string) => password, verify: async () => true },
    },
  });
  return listenExpress({
    async login({ query }, response) {
      const name = String(query['user']);
      const body = { name, email: `${name}@example.com`, password: 'never checked' };
      const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true });
      response.setHeader('set-cookie', headers.getSetCookie());
    },
    async protect(request, response, next) {
      const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
      if (session === null) response.sendStatus(401);
      else next();
    },
  });
});
