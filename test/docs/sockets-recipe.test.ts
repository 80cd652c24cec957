import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Manager } from 'socket.io-client';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { chat, chatOverSocketIo, news } from '../../docs/recipes/sockets.js';
import type { Engine } from '../../src/engine/index.js';
import { createEngine } from '../../src/engine/index.js';
import { login, policyWith } from '../engine/support.js';
import { watchingStore } from '../engine/watching-store.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(server: Server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

function anEngine() {
  const policy = policyWith({ warnBefore: '14m59s', operations: { 'message:delete': { assuranceLevel: 'aal2' } } });
  const engine = createEngine({ policy, store: watchingStore(), purgeEvery: 0 }) as Engine;
  closing.push(() => engine.close());
  return engine;
}

it('the chat: what is typed reaches everybody, until the logout', async () => {
  const engine = anEngine();
  const { server, sockets } = chat(engine);
  const port = await listening(server);
  const { handle } = await login(engine);
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: { cookie: `__Host-session=${handle}` } });
  const heard: unknown[] = [];
  socket.on('message', (message) => heard.push(JSON.parse(String(message))));
  await once(socket, 'open');
  for (const type of ['typed', 'delete']) {
    socket.send(JSON.stringify({ type, text: 'hello' }));
    await once(socket, 'message');
  }
  expect(heard).toContainEqual({ from: 'alice', text: 'hello' });
  while (!heard.some((one) => (one as { type?: string }).type === 'deleted')) await once(socket, 'message');
  expect(heard).toContainEqual({ type: 'deleted', done: false });
  while (!heard.some((one) => (one as { type?: string }).type === 'session_warning')) await once(socket, 'message');
  const closed = once(socket, 'close');
  await engine.end(handle);
  expect((await closed).map(String)).toEqual(['4401', 'logout']);
  sockets.close();
});

it.each(['not json', 'null', '7', '"typed"'])('the chat: %s ends the connection, and not the process', async (junk) => {
  const engine = anEngine();
  const port = await listening(chat(engine).server);
  const { handle } = await login(engine);
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: { cookie: `__Host-session=${handle}` } });
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send(junk);
  expect((await closed).map(String)).toEqual(['1007', 'no JSON']);
});

it('the chat over Socket.IO', async () => {
  const engine = anEngine();
  const { server, io } = chatOverSocketIo(engine);
  const port = await listening(server);
  const { handle } = await login(engine);
  const extraHeaders = { cookie: `__Host-session=${handle}` };
  const manager = new Manager(`http://127.0.0.1:${port}`, { extraHeaders, transports: ['websocket'] });
  closing.push(
    () => io.close(),
    () => manager._close(),
  );
  const socket = manager.socket('/');
  const said = new Promise((resolve) => void socket.once('said', resolve));
  socket.emit('typed', 'hello');
  expect(await said).toEqual({ from: 'alice', text: 'hello' });
  const ended = new Promise((resolve) => void socket.once('session_ended', resolve));
  await engine.end(handle);
  expect(await ended).toEqual({ reason: 'logout', closeCode: 4401 });
});

it('the news', async () => {
  const engine = anEngine();
  const port = await listening(createServer(news(engine).app));
  const { handle } = await login(engine);
  const ask = () => fetch(`http://127.0.0.1:${port}/news`, { headers: { cookie: `__Host-session=${handle}` } });
  const response = await ask();
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text === 'event: news\ndata: welcome\n\n') await engine.end(handle);
  }
  expect(text).toContain('event: session_ended\ndata: {"reason":"logout","closeCode":4401}\n\n');
  expect((await ask()).status).toBe(401);
});

it('the page shows what the recipe runs, and names every option', () => {
  const page = read('docs/sockets.md');
  const flat = (text: string) => text.replace(/\s+/g, ' ');
  const code = flat(read('docs/recipes/sockets.ts'));
  const shown = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'));
  const lines = shown
    .map((line) => flat(line.trim()))
    .filter((line) => /^(?:app|const|io|open|stream|wss)\b.*[;{(]$/.test(line));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => !code.includes(line))).toEqual([]);
  const options = ['src/sockets/options.ts', 'src/frameworks/websocket.ts'].flatMap((path) => {
    const [, body = ''] = /interface (?:Connection|WebSocket)Options[\s\S]*?\{\n([\s\S]*?)\n\}/.exec(read(path)) ?? [];
    return [...body.matchAll(/readonly (\w+)\??:/g)].map(([, name]) => name as string);
  });
  expect(options.length).toBeGreaterThan(10);
  expect(options.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
