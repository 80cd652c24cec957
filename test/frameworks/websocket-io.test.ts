import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { type Socket as ClientSocket, Manager } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { byId } from '../../src/engine/question.js';
import { type WebSocketOptions, websocketSessions } from '../../src/frameworks/websocket.js';
import type { PolicyDocument } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aWorld, login, MINUTE, policyWith, USER } from '../engine/support.js';
import { watchingStore } from '../engine/watching-store.js';
import { until } from '../servers/until.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Scene {
  readonly policy?: Partial<PolicyDocument>;
  readonly options?: Partial<WebSocketOptions>;
  readonly transports?: ('polling' | 'websocket')[];
  readonly namespaces?: readonly string[];
}

/** A real server of Socket.IO, and real clients. */
async function aServer({ policy = {}, options = {}, transports = ['websocket'], namespaces = ['/'] }: Scene = {}) {
  const world = aWorld();
  const store = watchingStore();
  const engine = world.engine({ policy: policyWith(policy), store });
  const sockets = websocketSessions({
    engine: engine as Engine,
    clock: engine.clock,
    timers: world.timers,
    ...options,
  });
  const http = createServer();
  const io = new Server(http);
  const heard: string[] = [];
  for (const name of namespaces) {
    const namespace = io.of(name);
    sockets.protect(namespace);
    namespace.on('connection', (socket) => {
      heard.push(`${name} ${sockets.of(socket)?.session.subject}`);
      socket.on('say', (text: string, answer?: (text: string) => void) => {
        heard.push(text);
        if (text === 'typed') sockets.of(socket)?.touch();
        answer?.('heard');
      });
    });
  }
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const { handle, session } = await login(engine);
  const client = (headers: Record<string, string> = { cookie: `__Host-session=${handle}` }) => {
    const manager = new Manager(`http://127.0.0.1:${port}`, {
      transports,
      extraHeaders: headers,
      reconnectionDelay: 10,
      autoConnect: true,
    });
    closing.push(() => manager._close());
    return manager;
  };
  closing.push(
    () => engine.close(),
    () => io.close(),
  );
  return { world, store, engine, sockets, io, client, heard, handle, session };
}

const connected = (socket: ClientSocket) => new Promise<void>((resolve) => void socket.once('connect', resolve));
const refused = (socket: ClientSocket) =>
  new Promise<unknown>((resolve) => {
    socket.once('connect_error', (error) => resolve((error as Error & { data?: unknown }).data));
  });

/** The event that says why, and what the client makes of it. */
async function ended(socket: ClientSocket) {
  const told: unknown[] = [];
  socket.once('session_ended', (why) => told.push(why));
  const reason = await new Promise<string>((resolve) => void socket.once('disconnect', resolve));
  return [...told, reason];
}

describe.each([['websocket'], ['polling'], ['polling', 'websocket']] as ('polling' | 'websocket')[][])(
  'a socket of Socket.IO over %s',
  (...transports) => {
    it('is let in with a session, hears and is heard, and is told why it ends', async () => {
      const { client, heard, engine, session, sockets } = await aServer({ transports });
      const socket = client().socket('/');
      await connected(socket);
      expect(await socket.emitWithAck('say', 'hello')).toBe('heard');
      expect([heard, sockets.size]).toEqual([['/ alice', 'hello'], 1]);
      const told = ended(socket);
      await engine.end(byId(session.id), { code: 'account_disabled' });
      expect(await told).toEqual([{ reason: 'account_disabled', closeCode: 4401 }, 'io server disconnect']);
      expect([sockets.size, socket.active]).toEqual([0, false]);
    });

    it('is refused without one, and told so', async () => {
      const { client, heard, store, handle } = await aServer({ transports });
      const socket = client({}).socket('/');
      expect(await refused(socket)).toEqual({ code: 'credential_missing', status: 401 });
      // Socket.IO does not try again by itself after such a refusal
      expect(socket.active).toBe(false);
      store.intercept = () => Promise.reject(new Error('away'));
      const other = client({ cookie: `__Host-session=${handle}` }).socket('/');
      expect(await refused(other)).toEqual({ code: 'store_unavailable', status: 503 });
      expect(heard).toEqual([]);
    });
  },
);

