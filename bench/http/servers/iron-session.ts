import { peer } from '../../peers/candidate.js';
import { listenExpress, type Request, type Response } from './express.js';
import { IDLE_TIMEOUT, SECRET, serve } from './process.js';

await serve(async ({ flags }) => {
  const { getIronSession } = await peer('iron-session');
  const options = {
    password: SECRET,
    cookieName: 'session',
    ttl: IDLE_TIMEOUT / 1_000,
    cookieOptions: { secure: false },
  };
  const sessionOf = (request: Request, response: Response) => getIronSession(request, response, options);
  return listenExpress({
    async login(request, response) {
      const session = await sessionOf(request, response);
      session.user = String(request.query['user']);
      await session.save();
    },
    async protect(request, response, next) {
      const session = await sessionOf(request, response);
      if (session.user === undefined) return response.sendStatus(401);
      if (flags.includes('resealed')) await session.save();
      next();
    },
  });
});
