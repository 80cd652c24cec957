import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { NextRequest } from 'next/server.js';
import { afterEach, describe, expect, it } from 'vitest';
import * as embedded from '../../docs/recipes/frameworks/embedded.js';
import * as express from '../../docs/recipes/frameworks/express.js';
import * as fastify from '../../docs/recipes/frameworks/fastify.js';
import * as fetched from '../../docs/recipes/frameworks/fetch.js';
import * as hono from '../../docs/recipes/frameworks/hono.js';
import * as koa from '../../docs/recipes/frameworks/koa.js';
import * as nest from '../../docs/recipes/frameworks/nest.js';
import * as next from '../../docs/recipes/frameworks/next.js';
import { serve } from '../../docs/recipes/frameworks/server.js';
import { clicksBeforeAndAfterLunch } from '../../docs/recipes/frameworks/test-your-app.js';
import { withExpress, withFastify } from '../../docs/recipes/frameworks/tokens.js';
import { createEngine, type Engine } from '../../src/engine/index.js';
import { definePolicy } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aVisitor, CLICK, PRESS } from '../../src/testing/framework-contract/visitor.js';
import { openWire } from '../../src/testing/framework-contract/wire.js';
import { createTokens, type Tokens } from '../../src/tokens/index.js';
import { AUDIENCE, ISSUER, KEY, secret } from '../tokens/support.js';
import { listening } from './apps/listening.js';

const policy = definePolicy({
  id: 'recipes',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  operations: { 'payment:create': { assuranceLevel: 'aal2' } },
});
const JSON_BODY = { ...PRESS, 'content-type': 'application/json' };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function nextServer(engine: Engine<'payment:create'>): Server {
  const { endpoints, login, account, pay } = next.makeApp(engine);
  return createAdaptorServer({
    fetch: (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/session')) return endpoints[request.method as 'GET'](request);
      const route = { '/login': login, '/account': account, '/admin/pay': pay }[pathname];
      const { method, headers, body, url } = request;
      return (
        route?.(new NextRequest(url, { method, headers, body, duplex: 'half' })) ?? new Response(null, { status: 404 })
      );
    },
  }) as Server;
}

const SERVERS: Record<string, (engine: Engine<'payment:create'>) => Server | Promise<Server>> = {
  express: (engine) => createServer(express.makeApp(engine)),
  fastify: async (engine) => {
    const app = fastify.makeApp(engine);
    await app.ready();
    return app.server;
  },
  hono: (engine) => createAdaptorServer({ fetch: hono.makeApp(engine).fetch }) as Server,
  koa: (engine) => createServer(koa.makeApp(engine).callback()),
  fetch: (engine) => {
    const answer = fetched.makeApp(engine);
    return createAdaptorServer({
      fetch: (request) => answer(request, { remoteAddr: { hostname: '203.0.113.7' } }),
    }) as Server;
  },
  next: nextServer,
  nest: async (engine) => (await (await nest.makeApp(engine)).init()).getHttpServer() as Server,
};

async function visit(server: Server) {
  const listened = await listening(server);
  const wire = await openWire(listened.url);
  closing.push(listened.close, () => wire.close());
  return aVisitor(wire);
}

describe.each(Object.entries(SERVERS))('the recipe for %s', (_, makeServer) => {
  it('logs in, lets in, asks for more, and logs out', async () => {
    const engine = createEngine({ policy, store: memoryStore(), purgeEvery: 0 });
    closing.push(() => engine.close());
    const visitor = await visit(await makeServer(engine));
    const [right, wrong] = ['correct', 'wrong'].map((password) => JSON.stringify({ password }));
    const status = async (method: string, path: string, body?: string) =>
      (await visitor.send(method, path, JSON_BODY, body)).status;
    expect((await visitor.send('GET', '/account', CLICK)).header('location')).toContain(
      '/login?reason=credential_missing',
    );
    expect(await status('POST', '/login', wrong)).toBe(403);
    expect(await status('GET', '/account')).toBe(401);
    expect(await status('POST', '/login', right)).toBe(204);
    expect((await visitor.send('GET', '/account', CLICK)).json()).toEqual({ subject: 'alice' });
    const refused = await visitor.send('POST', '/admin/pay', JSON_BODY, '{}');
    expect([refused.status, refused.json()['code']]).toEqual([401, 'assurance_too_low']);
    expect(await status('POST', '/session/reauthenticate', right)).toBe(200);
    const paid = await visitor.send('POST', '/admin/pay', JSON_BODY, '{}');
    expect([Math.floor(paid.status / 100), paid.json()]).toEqual([2, { paid: true }]);
    expect(await status('POST', '/session/logout')).toBe(204);
    expect(await status('GET', '/account')).toBe(401);
  });
});

