import 'reflect-metadata';
import { Body, Controller, Get, HttpException, Module, Post, Req, Res, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Engine } from 'curfew/engine';
import { nestSessions } from 'curfew/frameworks/nest';
import type { Request, Response } from 'express';

/** Stands for your own check of a password. */
const isRight = (body: unknown) => (body as { password?: unknown } | null)?.password === 'correct';

/** A Nest app with sessions. The decorators are called as functions here, so that this compiles without a flag. */
export async function makeApp(engine: Engine<'payment:create'>) {
  const sessions = nestSessions({ engine, HttpException, pages: { signIn: '/login' } });

  class AccountController {
    async login(body: unknown, req: Request, res: Response) {
      if (!isRight(body)) throw new HttpException('wrong', 403);
      const { effect } = await sessions.of(req, res).start({ subject: 'alice' });
      res.status(effect === 'permit' ? 204 : 503);
    }
    account(req: Request, res: Response) {
      return { subject: sessions.of(req, res).session?.subject };
    }
    pay() {
      return { paid: true };
    }
  }
  decorate(AccountController, 'login', [Post('login'), at(0, Body()), at(1, Req()), at(2, passthrough)]);
  decorate(AccountController, 'account', [
    Get('account'),
    UseGuards(sessions.protect()),
    at(0, Req()),
    at(1, passthrough),
  ]);
  decorate(AccountController, 'pay', [Post('admin/pay'), UseGuards(sessions.protect('payment:create'))]);
  Controller()(AccountController);

  class AppModule {}
  Module({ controllers: [AccountController] })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  app.use(sessions.endpoints({ reauthenticate: ({ body }) => (isRight(body) ? { assuranceLevel: 'aal2' } : null) }));
  return app;
}

const passthrough = Res({ passthrough: true });
const at =
  (index: number, decorator: ParameterDecorator): MethodDecorator =>
  (target, name) =>
    decorator(target, name, index);

/** What a compiler makes of decorators above a method. */
function decorate({ prototype }: { prototype: object }, name: string, decorators: readonly MethodDecorator[]): void {
  const method = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  for (const decorator of decorators) decorator(prototype, name, method);
}
