import { createServer } from 'node:http';
import type { Engine } from 'curfew/engine';
import { expressSessions } from 'curfew/frameworks/express';
import { websocketSessions } from 'curfew/frameworks/websocket';
import express from 'express';
import { Server } from 'socket.io';
import { type WebSocket, WebSocketServer } from 'ws';

/** WebSockets beside an application: a chat in which what is typed is a person's doing, and polls are nobody's. */
export function chat(engine: Engine) {
  const open = new Map<object, WebSocket>();
  const sockets = websocketSessions({
    engine,
    onWarning: (connection, { remainingMs }) => {
      open.get(connection)?.send(JSON.stringify({ type: 'session_warning', remainingMs }));
    },
  });
  const wss = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
  const server = createServer();
  server.on('upgrade', sockets.upgrade(wss));

  wss.on('connection', (socket) => {
    const connection = sockets.of(socket);
    if (connection === null) return;
    open.set(connection, socket);
    socket.on('close', () => open.delete(connection));
    socket.on('message', async (message) => {
      const frame = readFrame(String(message));
      if (frame === null) return socket.close(1007, 'no JSON');
      const { type, text } = frame;
      if (type === 'typed') {
        connection.touch();
        for (const other of wss.clients) other.send(JSON.stringify({ from: connection.session.subject, text }));
      }
      if (type === 'delete') {
        const { effect } = await connection.access({ activity: 'user', operation: 'message:delete' });
        socket.send(JSON.stringify({ type: 'deleted', done: effect === 'permit' }));
      }
    });
  });
  return { server, sockets, wss };
}

/** What a client sent may be anything; what an event listener throws would end the process. */
function readFrame(message: string): { readonly type?: unknown; readonly text?: unknown } | null {
  try {
    const frame: unknown = JSON.parse(message);
    return typeof frame === 'object' ? frame : null;
  } catch {
    return null;
  }
}

/** The same with Socket.IO. */
export function chatOverSocketIo(engine: Engine) {
  const sockets = websocketSessions({ engine });
  const server = createServer();
  const io = new Server(server);
  sockets.protect(io); // and each other namespace: sockets.protect(io.of('/news'))
  io.on('connection', (socket) => {
    const connection = sockets.of(socket);
    socket.on('typed', (text: string) => {
      connection?.touch();
      io.emit('said', { from: connection?.session.subject, text });
    });
  });
  return { server, sockets, io };
}

/** News as server-sent events, in an Express app. */
export function news(engine: Engine) {
  const sessions = expressSessions({ engine });
  const sockets = websocketSessions({ engine });
  const app = express();
  app.get('/news', sessions.protect(), (req, res) => {
    const stream = sockets.eventStream(sessions.of(req, res), res);
    stream.send({ event: 'news', data: 'welcome' });
  });
  return { app, sockets };
}
