import 'reflect-metadata';
import type { Server } from 'node:http';
import { Controller, Get, HttpCode, HttpException, Module, Post, Req, Res, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { nestSessions } from '../../../src/frameworks/nest.js';
import type { ContractRoute, FrameworkApp, FrameworkSetup } from '../../../src/testing/framework-contract.js';
import { listening } from './listening.js';

type Sessions = ReturnType<typeof nestSessions<'account:read' | 'payment:create' | 'report:export'>>;

/** The decorators are called as the functions that they are: one controller for each route, whatever there is. */
function controllerOf(route: ContractRoute, sessions: Sessions) {
  class RouteController {
    async handle(req: Request, res: Response) {
      const { status, headers, body } = await route.answer(sessions.of(req, res));
      for (const [name, value] of headers) res.append(name, value);
      res.status(status);
      return body;
    }
  }
  const own = Object.getOwnPropertyDescriptor(RouteController.prototype, 'handle') as PropertyDescriptor;
  const { prototype } = RouteController;
  (route.method === 'GET' ? Get : Post)(route.path)(prototype, 'handle', own);
  HttpCode(200)(prototype, 'handle', own);
  Req()(prototype, 'handle', 0);
  Res({ passthrough: true })(prototype, 'handle', 1);
  if (route.asks !== 'nothing') {
    UseGuards(route.asks === 'session' ? sessions.protect() : sessions.protect(route.asks))(prototype, 'handle', own);
  }
  Controller()(RouteController);
  if (route.within !== null) UseGuards(sessions.protect())(RouteController);
  return RouteController;
}

export async function nestApp(setup: FrameworkSetup): Promise<FrameworkApp> {
  const sessions = nestSessions({ ...setup.options, HttpException });
  class AppModule {}
  Module({ controllers: setup.routes.map((route) => controllerOf(route, sessions)) })(AppModule);
  const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: false });
  app.use((_req: Request, res: Response, next: NextFunction) => {
    res.append('Set-Cookie', 'app=1; Path=/');
    next();
  });
  app.use(sessions.endpoints(setup.endpoints));
  await app.listen(0, '127.0.0.1');
  const { url } = await listening(app.getHttpServer() as Server);
  return {
    url,
    async close() {
      (app.getHttpServer() as Server).closeAllConnections();
      await app.close();
    },
  };
}
