import { type CanActivate, HttpException } from '@nestjs/common';
import type { RequestHandler } from 'express';
import type { FastifyPluginAsync, onRequestAsyncHookHandler } from 'fastify';
import type { MiddlewareHandler } from 'hono';
import type { Middleware } from 'koa';
import type { NextRequest } from 'next/server.js';
import { expectTypeOf, it } from 'vitest';
import { createEngine } from '../../src/engine/index.js';
import { expressSessions } from '../../src/frameworks/express.js';
import { fastifySessions } from '../../src/frameworks/fastify.js';
import { fetchSessions } from '../../src/frameworks/fetch.js';
import { honoSessions } from '../../src/frameworks/hono.js';
import { koaSessions } from '../../src/frameworks/koa.js';
import { nestSessions } from '../../src/frameworks/nest.js';
import { nextSessions } from '../../src/frameworks/next.js';
import { definePolicy } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';

const policy = definePolicy({ id: 'types', absoluteTimeout: '8h', operations: { pay: {} } });
const engine = createEngine({ policy, store: memoryStore() });
const answer = async () => new Response();

it('adapters fit the real frameworks', () => {
  expectTypeOf(expressSessions({ engine }).protect('pay')).toExtend<RequestHandler>();
  expectTypeOf(expressSessions({ engine }).endpoints()).toExtend<RequestHandler>();
  expectTypeOf(fastifySessions({ engine }).protect('pay')).toExtend<onRequestAsyncHookHandler>();
  expectTypeOf(fastifySessions({ engine }).endpoints()).toExtend<FastifyPluginAsync>();
  expectTypeOf(honoSessions({ engine }).protect('pay')).toExtend<MiddlewareHandler>();
  expectTypeOf(koaSessions({ engine }).protect('pay')).toExtend<Middleware>();
  expectTypeOf(nestSessions({ engine, HttpException }).protect('pay')).toExtend<CanActivate>();
  const route = nextSessions({ engine }).protect(
    async (request: NextRequest, session, { params }: { params: Promise<{ id: string }> }) =>
      Response.json([request.nextUrl.pathname, session.session.subject, (await params).id]),
    'pay',
  );
  expectTypeOf(route).toExtend<(request: NextRequest, context: { params: Promise<{ id: string }> }) => unknown>();
});

it('an operation that the policy does not name does not compile', () => {
  // @ts-expect-error
  expressSessions({ engine }).protect('pya');
  // @ts-expect-error
  fastifySessions({ engine }).protect('pya');
  // @ts-expect-error
  honoSessions({ engine }).protect('pya');
  // @ts-expect-error
  koaSessions({ engine }).protect('pya');
  // @ts-expect-error
  nestSessions({ engine, HttpException }).protect('pya');
  // @ts-expect-error
  fetchSessions({ engine }).protect(answer, 'pya');
  // @ts-expect-error
  nextSessions({ engine }).protect(answer, 'pya');
});
