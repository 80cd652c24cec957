import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { definePolicy } from '../../src/index.js';

export const policyOfProcesses = definePolicy({ id: 'two-processes', idleTimeout: '15m', absoluteTimeout: '8h' });

/** Starts the server of `socket-server.ts` in a process of its own. */
export async function startSocketServer(redisPort: number) {
  const path = fileURLToPath(new URL('./socket-server.ts', import.meta.url));
  const child = fork(path, [String(redisPort)], { execArgv: ['--import', 'tsx'] });
  const [port] = (await once(child, 'message')) as [number];
  return {
    port,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** A WebSocket that the server has bound. */
export async function boundSocket(port: number, handle: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: { cookie: `__Host-session=${handle}` } });
  await once(socket, 'open');
  socket.send('are you there?');
  await once(socket, 'message');
  return socket;
}

/** What a WebSocket is closed with, and when. */
export async function closeOf(socket: WebSocket): Promise<{ readonly said: string; readonly at: number }> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return { said: `${code} ${reason}`, at: performance.now() };
}
