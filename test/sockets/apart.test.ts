import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { delivery } from '../../src/frameworks/shared/delivery.js';
import { type WebSocketLike, webSocketTransport } from '../../src/frameworks/shared/web-socket.js';
import type { Permitted, Transport } from '../../src/sockets/connection.js';
import { sessionConnections } from '../../src/sockets/connections.js';
import { timerWheel } from '../../src/sockets/wheel.js';
import { aWorld, login, MINUTE, policyWith, SECOND, USER } from '../engine/support.js';
import { watchingStore } from '../engine/watching-store.js';
import { fakeTime } from './time.js';

/** What came up on its own. */
let thrown: unknown[] = [];

beforeEach(() => {
  thrown = [];
  vi.stubGlobal('queueMicrotask', (act: () => void) => {
    try {
      act();
    } catch (error) {
      thrown.push(error);
    }
  });
});
afterEach(() => vi.unstubAllGlobals());

const mistake = new Error('a mistake of the application');
const fail = () => {
  throw mistake;
};
const quiet: Transport = { end: () => undefined, cut: () => undefined, hold: () => undefined, resume: () => undefined };

async function aScene() {
  const world = aWorld();
  const engine = world.engine({ policy: policyWith({}), store: watchingStore() });
  const connections = sessionConnections({ engine, clock: engine.clock, timers: world.timers });
  const { handle } = await login(engine);
  const enter = async (transport: Transport) => {
    const answer = await engine.access(handle, { activity: 'background' });
    return connections.bind(answer as Permitted, transport);
  };
  return { world, engine, connections, handle, enter };
}

describe('what one connection throws keeps no other alive', () => {
  it('when the session ends', async () => {
    const { world, engine, connections, handle, enter } = await aScene();
    await enter({ ...quiet, end: fail });
    const other = await enter(quiet);
    await world.settle();
    await engine.end(handle, { code: 'logout' });
    await world.settle();
    expect([other.state, other.ending?.reason, connections.size]).toEqual(['closed', 'logout', 0]);
    expect(thrown).toEqual([mistake]);
  });

  it('when the process ends', async () => {
    const { connections, enter } = await aScene();
    await enter({ ...quiet, end: fail });
    const other = await enter(quiet);
    connections.close();
    expect(other.ending?.reason).toBe('server_closing');
  });

  it('when one is cut', async () => {
    const { world, engine, handle, enter } = await aScene();
    await enter({ ...quiet, cut: fail });
    await world.settle();
    await engine.end(handle, { code: 'logout' });
    const again = await login(engine);
    await world.advance(6 * SECOND);
    const answer = await engine.access(again.handle, USER);
    expect(answer.effect).toBe('permit');
    expect(thrown).toEqual([mistake]);
  });

  it('when a message that was held is delivered, and the session ends later', async () => {
    const { world, engine, handle, enter } = await aScene();
    const emitter = new EventEmitter();
    const closed: number[] = [];
    const nothing = () => undefined;
    const socket = Object.assign(emitter, {
      close: (code: number) => void closed.push(code),
      terminate: nothing,
      pause: () => void emitter.emit('message', 'held'),
      resume: nothing,
    });
    await enter(webSocketTransport(socket as unknown as WebSocketLike));
    const other = await enter(quiet);
    socket.on('message', fail);
    await world.settle();
    await world.advance(14 * MINUTE);
    await engine.access(handle, USER);
    await world.advance(2 * MINUTE);
    expect([thrown, other.state]).toEqual([[mistake], 'open']);
    await engine.end(handle, { code: 'logout' });
    await world.settle();
    expect([closed, other.ending?.reason]).toEqual([[4401], 'logout']);
  });
});

it('a wheel goes on after one that throws', () => {
  const { timers, clock, advance } = fakeTime();
  const wheel = timerWheel({ clock, timers, tick: 50, lookEvery: 1_000 });
  const called: string[] = [];
  wheel.add(clock.now() + 100, fail);
  wheel.add(clock.now() + 100, () => called.push('with it'));
  wheel.add(clock.now() + 5_000, () => called.push('later'));
  advance(10_000);
  expect([called, thrown]).toEqual([['with it', 'later'], [mistake]]);
});

it('what was kept is delivered in its order, also behind one that throws', () => {
  const gate = delivery();
  const seen: number[] = [];
  gate.hold();
  gate.deliver(() => seen.push(1));
  gate.deliver(fail);
  gate.deliver(() => seen.push(2));
  gate.resume();
  expect([seen, thrown]).toEqual([[1, 2], [mistake]]);
});