describe('Socket.IO', () => {
  it.each(['polling', 'websocket'] as const)('lets no other site in over %s', async (transport) => {
    const { client, handle } = await aServer({ transports: [transport] });
    const socket = client({ cookie: `__Host-session=${handle}`, origin: 'https://evil.example' }).socket('/');
    expect(await refused(socket)).toEqual({ code: 'request_cross_site', status: 403 });
  });

  it('connects again after a network fault, and not after the end of the session', async () => {
    const { client, engine, session, sockets, heard } = await aServer();
    const manager = client();
    const socket = manager.socket('/');
    await connected(socket);
    const again = connected(socket);
    manager.engine.close();
    await again;
    await until('one is left', () => sockets.size === 1);
    expect(heard).toEqual(['/ alice', '/ alice']);
    const told = ended(socket);
    await engine.end(byId(session.id));
    await told;
    socket.connect();
    expect(await refused(socket)).toEqual({ code: 'logout', status: 401 });
  });

  it('protects the namespaces that are said, each with its own socket on one connection', async () => {
    const { client, io, engine, session, sockets } = await aServer({ namespaces: ['/chat', '/news'] });
    io.of('/open').on('connection', () => undefined);
    const manager = client();
    const [chat, news, open] = ['/chat', '/news', '/open'].map((name) => manager.socket(name));
    await Promise.all([chat, news, open].map((one) => connected(one as ClientSocket)));
    expect(sockets.size).toBe(2);
    const told = [chat, news].map((one) => ended(one as ClientSocket));
    await engine.end(byId(session.id));
    for (const one of await Promise.all(told)) expect(one[1]).toBe('io server disconnect');
    expect([open?.connected, sockets.size]).toEqual([true, 0]);
  });

  it('lets a client join another namespace with the session of its connection, after a new handle too', async () => {
    const { client, engine, handle, world, session } = await aServer({ namespaces: ['/chat', '/news'] });
    const manager = client();
    await connected(manager.socket('/chat'));
    await engine.reauthenticate(handle, { assuranceLevel: 'aal2' });
    await world.advance(MINUTE);
    expect((await engine.access(handle, USER)).effect).toBe('deny');
    const news = manager.socket('/news');
    await connected(news);
    const told = ended(news);
    await engine.end(byId(session.id));
    await told;
    const late = manager.socket('/chat');
    late.connect();
    expect(await refused(late)).toMatchObject({ status: 401 });
  });

  it('ends at its own deadline, which what a person does moves', async () => {
    const { client, world, heard } = await aServer();
    const socket = client().socket('/');
    await connected(socket);
    await world.advance(10 * MINUTE);
    await socket.emitWithAck('say', 'typed');
    await world.settle();
    await world.advance(10 * MINUTE);
    await socket.emitWithAck('say', 'a poll');
    const told = ended(socket);
    await world.advance(5 * MINUTE + 50);
    expect(await told).toEqual([{ reason: 'idle_timeout', closeCode: 4401 }, 'io server disconnect']);
    expect(heard).toEqual(['/ alice', 'typed', 'a poll']);
  });

  it('refuses a server that restores sockets by itself', () => {
    const io = new Server({ connectionStateRecovery: {} });
    const engine = aWorld().engine({ store: memoryStore() });
    const sockets = websocketSessions({ engine: engine as Engine });
    for (const namespace of [io, io.of('/chat')]) {
      expect(() => sockets.protect(namespace)).toThrowError(
        expect.objectContaining({ code: 'socket_options_invalid' }),
      );
    }
  });
});
