import { createServer } from 'node:http';
import http2 from 'node:http2';
import { HttpException } from '@nestjs/common';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/index.js';
import { expressSessions } from '../../src/frameworks/express.js';
import { fastifySessions } from '../../src/frameworks/fastify.js';
import { fetchSessions } from '../../src/frameworks/fetch.js';
import { honoSessions } from '../../src/frameworks/hono.js';
import { nestSessions } from '../../src/frameworks/nest.js';
import { nextSessions } from '../../src/frameworks/next.js';
import type { RequestSession } from '../../src/http/index.js';
import { definePolicy } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aVisitor, CLICK, COOKIE, PRESS } from '../../src/testing/framework-contract/visitor.js';
import { openWire } from '../../src/testing/framework-contract/wire.js';
import { listening } from './apps/listening.js';

const policy = definePolicy({
  id: 'each',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  operations: { pay: {}, transfer: { assuranceLevel: 'aal2' } },
});
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function anEngine() {
  const engine = createEngine({ policy, store: memoryStore(), purgeEvery: 0 });
  closing.push(() => engine.close());
  return engine;
}

async function visit(app: Parameters<typeof createServer>[1]) {
  const listened = await listening(createServer(app as never));
  const wire = await openWire(listened.url);
  closing.push(listened.close, () => wire.close());
  return aVisitor(wire);
}

async function aHandle(engine: ReturnType<typeof anEngine>): Promise<string> {
  const started = await engine.start({ subject: 'alice' });
  if (started.effect !== 'permit') throw new Error('no login');
  return started.handle;
}

describe('Express', () => {
  it('sends people back to the whole address, though a router has shortened it', async () => {
    const sessions = expressSessions({ engine: anEngine(), pages: { signIn: '/login' } });
    const app = express().use('/shop/admin', sessions.protect());
    const reply = await (await visit(app)).send('GET', '/shop/admin/a?b=1', CLICK);
    expect(reply.header('location')).toBe('/login?reason=credential_missing&return_to=%2Fshop%2Fadmin%2Fa%3Fb%3D1');
  });

  it('serves its endpoints below a path of its own, inside a router', async () => {
    const sessions = expressSessions({ engine: anEngine() });
    const app = express().use('/api', sessions.endpoints({ path: '/api/session' }));
    expect((await (await visit(app)).send('GET', '/api/session', PRESS)).json()).toMatchObject({ state: 'ended' });
  });

  it('says nothing more where somebody has answered already, and lets nobody on', async () => {
    const sessions = expressSessions({ engine: anEngine() });
    const reached: string[] = [];
    const app = express()
      .use((_req, res, next) => {
        res.send('answered');
        next();
      })
      .use(sessions.protect(), () => void reached.push('route'))
      .use((error: Error, _req: unknown, _res: unknown, _next: unknown) => void reached.push(error.message));
    expect((await (await visit(app)).send('GET', '/', PRESS)).body).toBe('answered');
    expect(reached).toEqual([]);
  });

  it('adds nothing to an answer that somebody has begun', async () => {
    const engine = anEngine();
    const sessions = expressSessions({ engine });
    const app = express()
      .use((_req, res, next) => {
        res.write('begun ');
        setImmediate(() => setImmediate(() => res.end('done')));
        next();
      })
      .use(sessions.protect(), (_req, res) => void res.write('let in '));
    const visitor = await visit(app);
    expect((await visitor.send('GET', '/', PRESS)).body).toBe('begun done');
    const cookie = `${COOKIE}=${await aHandle(engine)}`;
    expect((await visitor.send('GET', '/', { ...PRESS, cookie })).body).toBe('begun let in done');
  });

  it('says that a login comes too late for its cookie', async () => {
    const sessions = expressSessions({ engine: anEngine() });
    const app = express().post('/login', async (req, res) => {
      res.write('begun ');
      res.end(
        await sessions
          .of(req, res)
          .start({ subject: 'alice' })
          .then(
            ({ effect }) => effect,
            ({ code }) => code,
          ),
      );
    });
    expect((await (await visit(app)).send('POST', '/login', PRESS)).body).toBe('begun response_already_sent');
  });

  it('is a middleware of HTTP/2 too, where `Host` has another name', async () => {
    const sessions = expressSessions({ engine: anEngine() });
    const endpoints = sessions.endpoints();
    const server = http2.createServer((req, res) => endpoints(req, res, () => res.end('next')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const client = http2.connect(origin);
    closing.push(
      () => server.close(),
      () => client.close(),
    );
    const ask = (headers: Record<string, string>) =>
      new Promise((resolve) => {
        const stream = client.request({ ':method': 'POST', ':path': '/session/logout', ...headers });
        stream.on('response', (response) => resolve(response[':status']));
        stream.end();
      });
    expect(await ask({ origin })).toBe(204);
    expect(await ask({ origin: 'https://evil.example' })).toBe(403);
  });
});

describe('Fastify', () => {
  it('leaves the bodies of other routes to the app', async () => {
    const sessions = fastifySessions({ engine: anEngine() });
    const app = fastify();
    app.register(sessions.endpoints());
    app.post('/echo', async (request) => request.body);
    expect((await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } })).json()).toEqual({ a: 1 });
    expect((await app.inject({ method: 'PUT', url: '/session', payload: 'x' })).statusCode).toBe(405);
    expect((await app.inject({ method: 'GET', url: '/sessions' })).statusCode).toBe(404);
  });

  it('says nothing more where somebody has answered already', async () => {
    const sessions = fastifySessions({ engine: anEngine() });
    const app = fastify();
    const reached: string[] = [];
    app.addHook('onRequest', async (request, reply) => {
      reply.send('answered');
      await sessions.protect()(request, reply);
      return reply;
    });
    app.get('/', async () => reached.push('route'));
    expect((await app.inject('/')).body).toBe('answered');
    expect(reached).toEqual([]);
  });
});

