import { createServer } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import { expect, it } from 'vitest';
import { type HttpOptions, httpSessions, type RequestSession, readJson } from '../../src/http/index.js';
import type { ContractOperation, ContractRoute, FrameworkSetup } from '../../src/testing/framework-contract.js';
import { frameworkContract } from '../../src/testing/framework-contract.js';
import { listening } from './apps/listening.js';

type Session = RequestSession<ContractOperation>;
type Reply = {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
};

/** An adapter as somebody might write it, each of its decisions open to a mistake. */
interface Adapter {
  readonly options: (options: HttpOptions<ContractOperation>) => HttpOptions<ContractOperation>;
  readonly append: (res: Response, name: string, value: string) => void;
  readonly send: (res: Response, reply: Reply) => void;
  readonly keyOf: (req: Request) => object;
  readonly urlOf: (req: Request) => string;
  readonly header: (req: Request, name: string) => string | string[] | undefined;
  readonly remoteAddress: (req: Request) => string | null;
  readonly protect: (session: Session, operation: ContractOperation | undefined) => ReturnType<Session['protect']>;
  readonly onError: (error: unknown, res: Response, next: NextFunction) => void;
  readonly body: (req: Request) => Promise<unknown>;
  readonly methodOf: (req: Request) => string;
}

const GOOD: Adapter = {
  options: (options) => options,
  append: (res, name, value) => (name === 'Set-Cookie' ? res.append(name, value) : res.setHeader(name, value)),
  send(res, { status, headers, body }) {
    for (const [name, value] of headers) name === 'set-cookie' ? res.append(name, value) : res.setHeader(name, value);
    res.status(status).end(body);
  },
  keyOf: (req) => req,
  urlOf: (req) => req.originalUrl,
  header: (req, name) => (name === 'authorization' ? req.headersDistinct[name] : req.headers[name]),
  remoteAddress: (req) => req.socket.remoteAddress ?? null,
  protect: (session, operation) => session.protect(operation),
  onError: (error, _res, next) => next(error),
  body: async (req) => {
    const read = await readJson(req.iterator({ destroyOnReturn: false }));
    req.resume();
    return read;
  },
  methodOf: (req) => req.method,
};

function appOf(adapter: Adapter) {
  return async (setup: FrameworkSetup) => {
    const sessions = httpSessions(adapter.options(setup.options));
    const known = new WeakMap<object, Session>();
    const requestOf = (req: Request) => ({
      method: adapter.methodOf(req),
      url: adapter.urlOf(req),
      header: (name: string) => adapter.header(req, name),
      remoteAddress: adapter.remoteAddress(req),
    });
    const of = (req: Request, res: Response) => {
      const session =
        known.get(adapter.keyOf(req)) ??
        sessions.open(requestOf(req), (name, value) => adapter.append(res, name, value));
      known.set(adapter.keyOf(req), session);
      return session;
    };
    const protect = (operation?: ContractOperation) => async (req: Request, res: Response, next: NextFunction) => {
      try {
        const refusal = await adapter.protect(of(req, res), operation);
        if (refusal === null) next();
        else adapter.send(res, refusal);
      } catch (error) {
        adapter.onError(error, res, next);
      }
    };
    const app = express();
    app.use((_req, res, next) => {
      res.append('Set-Cookie', 'app=1; Path=/');
      next();
    });
    app.use(async (req, res, next) => {
      const exchange = { request: requestOf(req), session: of(req, res), body: () => adapter.body(req) };
      const answer = await sessions.answer(exchange, setup.endpoints);
      answer === null ? next() : adapter.send(res, answer);
    });
    app.use('/admin', protect());
    const run = (route: ContractRoute) => async (req: Request, res: Response) => {
      if (res.headersSent) return void (await route.answer(of(req, res)));
      const { status, headers, body } = await route.answer(of(req, res));
      for (const [name, value] of headers) res.append(name, value);
      res.status(status).send(body);
    };
    for (const route of setup.routes) {
      const guards = route.asks === 'nothing' ? [] : [protect(route.asks === 'session' ? undefined : route.asks)];
      route.method === 'GET' ? app.get(route.path, ...guards, run(route)) : app.post(route.path, ...guards, run(route));
    }
    app.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => void res.status(500).end());
    return listening(createServer(app));
  };
}

async function failuresOf(adapter: Adapter, wanted: string | null): Promise<string[]> {
  const cases = frameworkContract({ makeApp: appOf(adapter) });
  const failed: string[] = [];
  for (const { name, run } of cases.filter((one) => wanted === null || one.name === wanted)) {
    await run().catch(() => failed.push(name));
  }
  return failed;
}

it('lets an adapter pass that makes none of these mistakes', async () => {
  expect(await failuresOf(GOOD, null)).toEqual([]);
});

