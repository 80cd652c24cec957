import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Engine, EngineOptions } from '../../src/engine/index.js';
import { byId } from '../../src/engine/question.js';
import { type WebSocketOptions, websocketSessions } from '../../src/frameworks/websocket.js';
import type { PolicyDocument } from '../../src/index.js';
import { aWorld, login, MINUTE, policyWith, SECOND, USER, unhandledRejections } from '../engine/support.js';
import { watchingStore } from '../engine/watching-store.js';
import { until } from '../servers/until.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const rejections = unhandledRejections();

interface Scene {
  readonly policy?: Partial<PolicyDocument>;
  readonly engine?: Partial<EngineOptions>;
  readonly options?: Partial<WebSocketOptions>;
  readonly operation?: string;
}

/** A real server of `ws`, over an engine whose time moves only when told to. */
async function aServer({ policy = {}, engine: part = {}, options = {}, operation }: Scene = {}) {
  const world = aWorld();
  const store = watchingStore();
  const engine = world.engine({ policy: policyWith(policy), store, ...part });
  const sockets = websocketSessions({
    engine: engine as Engine,
    clock: engine.clock,
    timers: world.timers,
    ...options,
  });
  const wss = new WebSocketServer({ noServer: true });
  const server = createServer();
  server.on('upgrade', sockets.upgrade(wss, operation));
  const heard: string[] = [];
  const servers: WebSocket[] = [];
  wss.on('connection', (socket) => {
    servers.push(socket);
    socket.on('message', (message) => {
      heard.push(String(message));
      if (String(message) === 'typed') sockets.of(socket)?.touch();
      if (String(message) === 'echo') socket.send('echo');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { handle, session } = await login(engine);
  const open = (headers: Record<string, string> = { cookie: `__Host-session=${handle}` }, path = '/') => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('error', () => undefined);
    closing.push(() => socket.terminate());
    return socket;
  };
  const opened = async (headers?: Record<string, string>) => {
    const socket = open(headers);
    await once(socket, 'open');
    await world.settle();
    return socket;
  };
  closing.push(
    () => engine.close(),
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
    () => wss.close(),
    () => wss.clients.forEach((client) => void client.terminate()),
  );
  return { world, store, engine, sockets, server, port, handle, session, open, opened, heard, servers };
}

/** What a closed socket was told. */
async function closed(socket: WebSocket): Promise<string> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return `${code} ${reason}`;
}

/** What the answer to a refused handshake was. */
async function refused(socket: WebSocket) {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, headers: response.headers, json: JSON.parse(body) as Record<string, unknown> };
}

describe('a handshake', () => {
  it('lets in whoever presents a session, and knows whose it is', async () => {
    const { opened, sockets, servers, session } = await aServer();
    const socket = await opened();
    const connection = sockets.of(servers[0] as object);
    expect(connection?.session).toMatchObject({ id: session.id, subject: 'alice' });
    expect([socket.readyState, sockets.size]).toEqual([WebSocket.OPEN, 1]);
    expect(sockets.of({})).toBeNull();
  });

  it.each([
    ['nothing', {}, 401, 'credential_missing'],
    ['a handle of nobody', { cookie: '__Host-session=nobody' }, 401, 'session_missing'],
    ['two different cookies', { cookie: '__Host-session=a; __Host-session=b' }, 400, 'credential_malformed'],
  ])('is refused with a response to who presents %s', async (_, headers, status, code) => {
    const { open, servers } = await aServer();
    const answer = await refused(open(headers as Record<string, string>));
    expect([answer.status, answer.json['code'], servers.length]).toEqual([status, code, 0]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('is refused with 503 while nobody can tell', async () => {
    const { open, store } = await aServer();
    store.intercept = () => Promise.reject(new Error('away'));
    const { status, headers, json } = await refused(open());
    expect([status, headers['retry-after'], json['code']]).toEqual([503, '1', 'store_unavailable']);
  });

  it('is refused where the operation is', async () => {
    const { open } = await aServer({ policy: { operations: { chat: { assuranceLevel: 'aal3' } } }, operation: 'chat' });
    const { status, headers } = await refused(open());
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringContaining('insufficient_user')]);
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['another site, by Fetch Metadata', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling host', { 'sec-fetch-site': 'same-site' }],
  ])('is refused with 403 from %s, whatever cookie it brings', async (_, headers) => {
    const { open, handle, engine } = await aServer();
    engine.records.length = 0;
    const { status, json } = await refused(open({ cookie: `__Host-session=${handle}`, ...headers }));
    expect([status, json['code'], engine.records.length]).toEqual([403, 'request_cross_site', 0]);
  });

  it('is answered to a page of its own host, and to one that is trusted', async () => {
    const { open, handle, port } = await aServer({ options: { origins: ['https://app.example.com'] } });
    for (const origin of [`http://127.0.0.1:${port}`, 'https://app.example.com']) {
      await once(open({ cookie: `__Host-session=${handle}`, origin }), 'open');
    }
  });

  it('can be refused by a close, which a page is told', async () => {
    const { open, sockets, store, handle, heard } = await aServer({ options: { refuseBy: 'close' } });
    const early = open({});
    early.on('open', () => early.send('too soon'));
    expect(await closed(early)).toBe('4401 credential_missing');
    expect((await refused(open({ origin: 'https://evil.example' }))).status).toBe(403);
    store.intercept = () => Promise.reject(new Error('away'));
    expect(await closed(open({ cookie: `__Host-session=${handle}` }))).toBe('1013 store_unavailable');
    expect([sockets.size, heard]).toEqual([0, []]);
  });

  it('fails closed where your own function throws, and tells it', async () => {
    const errors: unknown[] = [];
    const context = () => {
      throw new Error('mine');
    };
    const { open } = await aServer({ options: { context, onError: (error) => errors.push(error) } });
    const { status, json } = await refused(open());
    expect([status, json['code'], errors.length]).toEqual([503, 'handshake_failed', 1]);
  });

  it('answers where also what is told of it throws', async () => {
    const fail = () => {
      throw new Error('mine');
    };
    const thrown: unknown[] = [];
    vi.stubGlobal('queueMicrotask', (act: () => void) => {
      try {
        act();
      } catch (error) {
        thrown.push(error);
      }
    });
    const { open } = await aServer({ options: { context: fail, onError: fail } });
    expect((await refused(open())).status).toBe(503);
    vi.unstubAllGlobals();
    expect(thrown).toEqual([new Error('mine')]);
  });

  it('is nobody’s activity, however often it is repeated', async () => {
    const { opened, world, engine, session } = await aServer();
    for (let time = 0; time < 3; time++) {
      await world.advance(4 * MINUTE);
      (await opened()).terminate();
    }
    const answer = await engine.peek(byId(session.id));
    expect(answer.session?.lastActivityAt).toBe(session.lastActivityAt);
  });

  it('whose client hangs up meanwhile leaves nothing', async () => {
    const { port, store, sockets, handle, world } = await aServer();
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    store.intercept = async (_, act) => {
      await gate;
      return act();
    };
    const raw = connect(port, '127.0.0.1');
    raw.on('error', () => undefined);
    const lines = [
      'GET / HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Cookie: __Host-session=${handle}`,
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    raw.write(`${lines.join('\r\n')}\r\n\r\n`);
    await until('the store is asked', () => store.calls.load > 0);
    raw.resetAndDestroy();
    await once(raw, 'close');
    await world.settle();
    go();
    await world.settle();
    await until('nothing is bound', () => sockets.size === 0);
    expect(rejections).toEqual([]);
  });
});

describe('a WebSocket', () => {
  it('is closed with 4401 and the reason at its own deadline', async () => {
    const { opened, world, sockets } = await aServer();
    const socket = await opened();
    const told = closed(socket);
    await world.advance(15 * MINUTE + 50);
    expect(await told).toBe('4401 idle_timeout');
    await until('it is forgotten', () => sockets.size === 0);
  });

  it('is closed with 4401 when its session is ended, and outlives a new handle', async () => {
    const { opened, engine, handle, session, world } = await aServer();
    const socket = await opened();
    const told = closed(socket);
    const { handle: next } = await engine.reauthenticate(handle, { assuranceLevel: 'aal2' });
    await world.advance(MINUTE);
    expect([next === null, socket.readyState]).toEqual([false, WebSocket.OPEN]);
    await engine.end(byId(session.id), { code: 'account_disabled' });
    expect(await told).toBe('4401 account_disabled');
  });

  it('keeps its session alive by what the application says a person did, not by frames or pings', async () => {
    const { opened, world, session, engine, heard } = await aServer();
    const socket = await opened();
    const told = closed(socket);
    const active = async () => (await engine.peek(byId(session.id))).session?.lastActivityAt;
    await world.advance(10 * MINUTE);
    socket.ping();
    await once(socket, 'pong');
    socket.send('a poll');
    await until('it is heard', () => heard.length === 1);
    expect(await active()).toBe(session.lastActivityAt);
    socket.send('typed');
    await until('it is heard', () => heard.length === 2);
    await world.settle();
    expect(await active()).toBe(session.lastActivityAt + 10 * MINUTE);
    await world.advance(15 * MINUTE + 50);
    expect(await told).toBe('4401 idle_timeout');
  });

  it('hears nothing that arrives after the end, though the client goes on sending', async () => {
    const { opened, engine, session, heard, servers } = await aServer();
    const socket = await opened();
    // a client that does not answer the close, and goes on
    socket.pause();
    await engine.end(byId(session.id));
    await until('the close is sent', () => servers[0]?.readyState === WebSocket.CLOSING);
    for (let frame = 0; frame < 100; frame++) socket.send('echo');
    await new Promise<void>((resolve) => socket.ping(undefined, undefined, () => resolve()));
    await once(servers[0] as WebSocket, 'ping');
    expect(heard).toEqual([]);
    servers[0]?.on('message', () => heard.push('added later'));
    socket.send('echo');
    socket.resume();
    await once(servers[0] as WebSocket, 'close');
    expect(heard).toEqual([]);
  });

  it('hears what arrives while the engine is asked at the deadline, if that has moved, and in order', async () => {
    const { opened, world, engine, handle, heard, store } = await aServer();
    const socket = await opened();
    await world.advance(10 * MINUTE);
    await engine.access(handle, USER);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    store.intercept = async (method, act) => {
      if (method === 'load') await gate;
      return act();
    };
    await world.advance(5 * MINUTE + 50);
    for (const word of ['one', 'two', 'three']) socket.send(word);
    await new Promise<void>((resolve) => socket.send('four', () => resolve()));
    await world.settle();
    expect(heard).toEqual([]);
    store.intercept = null;
    go();
    await until('all are heard', () => heard.length === 4);
    expect(heard).toEqual(['one', 'two', 'three', 'four']);
  });

  it('is cut where the client does not answer the close', async () => {
    const { opened, world, engine, session, servers, sockets } = await aServer();
    const socket = await opened();
    socket.pause();
    const cut = once(servers[0] as WebSocket, 'close');
    await engine.end(byId(session.id));
    await world.advance(5 * SECOND + 50);
    await cut;
    expect(sockets.size).toBe(0);
  });

  it('does not end the process when a client breaks the protocol', async () => {
    const { opened, servers, sockets } = await aServer();
    const socket = await opened();
    const gone = new Promise<void>((resolve) => void servers[0]?.on('close', () => resolve()));
    const { _socket } = socket as unknown as { _socket: import('node:net').Socket };
    _socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await gone;
    await until('it is forgotten', () => sockets.size === 0);
  });

  it('of a process that ends is closed with 1001', async () => {
    const { opened, sockets } = await aServer();
    const told = closed(await opened());
    sockets.close();
    expect(await told).toBe('1001 server_closing');
  });

  it('that something else opened is bound after `protect`, and not without a permit', async () => {
    const { sockets, engine, handle, world, session } = await aServer();
    const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    closing.push(() => wss.close());
    await once(wss, 'listening');
    wss.on('connection', async (socket) => {
      sockets.bind(socket, { answer: await engine.access(handle, { activity: 'background' }) });
    });
    const socket = new WebSocket(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}`);
    const told = closed(socket);
    await until('it is bound', () => sockets.size === 1);
    await world.settle();
    await engine.end(byId(session.id));
    expect(await told).toBe('4401 logout');
    const refusedOne = { answer: await engine.access(handle, { activity: 'background' }) };
    for (const request of [refusedOne, { answer: null }]) {
      expect(() => sockets.bind(socket, request)).toThrowError(
        expect.objectContaining({ code: 'socket_not_permitted' }),
      );
    }
  });

  it('leaves nothing behind when a thousand come and go', async () => {
    const { open, sockets, world } = await aServer();
    for (let round = 0; round < 20; round++) {
      const all = Array.from({ length: 50 }, () => open());
      await Promise.all(all.map((socket) => once(socket, 'open')));
      await until('all are bound', () => sockets.size === 50);
      for (const [index, socket] of all.entries()) index % 2 === 0 ? socket.terminate() : socket.close();
      await until('all are forgotten', () => sockets.size === 0);
    }
    await world.settle();
    expect(world.timersPending()).toBeLessThanOrEqual(2);
  });
});

describe('an event stream', () => {
  async function aStream(kind: 'node' | 'web', scene: Scene = {}) {
    const { server, engine, sockets, port, ...rest } = await aServer(scene);
    const streams: ReturnType<typeof sockets.eventStream>[] = [];
    const { handle } = rest;
    server.on('request', async (_request, response) => {
      const answer = await engine.access(handle, { activity: 'background' });
      if (answer.effect !== 'permit') return void response.writeHead(204).end();
      if (kind === 'node') return void streams.push(sockets.eventStream({ answer, context: {} }, response));
      const { response: made, stream } = sockets.eventResponse({ answer, context: {} });
      streams.push(stream);
      response.writeHead(made.status, Object.fromEntries(made.headers));
      const reader = made.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
      response.on('close', () => void reader.cancel());
      for (let part = await reader.read(); !part.done; part = await reader.read()) response.write(part.value);
      response.end();
    });
    const ask = () =>
      new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
        httpRequest({ port, host: '127.0.0.1' }, resolve).on('error', reject).end();
      });
    const read = async () => {
      const response = await ask();
      const events: string[] = [];
      const done = (async () => {
        let text = '';
        for await (const chunk of response) {
          text += String(chunk);
          for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
            if (end > 1) events.push(text.slice(0, end));
            text = text.slice(end + 2);
          }
        }
      })().catch(() => undefined);
      await until('it is bound', () => streams.length > 0);
      return { response, events, done };
    };
    return { ...rest, server, engine, sockets, streams, read, ask };
  }

  it.each(['node', 'web'] as const)('ends with an event that says why, over %s', async (kind) => {
    const { read, streams, engine, session, ask, world } = await aStream(kind);
    const { response, events, done } = await read();
    await world.settle();
    expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const [stream] = streams;
    expect(stream?.send({ event: 'news', data: 'two\nlines', id: '7', retry: 5_000 })).toBe(true);
    stream?.comment('still here');
    await engine.end(byId(session.id), { code: 'logout_everywhere' });
    await done;
    expect(events).toEqual([
      'event: news\nid: 7\nretry: 5000\ndata: two\ndata: lines',
      ': still here',
      'event: session_ended\ndata: {"reason":"logout_everywhere","closeCode":4401}',
    ]);
    expect(stream?.send({ data: 'too late' })).toBe(false);
    expect((await ask()).statusCode).toBe(204);
  });

  it('is cut where nobody reads, as a standard response too: what waited is not read later', async () => {
    const { engine, sockets, handle, session, world } = await aServer({ options: { closeWithin: '5s' } });
    const { response, stream } = sockets.eventResponse({ answer: await engine.access(handle, USER), context: {} });
    stream.send({ data: 'unread' });
    await engine.end(byId(session.id), { code: 'logout' });
    await world.settle();
    await world.advance(6 * SECOND);
    await expect(response.text()).rejects.toThrow('the session has ended');
    expect(sockets.size).toBe(0);
  });

  it.each(['node', 'web'] as const)('is forgotten when the reader goes, over %s', async (kind) => {
    const { read, sockets } = await aStream(kind);
    const { response } = await read();
    expect(sockets.size).toBe(1);
    response.destroy();
    await until('it is forgotten', () => sockets.size === 0);
  });

  it.each(['node', 'web'] as const)('is closed by the application, over %s', async (kind) => {
    const { read, sockets, streams } = await aStream(kind);
    const { events, done } = await read();
    streams[0]?.send({ data: 'last' });
    streams[0]?.close();
    await done;
    expect(events).toEqual(['data: last']);
    await until('it is forgotten', () => sockets.size === 0);
  });

  it('sends nothing past the deadline, and one line stays one line', async () => {
    const { read, streams, world, store } = await aStream('node');
    const { events, done } = await read();
    streams[0]?.send({ event: 'a\nevent: session_ended', data: 'x', id: '1\n\nid: 2' });
    await until('it is there', () => events.length === 1);
    expect(events).toEqual(['event: a event: session_ended\nid: 1  id: 2\ndata: x']);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    store.intercept = async (_, act) => {
      await gate;
      return act();
    };
    await world.advance(14 * MINUTE + 59 * SECOND);
    await world.advance(SECOND);
    expect(streams[0]?.send({ data: 'a secret' })).toBe(false);
    store.intercept = null;
    go();
    await done;
    expect(events.slice(1)).toEqual(['event: session_ended\ndata: {"reason":"idle_timeout","closeCode":4401}']);
  });
});