describe('Hono', () => {
  it('keeps its lines and the app\u2019s where a handler makes a Response by itself', async () => {
    const engine = anEngine();
    const sessions = honoSessions({ engine });
    const app = new Hono();
    app.get('/', sessions.protect(), async (c) => {
      await sessions.of(c).changeAttributes({ role: 'admin' });
      return new Response('made', { headers: { 'set-cookie': 'theirs=1' } });
    });
    const response = await app.request('/', { headers: { cookie: `${COOKIE}=${await aHandle(engine)}` } });
    expect(await response.text()).toBe('made');
    expect(response.headers.get('curfew-session')).toContain('state=active');
    expect(response.headers.getSetCookie()).toEqual(['theirs=1', expect.stringContaining(`${COOKIE}=`)]);
  });

  it('knows no address where nobody tells', async () => {
    const sessions = honoSessions({ engine: anEngine() });
    const app = new Hono().get('/', (c) => c.json(sessions.of(c).context));
    expect(await (await app.request('/', { headers: { 'x-forwarded-for': '203.0.113.7' } })).json()).toEqual({});
  });
});

describe('fetch', () => {
  it('changes no response that the app may give to others, nor one that cannot be changed', async () => {
    const engine = anEngine();
    const sessions = fetchSessions({ engine });
    const shared = new Response(null, { status: 204 });
    const cookie = `${COOKIE}=${await aHandle(engine)}`;
    const ask = (handler: () => Response) =>
      sessions.protect(handler)(new Request('https://app.example/', { headers: { cookie } }));
    const first = await ask(() => shared);
    expect([first.status, first.headers.has('curfew-session')]).toEqual([204, true]);
    expect(shared.headers.has('curfew-session')).toBe(false);
    const moved = await ask(() => Response.redirect('https://app.example/there', 302));
    expect([moved.status, moved.headers.get('location')]).toEqual([302, 'https://app.example/there']);
    expect(moved.headers.has('curfew-session')).toBe(true);
    expect((await ask(() => Response.error())).type).toBe('error');
  });

  it('hands on what the runtime hands over', async () => {
    const sessions = fetchSessions({
      engine: anEngine(),
      remoteAddress: (_request, info: { readonly hostname: string }) => info.hostname,
    });
    const route = sessions.open(async (_request: Request, session, info: { readonly hostname: string }) =>
      Response.json([session.context.ip, info.hostname]),
    );
    const answer = await route(new Request('https://app.example/'), { hostname: '203.0.113.7' });
    expect(await answer.json()).toEqual(['203.0.113.7', '203.0.113.7']);
  });
});

it('a refusal of one operation says nothing of another, nor of the session', async () => {
  const engine = anEngine();
  const sessions = fetchSessions({ engine });
  const cookie = `${COOKIE}=${await aHandle(engine)}`;
  const asked = (session: RequestSession<'pay' | 'transfer'>) =>
    Promise.all([session.protect('transfer'), session.protect('pay'), session.protect(), session.protect('transfer')]);
  const route = sessions.open(async (_request: Request, session) => {
    const answers = [...(await asked(session)), ...(await asked(session))];
    return Response.json(answers.map((refusal) => refusal?.code ?? 'let in'));
  });
  const answer = await route(new Request('https://app.example/', { headers: { cookie } }));
  const once = ['assurance_too_low', 'let in', 'let in', 'assurance_too_low'];
  expect(await answer.json()).toEqual([...once, ...once]);
});

describe('Next', () => {
  it('finds the session in a server component, by its headers', async () => {
    const engine = anEngine();
    const sessions = nextSessions({ engine });
    const cookie = `${COOKIE}=${await aHandle(engine)}`;
    expect((await sessions.load(new Headers({ cookie })))?.subject).toBe('alice');
    expect(await sessions.load(new Headers())).toBeNull();
  });

  it('has nothing at an address that is no endpoint', async () => {
    const { GET } = nextSessions({ engine: anEngine() }).endpoints();
    expect((await GET(new Request('https://app.example/session'))).status).toBe(200);
    expect((await GET(new Request('https://app.example/elsewhere'))).status).toBe(404);
  });
});

it('Nest\u2019s guard works on Fastify\u2019s requests too', async () => {
  const engine = anEngine();
  const sessions = nestSessions({ engine, HttpException });
  const guard = sessions.protect('pay');
  const app = fastify();
  const http = (request: object, reply: object) => ({
    switchToHttp: () => ({ getRequest: () => request as never, getResponse: () => reply as never }),
  });
  // as Nest's own filter does: within the request, not by Fastify's error handling
  app.addHook('preHandler', (request, reply) =>
    guard.canActivate(http(request, reply)).catch((thrown: HttpException) => {
      return reply.code(thrown.getStatus()).send(thrown.getResponse());
    }),
  );
  app.get('/', async (request, reply) => sessions.of(request, reply).session?.subject);
  const refused = await app.inject('/');
  expect([refused.statusCode, refused.json().code]).toEqual([401, 'credential_missing']);
  expect(refused.headers['content-type']).toContain('application/problem+json');
  expect(refused.headers['www-authenticate']).toBe('Bearer realm="session"');
  const admitted = await app.inject({ url: '/', headers: { cookie: `${COOKIE}=${await aHandle(engine)}` } });
  expect([admitted.statusCode, admitted.body]).toEqual([200, 'alice']);
});
