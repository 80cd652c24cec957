import { request as ask, createServer } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { notFound, permanentRedirect, redirect } from 'next/navigation.js';
import { afterEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/index.js';
import { expressSessions } from '../../src/frameworks/express.js';
import { fastifySessions } from '../../src/frameworks/fastify.js';
import { fetchSessions } from '../../src/frameworks/fetch.js';
import { honoSessions } from '../../src/frameworks/hono.js';
import { koaSessions } from '../../src/frameworks/koa.js';
import { nextSessions } from '../../src/frameworks/next.js';
import type { HttpRequest, RequestSession } from '../../src/http/index.js';
import { definePolicy } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aVisitor, CLICK, COOKIE, PRESS } from '../../src/testing/framework-contract/visitor.js';
import { openWire } from '../../src/testing/framework-contract/wire.js';
import { manualClock } from '../../src/testing/index.js';
import { listening } from './apps/listening.js';

const policy = definePolicy({
  id: 'responses',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  risk: [{ signal: 'ip_changed', then: 'end', missing: 'changed' }],
});
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const clock = manualClock(1_700_000_000_000);
function anEngine() {
  const engine = createEngine({ policy, store: memoryStore(), clock, purgeEvery: 0, recordEvery: 0 });
  closing.push(() => engine.close());
  return engine;
}
type Engine = ReturnType<typeof anEngine>;

async function listen(server: ReturnType<typeof createServer>) {
  const listened = await listening(server);
  closing.push(listened.close);
  return listened.url;
}

async function visit(server: ReturnType<typeof createServer>) {
  const wire = await openWire(await listen(server));
  closing.push(() => wire.close());
  return aVisitor(wire);
}

async function aHandle(engine: Engine, context = {}): Promise<string> {
  const started = await engine.start({ subject: 'alice', context });
  if (started.effect !== 'permit') throw new Error('no login');
  return started.handle;
}

const live = async (engine: Engine, subject = 'alice') => {
  const listed = await engine.list(subject);
  return listed.effect === 'permit' ? listed.sessions.length : listed.effect;
};
const post = (path: string, cookie = '') =>
  new Request(`https://app.example${path}`, { method: 'POST', headers: { cookie } });

