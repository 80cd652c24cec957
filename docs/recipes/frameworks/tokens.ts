import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Engine } from 'curfew/engine';
import { expressSessions } from 'curfew/frameworks/express';
import { fastifySessions } from 'curfew/frameworks/fastify';
import type { Tokens } from 'curfew/tokens';
import express from 'express';
import fastify from 'fastify';

/** Where the endpoints of `curfew/tokens` are. */
const ENDPOINTS = ['/token', '/revoke', '/introspect', '/.well-known/jwks.json'];

/** Fastify, with the endpoints for tokens, and routes that take them. */
export function withFastify(engine: Engine, tokens: Tokens) {
  const sessions = fastifySessions({ engine, cookie: false, bearer: tokens.whichSession });
  const app = fastify();
  app.register(async (scope) => {
    // in this plugin only: the endpoints read their forms themselves
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const path of ENDPOINTS) {
      scope.all(path, async (request, reply) => {
        const context = { ip: request.ip };
        const response = await tokens.handle(standardRequest(request.raw), { context });
        return response ?? reply.callNotFound();
      });
    }
  });
  app.get('/account', { onRequest: sessions.protect() }, async (request, reply) => {
    return { subject: sessions.of(request, reply).session?.subject };
  });
  return app;
}

/** Express, with the same. */
export function withExpress(engine: Engine, tokens: Tokens) {
  const sessions = expressSessions({ engine, cookie: false, bearer: tokens.whichSession });
  const app = express();
  // before any parser of bodies
  app.all(ENDPOINTS, async (req, res, next) => {
    const context = req.ip === undefined ? {} : { ip: req.ip };
    const response = await tokens.handle(standardRequest(req), { context });
    if (response === null) return next();
    res.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
  });
  app.get('/account', sessions.protect(), (req, res) => {
    res.json({ subject: sessions.of(req, res).session?.subject });
  });
  return app;
}

/** What the endpoints for tokens read. Nobody may have read the body before. */
function standardRequest(request: IncomingMessage): Request {
  const { method = 'GET', url = '/', headersDistinct } = request;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const address = new URL(url, 'http://localhost');
  if (method === 'GET' || method === 'HEAD') return new Request(address, { method, headers });
  const body = Readable.toWeb(request) as ReadableStream;
  // a body that streams says so, which not all types know
  return new Request(address, { method, headers, body, duplex: 'half' } as RequestInit);
}
