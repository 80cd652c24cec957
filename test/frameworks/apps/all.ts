// @ts-expect-error it has no types of its own; those of Express 5 will do
import express4 from 'express4';
import type { FrameworkContractOptions } from '../../../src/testing/framework-contract.js';
import { expressApp } from './express.js';
import { fastifyApp } from './fastify.js';
import { fetchApp } from './fetch.js';
import { honoApp } from './hono.js';
import { koaApp } from './koa.js';
import { nestApp } from './nest.js';

/** The same app in every framework that shares a process with tests; Next has its own. */
export const APPS = {
  fetch: fetchApp,
  'Express 5': (setup) => expressApp(setup),
  'Express 5, which has parsed the body': (setup) => expressApp(setup, { parses: true }),
  'Express 4': (setup) => expressApp(setup, { makeExpress: express4 }),
  'Fastify 5, onRequest': (setup) => fastifyApp(setup, 'onRequest'),
  'Fastify 5, preHandler': (setup) => fastifyApp(setup, 'preHandler'),
  Hono: honoApp,
  Koa: koaApp,
  'Nest on Express': nestApp,
} satisfies Record<string, FrameworkContractOptions['makeApp']>;
