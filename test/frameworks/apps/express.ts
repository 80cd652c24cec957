import { createServer } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response, Router } from 'express';
import { expressSessions } from '../../../src/frameworks/express.js';
import type { ContractRoute, FrameworkApp, FrameworkSetup } from '../../../src/testing/framework-contract.js';
import { listening } from './listening.js';

export interface ExpressVariant {
  readonly makeExpress?: () => Express;
  /** Whether the app reads JSON bodies by itself. */
  readonly parses?: boolean;
}

export async function expressApp(setup: FrameworkSetup, variant: ExpressVariant = {}): Promise<FrameworkApp> {
  const { makeExpress = express, parses = false } = variant;
  const sessions = expressSessions(setup.options);
  const app = makeExpress();
  app.use((_req, res, next) => {
    res.append('Set-Cookie', 'app=1; Path=/');
    next();
  });
  if (parses) app.use(express.json({ limit: '1mb' }));
  app.use(sessions.endpoints(setup.endpoints));
  const run = (route: ContractRoute) => async (req: Request, res: Response, next: NextFunction) => {
    try {
      const { status, headers, body } = await route.answer(sessions.of(req, res));
      for (const [name, value] of headers) res.append(name, value);
      res.status(status).send(body);
    } catch (error) {
      next(error);
    }
  };
  const admin = Router();
  admin.use(sessions.protect());
  for (const route of setup.routes) {
    const guards =
      route.asks === 'nothing' ? [] : [route.asks === 'session' ? sessions.protect() : sessions.protect(route.asks)];
    const [mounted, path] = route.within === null ? [app, route.path] : [admin, route.path.slice('/admin'.length)];
    if (route.method === 'GET') mounted.get(path, ...guards, run(route));
    else mounted.post(path, ...guards, run(route));
  }
  app.use('/admin', admin);
  app.use((error: Error & { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
    res.status(error.status ?? 500).send('handled');
  });
  return listening(createServer(app));
}