describe('Next: what a handler throws to answer', () => {
  const sessionsOf = (engine: Engine) => nextSessions({ engine });

  it('a redirect after a login brings the cookie', async () => {
    const engine = anEngine();
    const route = sessionsOf(engine).open(async (_request: Request, session) => {
      await session.start({ subject: 'alice' });
      redirect('/account?a=1;b=2');
    });
    const response = await route(post('/login'));
    expect([response.status, response.headers.get('location')]).toEqual([307, '/account?a=1;b=2']);
    expect(response.headers.getSetCookie()).toEqual([expect.stringContaining(`${COOKIE}=`)]);
    expect(await live(engine)).toBe(1);
  });

  it('one after a proof brings the new handle, and one after a logout clears the browser', async () => {
    const engine = anEngine();
    const sessions = sessionsOf(engine);
    const cookie = `${COOKIE}=${await aHandle(engine)}`;
    const proof = sessions.protect(async (_request: Request, session) => {
      await session.reauthenticate({ assuranceLevel: 'aal2' });
      permanentRedirect('/pay');
    });
    const proven = await proof(post('/step-up', cookie));
    expect(proven.status).toBe(308);
    clock.advance(60_000);
    const renewed = proven.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const logout = sessions.protect(async (_request: Request, session) => {
      await session.end();
      notFound();
    });
    const left = await logout(post('/logout', renewed));
    expect([left.status, left.headers.get('clear-site-data')]).toEqual([404, '"cache", "storage"']);
    expect(left.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')]);
  });

  it('an error is Next\u2019s to handle, and leaves no session that nobody has', async () => {
    const engine = anEngine();
    const route = sessionsOf(engine).open(async (_request: Request, session) => {
      await session.start({ subject: 'alice' });
      throw Object.assign(new Error('planted'), { digest: 'NEXT_REDIRECT_OR_NOT' });
    });
    await expect(route(post('/login'))).rejects.toThrow('planted');
    expect(await live(engine)).toBe(0);
  });
});

describe('Next: a server component', () => {
  it('is asked about where the request comes from, as a route is', async () => {
    const engine = anEngine();
    const seen: HttpRequest[] = [];
    const sessions = nextSessions({
      engine,
      remoteAddress: (request: Request) => request.headers.get('x-real-ip'),
      context(request) {
        seen.push(request);
        return {};
      },
    });
    const cookie = `${COOKIE}=${await aHandle(engine, { ip: '198.51.100.7' })}`;
    const headers = new Headers({ cookie, 'x-real-ip': '198.51.100.7' });
    expect((await sessions.load(headers))?.subject).toBe('alice');
    expect((await sessions.load(headers, '/account?a=1'))?.context.ip).toBe('198.51.100.7');
    expect(seen.map(({ native }) => native instanceof Request)).toEqual([true, true]);
    expect(seen.map(({ url }) => new URL(url).pathname)).toEqual(['/', '/account']);
    const route = sessions.protect(async () => new Response('in'));
    expect((await route(new Request('https://app.example/', { headers }))).status).toBe(200);
  });

  it('of a page that is listed as background is no person\u2019s doing', async () => {
    const engine = anEngine();
    const sessions = nextSessions({ engine, activity: { background: ['/board'] } });
    const headers = new Headers({ cookie: `${COOKIE}=${await aHandle(engine)}`, ...(CLICK as Record<string, string>) });
    clock.advance(10 * 60_000);
    const before = (await sessions.load(headers, '/board'))?.lastActivityAt;
    expect(before).toBe(clock.now() - 10 * 60_000);
    expect((await sessions.load(headers, '/'))?.lastActivityAt).toBe(clock.now());
  });
});

describe('a client that hangs up before the guard', () => {
  /** Sends a request that waits inside until its connection is closed; then the guard is asked. */
  async function hangUp(engine: Engine, serve: (gone: (closed: Promise<void>) => void) => Promise<string>) {
    let told: (answer: unknown) => void = () => undefined;
    const finished = new Promise((resolve) => {
      told = resolve;
    });
    let entered: () => void = () => undefined;
    const isIn = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const url = await serve((closed) => {
      entered();
      closed.then(() => setImmediate(told));
    });
    const cookie = `${COOKIE}=${await aHandle(engine, { ip: '127.0.0.1' })}`;
    const request = ask(`${url}/`, { headers: { cookie }, agent: false });
    request.on('error', () => undefined);
    request.end();
    await isIn;
    request.destroy();
    await finished;
    const handle = cookie.slice(COOKIE.length + 1);
    return (await engine.access(handle, { activity: 'user', context: { ip: '127.0.0.1' } })).effect;
  }

  it('loses no session by it: Express', async () => {
    const engine = anEngine();
    const sessions = expressSessions({ engine });
    const codes: unknown[] = [];
    const effect = await hangUp(engine, async (gone) => {
      const app = express().use(async (req, res) => {
        const closed = new Promise<void>((resolve) => void req.socket.once('close', () => resolve()));
        const asked = closed.then(async () => {
          codes.push((await sessions.of(req, res).protect())?.code, await sessions.of(req, res).load());
        });
        gone(asked);
        await asked;
      });
      return listen(createServer(app));
    });
    expect([effect, ...codes]).toEqual(['permit', 'client_gone', null]);
  });

  it('nor with Hono', async () => {
    const engine = anEngine();
    const sessions = honoSessions({ engine });
    const codes: unknown[] = [];
    const effect = await hangUp(engine, async (gone) => {
      const app = new Hono<{ Bindings: { incoming: import('node:http').IncomingMessage } }>().use(async (c) => {
        const closed = new Promise<void>((resolve) => void c.env.incoming.socket.once('close', () => resolve()));
        const asked = closed.then(async () => {
          codes.push((await sessions.of(c).protect())?.code);
        });
        gone(asked);
        await asked;
        return c.body(null, 204);
      });
      return listen(createAdaptorServer({ fetch: app.fetch }) as ReturnType<typeof createServer>);
    });
    expect([effect, ...codes]).toEqual(['permit', 'client_gone']);
  });
});

describe('a login after the response', () => {
  const attempt = (session: Pick<RequestSession, 'start'>) =>
    session.start({ subject: 'late' }).then(
      ({ effect }) => effect,
      ({ code }) => code,
    );

  it('is none: Express', async () => {
    const engine = anEngine();
    const sessions = expressSessions({ engine });
    const app = express().post('/', async (req, res) => {
      res.write('begun ');
      res.end(await attempt(sessions.of(req, res)));
    });
    expect((await (await visit(createServer(app))).send('POST', '/', PRESS)).body).toBe('begun response_already_sent');
    expect(await live(engine, 'late')).toBe(0);
  });

  it('is none: Fastify, though it was written to Node\u2019s own response', async () => {
    const engine = anEngine();
    const sessions = fastifySessions({ engine });
    const app = fastify();
    app.post('/', async (request, reply) => {
      reply.raw.write('begun ');
      const code = await attempt(sessions.of(request, reply));
      reply.hijack();
      reply.raw.end(code);
    });
    expect((await app.inject({ method: 'POST', url: '/' })).body).toBe('begun response_already_sent');
    expect(await live(engine, 'late')).toBe(0);
  });

  it('is none: Hono and fetch, once the handler has answered', async () => {
    const engine = anEngine();
    const late: Pick<RequestSession, 'start'>[] = [];
    const inHono = honoSessions({ engine });
    const app = new Hono().post('/', inHono.endpoints(), (c) => {
      late.push(inHono.of(c));
      return c.text('answered');
    });
    await app.request('/', { method: 'POST' });
    const inFetch = fetchSessions({ engine });
    await inFetch.open(async (_request: Request, session) => {
      late.push(session);
      return new Response('answered');
    })(post('/'));
    late.push(inFetch.of(post('/elsewhere')));
    for (const session of late) expect(await attempt(session)).toBe('response_already_sent');
    expect([late.length, await live(engine, 'late')]).toEqual([3, 0]);
  });

  it('is one in what surrounds a handler that has answered', async () => {
    const engine = anEngine();
    const sessions = fetchSessions({ engine });
    const inner = sessions.open(async () => new Response('inner'));
    const outer = sessions.open(async (request: Request, session) => {
      const response = await inner(request);
      await session.start({ subject: 'late' });
      return response;
    });
    expect((await outer(post('/'))).headers.getSetCookie()).toHaveLength(1);
    const inHono = honoSessions({ engine });
    const app = new Hono();
    app.use(inHono.protect(), async (c, next) => {
      await next();
      await inHono.of(c).changeAttributes({ role: 'admin' });
    });
    app.get('/', (c) => c.text('inner'));
    const response = await app.request('/', { headers: { cookie: `${COOKIE}=${await aHandle(engine)}` } });
    expect(response.headers.getSetCookie()).toHaveLength(1);
  });
});

describe('Koa: an error', () => {
  it.each([
    ['of HTTP', (ctx: Koa.Context) => ctx.throw(400, 'no', { headers: { 'x-own': '1' } }), 400],
    [
      'of the app',
      () => {
        throw new Error('planted');
      },
      500,
    ],
    ['that is none', () => Promise.reject('a word'), 500],
  ] as const)('%s keeps the new handle, and no cookie of others', async (_name, fail, status) => {
    const engine = anEngine();
    const sessions = koaSessions({ engine });
    const app = new Koa();
    app.silent = true;
    app.use(async (ctx) => {
      ctx.append('Set-Cookie', 'theirs=1');
      await sessions.of(ctx).start({ subject: 'alice' });
      await sessions.of(ctx).reauthenticate({ assuranceLevel: 'aal2' });
      await fail(ctx);
    });
    const visitor = await visit(createServer(app.callback()));
    const reply = await visitor.send('POST', '/', PRESS);
    expect(reply.status).toBe(status);
    if (status === 400) expect(reply.header('x-own')).toBe('1');
    expect(reply.header('curfew-session')).toContain('state=active');
    clock.advance(60_000);
    const handle = visitor.cookies.get(COOKIE) as string;
    const context = { ip: '127.0.0.1' };
    expect((await engine.access(handle, { activity: 'user', context })).effect).toBe('permit');
  });

  it('of a request without anything to tell is as it was', async () => {
    const sessions = koaSessions({ engine: anEngine() });
    const app = new Koa();
    app.silent = true;
    app.use(sessions.endpoints());
    app.use((ctx) => {
      sessions.of(ctx);
      return ctx.throw(418);
    });
    const reply = await (await visit(createServer(app.callback()))).send('GET', '/', PRESS);
    expect([reply.status, reply.header('set-cookie')]).toEqual([418, null]);
  });
});

it('Hono: a switch of protocols is handed on as it is', async () => {
  const engine = anEngine();
  const sessions = honoSessions({ engine });
  // Node can make no such response; Deno does
  const upgraded = Object.defineProperty(new Response(null), 'status', { value: 101 });
  const app = new Hono().get('/', sessions.protect(), () => upgraded);
  const response = await app.request('/', { headers: { cookie: `${COOKIE}=${await aHandle(engine)}` } });
  expect(response).toBe(upgraded);
});

it('a hook that fails takes down no page that asks for no session', async () => {
  const engine = anEngine();
  const context = () => {
    throw new Error('the database of countries is away');
  };
  const inExpress = express()
    .use(expressSessions({ engine, context }).endpoints())
    .get('/', (_req, res) => void res.send('home'));
  expect((await (await visit(createServer(inExpress))).send('GET', '/', PRESS)).body).toBe('home');
  const inKoa = new Koa().use(koaSessions({ engine, context }).endpoints()).use((ctx) => {
    ctx.body = 'home';
  });
  expect((await (await visit(createServer(inKoa.callback()))).send('GET', '/', PRESS)).body).toBe('home');
  const remoteAddress = context;
  const inHono = new Hono().use(honoSessions({ engine, remoteAddress }).endpoints()).get('/', (c) => c.text('home'));
  expect(await (await inHono.request('/')).text()).toBe('home');
  const endpoints = fetchSessions({ engine, remoteAddress }).endpoints();
  expect(await endpoints(new Request('https://app.example/'))).toBeNull();
});
