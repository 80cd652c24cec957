import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { definePolicy } from 'curfew';
import { createEngine } from 'curfew/engine';
import { memoryStore } from 'curfew/stores/memory';
import { manualClock } from 'curfew/testing';
import { makeApp } from './express.js';

const policy = definePolicy({
  id: 'shop',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  operations: { 'payment:create': { assuranceLevel: 'aal2' } },
});

/** Somebody logs in, clicks, goes for lunch, and clicks again: what each click is answered. */
export async function clicksBeforeAndAfterLunch() {
  const clock = manualClock(Date.UTC(2026, 0, 5, 11, 50));
  const engine = createEngine({ policy, store: memoryStore(), clock });
  const server = makeApp(engine).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ password: 'correct' });
  const login = await fetch(`${url}/login`, { method: 'POST', headers, body });
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';

  const click = () => fetch(`${url}/account`, { headers: { cookie, 'curfew-activity': 'user' } });
  const before = await click();
  clock.advance(14 * 60_000);
  const still = await click();
  clock.advance(15 * 60_000);
  const after = await click();

  server.close();
  await engine.close();
  return { before: before.status, still: still.status, after: after.status, code: (await after.json()).code };
}
