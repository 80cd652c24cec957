import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
// @ts-expect-error: the alias brings no types
import express4 from 'express4';
import { expect, it } from 'vitest';
import { expressSessions } from '../../src/frameworks/express.js';
import { aSite } from '../http/support.js';

it.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
] as const)('%s: whatever a hook rejects with, nobody is let in', async (_name, make) => {
  for (const reason of [undefined, null, '', 0, 'route', 'router', new Error('down')]) {
    const { engine } = aSite();
    const sessions = expressSessions({ engine, cookie: false, bearer: () => Promise.reject(reason) });
    const app = make();
    let isReached = false;
    app.set('env', 'test');
    app.get('/', sessions.protect() as never, (_request, response) => {
      isReached = true;
      response.send('inside');
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: 'Bearer abc' } });
    await response.text();
    server.close();
    expect([response.status, isReached]).toEqual([500, false]);
  }
});
