import { peer } from '../../peers/candidate.js';
import { type Handler, listenExpress, type Request } from './express.js';
import { IDLE_TIMEOUT, SECRET, serve } from './process.js';
import { connect } from './redis.js';

type WithSession = Request & { session: { user?: string } };

await serve(async ({ redisUrl }) => {
  const { default: session } = await peer('express-session');
  const { RedisStore } = await peer('connect-redis');
  const middleware: Handler = session({
    secret: SECRET,
    store: new RedisStore({ client: await connect(redisUrl) }),
    cookie: { maxAge: IDLE_TIMEOUT },
    rolling: true,
    resave: false,
    saveUninitialized: false,
  });
  return listenExpress({
    middleware,
    login(request) {
      (request as WithSession).session.user = String(request.query['user']);
    },
    protect(request, response, next) {
      if ((request as WithSession).session.user === undefined) response.sendStatus(401);
      else next();
    },
  });
});