const OWN = 'cookies: the application\u2019s own survive, and stay lines of their own';
const BROKEN: readonly (readonly [mistake: string, caughtBy: string, part: Partial<Adapter>])[] = [
  ['drops the cookie', 'login: gives a cookie that scripts and other hosts cannot touch', { append: () => undefined }],
  [
    'joins cookies into one line',
    OWN,
    {
      append: (res, name, value) => res.setHeader(name, [res.getHeader(name), value].flat().filter(Boolean).join(', ')),
    },
  ],
  [
    'logs out whoever is refused',
    'idle: ends at its millisecond, and no refusal removes the cookie',
    {
      send(res, reply) {
        if (reply.status === 303 || reply.status === 401)
          res.append('Set-Cookie', '__Host-session=; Max-Age=0; Path=/');
        GOOD.send(res, reply);
      },
    },
  ],
  [
    'lets the first word stand',
    'logout: has the last word, behind a guard too',
    {
      append: (res, name, value) =>
        name === 'Curfew-Session' && res.hasHeader(name) ? undefined : GOOD.append(res, name, value),
    },
  ],
  [
    'drops the challenge',
    'refusal: nothing presented is 401 with a challenge, and no route is reached',
    {
      send: (res, { status, body }) =>
        void res.status(status).type('application/problem+json').set('cache-control', 'no-store').end(body),
    },
  ],
  [
    'answers, and goes on',
    'refusal: nothing presented is 401 with a challenge, and no route is reached',
    {
      protect: async (session, operation) => {
        const refusal = await session.protect(operation);
        return session.activity === 'user' ? null : refusal;
      },
    },
  ],
  [
    'lets everybody in when the guard breaks',
    'faults: an error in the guard is the app\u2019s to handle, and lets nobody in',
    { onError: (_error, _res, next) => next() },
  ],
  [
    'makes a 401 of an error',
    'faults: an error in the guard is the app\u2019s to handle, and lets nobody in',
    { onError: (_error, res) => void res.status(401).end() },
  ],
  ['opens a session for each question', 'loads: one for each request, whatever is asked', { keyOf: () => ({}) }],
  [
    'loads twice',
    'loads: one for each request, whatever is asked',
    {
      protect: async (session, operation) => {
        await session.status();
        return session.protect(operation);
      },
    },
  ],
  [
    'knows connections, not requests',
    'requests: two of one connection are two, each with its own session',
    { keyOf: (req) => req.socket },
  ],
  [
    'forgets the operation',
    'operations: a challenge says what would help, and a step-up helps',
    { protect: (session) => session.protect() },
  ],
  [
    'leads back to wherever the address says',
    'refusal: no address can add a header or lead to another site',
    { urlOf: (req) => String(req.query['return_to'] ?? req.originalUrl) },
  ],
  [
    'sees one of two tokens',
    'refusal: two `Authorization` lines are 400',
    { header: (req, name) => req.headers[name] },
  ],
  [
    'sees one of two cookies',
    'refusal: two different cookies are 400, in one line and in two',
    { header: (req, name) => req.headersDistinct[name]?.[0] },
  ],
  [
    'hears no marks',
    'activity: a click and a marked request extend',
    { header: (req, name) => (name === 'curfew-activity' ? undefined : req.headers[name]) },
  ],
  [
    'hears of no prefetch',
    'activity: a poll, a prefetch and an unmarked request do not, and touch no cookie',
    { header: (req, name) => (name.endsWith('purpose') ? undefined : req.headers[name]) },
  ],
  [
    'believes any X-Forwarded-For',
    'address: is the connection\u2019s, whatever a client claims',
    { remoteAddress: (req) => String(req.headers['x-forwarded-for'] ?? req.socket.remoteAddress) },
  ],
  [
    'knows no address',
    'address: is told by a proxy that is trusted, and a new one is a challenge',
    { remoteAddress: () => null },
  ],
  [
    'takes every request for a GET',
    'endpoints: what another site may have caused is refused',
    { methodOf: () => 'GET' },
  ],
  [
    'gives bodies of any kind',
    'endpoints: a body that is too long, cut off or of another kind is no proof',
    { body: async () => ({ password: 'correct' }) },
  ],
  ['reads no body', 'endpoints: a proof gives a new cookie, and no proof gives none', { body: async () => null }],
  [
    'gives the page no status',
    'status: an answer to somebody who was let in says how long',
    { options: (options) => ({ ...options, statusHeader: false }) },
  ],
  [
    'makes a 401 of every refusal',
    'faults: a store that is away is 503, lets nobody in and logs nobody out',
    { send: (res, reply) => GOOD.send(res, { ...reply, status: 401 }) },
  ],
];

it.each(BROKEN)('finds an adapter that %s', async (_, caughtBy, part) => {
  expect(await failuresOf({ ...GOOD, ...part }, caughtBy)).toEqual([caughtBy]);
});
