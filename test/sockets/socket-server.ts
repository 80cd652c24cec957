import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { createEngine } from '../../src/engine/index.js';
import { websocketSessions } from '../../src/frameworks/websocket.js';
import { redisStore } from '../../src/stores/redis.js';
import { policyOfProcesses } from './two-processes.js';

/** A process of its own: a server of `ws` over Redis. It tells its port, and ends with the process that started it. */
const client = new Redis(Number(process.argv[2]), '127.0.0.1', { enableOfflineQueue: false, lazyConnect: true });
client.on('error', () => undefined);
await client.connect();
const engine = createEngine({ policy: policyOfProcesses, store: redisStore(client), purgeEvery: 0 });
const sockets = websocketSessions({ engine });
const wss = new WebSocketServer({ noServer: true });
const server = createServer();
server.on('upgrade', sockets.upgrade(wss));
wss.on('connection', (socket) => {
  // whoever is answered knows that the socket is bound, and what is counted
  socket.on('message', () => socket.send(String(sockets.size)));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.((server.address() as AddressInfo).port);
process.once('disconnect', () => process.exit());
