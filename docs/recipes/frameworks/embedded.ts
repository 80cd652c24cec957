import { definePolicy, type Session as Facts } from 'curfew';
import { embeddedSessions } from 'curfew/frameworks/embedded';
import { expressSessions } from 'curfew/frameworks/express';
import express, { type Request } from 'express';
import session from 'express-session';

declare module 'express-session' {
  interface SessionData {
    /** Curfew's facts about this session. */
    curfew: Facts;
  }
}

/** Which sessions have ended, in this process. With several, keep it where all of them see it: Redis with `PXAT`. */
function endedSessions() {
  const ended = new Map<string, number>();
  return {
    add(id: string, until: number) {
      for (const [other, forgetAt] of ended) if (forgetAt <= Date.now()) ended.delete(other);
      ended.set(id, until);
    },
    has: (id: string) => ended.has(id),
  };
}

/** An app that has express-session already, and now a policy too. Its store, its cookie and its data stay. */
export function makeApp() {
  const policy = definePolicy({
    id: 'shop',
    idleTimeout: '15m',
    absoluteTimeout: '8h',
    operations: { 'payment:create': { assuranceLevel: 'aal2' } },
  });
  const engine = embeddedSessions({
    policy,
    // after a logout there is no `req.session` any more
    read: (req: Request) => req.session?.curfew,
    async write(req, facts) {
      if (facts !== null) req.session.curfew = facts;
      else await new Promise<void>((resolve, reject) => req.session.destroy((e) => (e ? reject(e) : resolve())));
      if (facts === null) req.res?.clearCookie('connect.sid');
    },
    // without it, a request that is on its way at a logout would bring the session back
    ended: endedSessions(),
  });
  const sessions = expressSessions({ engine });
  const app = express();
  app.use(session({ secret: 'yours', resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }));

  app.use(sessions.endpoints());

  app.post('/login', async (req, res) => {
    // as before: a new id at each login, so that nobody can have planted it
    await new Promise((resolve) => req.session.regenerate(resolve));
    await sessions.of(req, res).start({ subject: 'alice' });
    res.sendStatus(204);
  });
  app.get('/account', sessions.protect(), (req, res) => void res.json({ subject: req.session.curfew?.subject }));
  app.post('/admin/pay', sessions.protect('payment:create'), (_req, res) => void res.json({ paid: true }));
  return app;
}
