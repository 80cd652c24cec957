import { once } from 'node:events';
import Database from 'better-sqlite3';
import { definePolicy } from 'curfew';
import { createEngine } from 'curfew/engine';
import { expressSessions } from 'curfew/frameworks/express';
import { isCrossSite, localPath } from 'curfew/http';
import { migrateSqlite, sqliteStore } from 'curfew/stores/sqlite';
import express, { type NextFunction, type Request, type Response } from 'express';

const policy = definePolicy({
  id: 'shop',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  warnBefore: '2m',
  operations: { 'payment:create': { assuranceLevel: 'aal2', authenticatedWithin: '5m' } },
});

/** A whole service: a policy, sessions in a file, pages to sign in and to confirm, and an end. */
export async function serve(file: string, port: number) {
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 200');
  await migrateSqlite(database);
  const engine = createEngine({ policy, store: sqliteStore(database) });
  const sessions = expressSessions({ engine, pages: { signIn: '/login', stepUp: '/confirm' } });

  const app = express();
  app.use(express.urlencoded({ extended: false }), express.json(), refuseForged);
  app.use(sessions.endpoints({ reauthenticate: ({ body }) => (isRight(body) ? { assuranceLevel: 'aal2' } : null) }));

  app.get('/login', (req, res) => void res.send(form('/login', req.query['return_to'])));
  app.post('/login', async (req, res) => {
    if (!isRight(req.body)) return void res.status(403).send(form('/login', req.query['return_to']));
    const { effect } = await sessions.of(req, res).start({ subject: 'alice' });
    // anybody may have written the address of this page: only a path of this site is one to go back to
    if (effect === 'permit') res.redirect(303, localPath(req.query['return_to']) ?? '/');
    else res.sendStatus(503);
  });

  // open to all, because a session that waits for a proof is let in nowhere else
  app.get('/confirm', (req, res) => void res.send(form('/confirm', req.query['return_to'])));
  app.post('/confirm', async (req, res) => {
    if (!isRight(req.body)) return void res.status(403).send(form('/confirm', req.query['return_to']));
    const { effect } = await sessions.of(req, res).reauthenticate({ assuranceLevel: 'aal2' });
    if (effect === 'permit') res.redirect(303, localPath(req.query['return_to']) ?? '/');
    else res.redirect(303, '/login');
  });
  app.post('/logout', async (req, res) => {
    const ended = await sessions.of(req, res).end();
    if (ended?.effect === 'indeterminate') res.sendStatus(503);
    else res.redirect(303, '/login');
  });

  app.get('/', sessions.protect(), (req, res) => void res.send(`Hello ${sessions.of(req, res).session?.subject}`));
  app.get('/pay', sessions.protect('payment:create'), (_req, res) => void res.send('What would you like to pay?'));

  const server = app.listen(port);
  await once(server, 'listening');
  const stop = async () => {
    server.close();
    server.closeIdleConnections();
    await once(server, 'close');
    await engine.close(); // writes what waits
    database.close();
  };
  process.once('SIGTERM', stop);
  return { server, stop };
}

/** Stands for your own check of a password, a passkey, a code. */
function isRight(body: unknown): boolean {
  return (body as { password?: unknown } | undefined)?.password === 'correct';
}

/** Forms that another site made a browser send. */
function refuseForged(req: Request, res: Response, next: NextFunction): void {
  const { method, originalUrl: url } = req;
  const seen = { method, url, header: (name: string) => req.headers[name], remoteAddress: null };
  if (isCrossSite(seen)) res.sendStatus(403);
  else next();
}

function form(page: string, returnTo: unknown): string {
  const query = new URLSearchParams({ return_to: localPath(returnTo) ?? '/' });
  return `<form method="post" action="${page}?${query}"><input type="password" name="password"><button>Go on</button></form>`;
}