it('the recipe for Express refuses what another site may have caused', async () => {
  const engine = createEngine({ policy, store: memoryStore(), purgeEvery: 0 });
  closing.push(() => engine.close());
  const visitor = await visit(createServer(express.makeApp(engine)));
  const body = JSON.stringify({ password: 'correct' });
  const from = { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' };
  expect((await visitor.send('POST', '/login', from, body)).status).toBe(403);
});

it('the recipe for sessions that are there already', async () => {
  const visitor = await visit(createServer(embedded.makeApp()));
  expect((await visitor.send('POST', '/login', PRESS)).status).toBe(204);
  expect((await visitor.send('GET', '/account', CLICK)).json()).toEqual({ subject: 'alice' });
  expect((await visitor.send('POST', '/admin/pay', PRESS)).json()['code']).toBe('assurance_too_low');
  expect([...visitor.cookies.keys()]).toEqual(['connect.sid']);
});

it('and a logout there clears the browser’s cookie of theirs', async () => {
  const visitor = await visit(createServer(embedded.makeApp()));
  await visitor.send('POST', '/login', PRESS);
  const reply = await visitor.send('POST', '/session/logout', PRESS);
  expect(reply.status).toBe(204);
  expect(reply.all('set-cookie')).toEqual([expect.stringMatching(/^connect\.sid=;.*Expires=Thu, 01 Jan 1970/)]);
  expect((await visitor.send('GET', '/account', PRESS)).status).toBe(401);
});

it('the whole program: signs in, confirms, comes back to where it was, and lives through a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'sessions.db');
  const first = await serve(file, 0);
  const visitor = await visit(first.server);
  const FORM = { ...CLICK, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
  const form = (path: string, password = 'correct') => visitor.send('POST', path, FORM, `password=${password}`);
  const login = (await visitor.send('GET', '/pay', CLICK)).header('location') ?? '';
  expect(login).toBe('/login?reason=credential_missing&return_to=%2Fpay');
  expect((await visitor.send('GET', login, CLICK)).body).toContain('action="/login?return_to=%2Fpay"');
  expect((await form(login, 'wrong')).status).toBe(403);
  expect((await form(login)).header('location')).toBe('/pay');
  const confirm = (await visitor.send('GET', '/pay', CLICK)).header('location') ?? '';
  expect(confirm).toBe('/confirm?reason=assurance_too_low&return_to=%2Fpay');
  expect((await form(confirm)).header('location')).toBe('/pay');
  expect((await visitor.send('GET', '/pay', CLICK)).status).toBe(200);
  expect((await form('/login?return_to=//evil.example')).header('location')).toBe('/');
  expect((await visitor.send('POST', '/login', { ...FORM, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  await first.stop();

  const second = await serve(file, 0);
  const later = await visit(second.server);
  for (const [name, value] of visitor.cookies) later.cookies.set(name, value);
  expect((await later.send('GET', '/', CLICK)).body).toBe('Hello alice');
  expect((await later.send('POST', '/logout', FORM)).header('location')).toBe('/login');
  expect((await later.send('GET', '/', PRESS)).status).toBe(401);
  await second.stop();
});

async function fastifyWithTokens(engine: Engine, tokens: Tokens): Promise<Server> {
  const app = withFastify(engine, tokens);
  await app.ready();
  return app.server;
}

it.each([
  ['Fastify', fastifyWithTokens],
  ['Express', (engine: Engine, tokens: Tokens) => createServer(withExpress(engine, tokens))],
] as const)('tokens with %s: are exchanged, taken and told of', async (_, makeServer) => {
  const engine = createEngine({ policy, store: memoryStore(), purgeEvery: 0 }) as Engine;
  closing.push(() => engine.close());
  const made = { issuer: ISSUER, audience: AUDIENCE, signingKeys: [KEY], refreshSecrets: [secret(1)] };
  const tokens = createTokens({ engine, clientId: 'app', ...made });
  const client = await visit(await makeServer(engine, tokens));
  const started = await engine.start({ subject: 'alice' });
  const issued = started.effect === 'permit' ? await tokens.issue(started.session) : null;
  if (issued?.effect !== 'permit') throw new Error('no tokens');
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = `grant_type=refresh_token&refresh_token=${issued.response.refresh_token}`;
  const refreshed = await client.send('POST', '/token', form, body);
  expect([refreshed.status, refreshed.json()['token_type']]).toEqual([200, 'Bearer']);
  const authorization = `Bearer ${refreshed.json()['access_token']}`;
  expect((await client.send('GET', '/account', { authorization })).json()).toEqual({ subject: 'alice' });
  expect((await client.send('GET', '/account', { authorization: 'Bearer x' })).status).toBe(401);
  expect((await client.send('GET', '/.well-known/jwks.json')).json()).toHaveProperty('keys');
  expect((await client.send('GET', '/token')).status).toBe(405);
  expect((await client.send('GET', '/elsewhere')).status).toBe(404);
});

it('a test of one\u2019s own app does not wait for lunch to be over', async () => {
  expect(await clicksBeforeAndAfterLunch()).toEqual({ before: 200, still: 200, after: 401, code: 'idle_timeout' });
  const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
  const recipe = readFileSync(new URL('../../docs/recipes/frameworks/test-your-app.ts', import.meta.url), 'utf8');
  expect(page).toContain('(recipes/frameworks/test-your-app.ts)');
  const [, shown = ''] = /## Your app, over HTTP[\s\S]*?```ts\n([\s\S]*?)```/.exec(page) ?? [];
  const flat = (text: string) => text.replace(/\s+/g, ' ');
  expect(shown.length).toBeGreaterThan(400);
  for (const line of shown.split('\n').filter((one) => one.trim() !== ''))
    expect(flat(recipe)).toContain(flat(line).trim());
});

it('the page on frameworks shows what the recipes run', () => {
  const page = readFileSync(new URL('../../docs/frameworks.md', import.meta.url), 'utf8');
  const folder = new URL('../../docs/recipes/frameworks/', import.meta.url);
  const recipes = readdirSync(folder);
  for (const name of recipes) expect(page).toContain(`(recipes/frameworks/${name})`);
  const code = recipes.map((name) => readFileSync(new URL(name, folder), 'utf8').replace(/\s+/g, ' ')).join(' ');
  const shown = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'));
  const lines = shown.map((line) => line.trim()).filter((line) => /^(?:app|const|sessions|admin)\b.*[;{(]$/.test(line));
  expect(lines.length).toBeGreaterThan(15);
  expect(page).toContain(readFileSync(new URL('server.ts', folder), 'utf8').trim());
  expect(lines.filter((line) => !code.includes(line.replace(/\s+/g, ' ')))).toEqual([]);
});
