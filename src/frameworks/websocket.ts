import type { Engine } from '../engine/engine.js';
import { type HttpOptions, httpSessions } from '../http/index.js';
import { apart } from '../sockets/apart.js';
import type { Bound, Connection, Transport } from '../sockets/connection.js';
import { sessionConnections } from '../sockets/connections.js';
import type { ConnectionOptions } from '../sockets/options.js';
import type { EventStream, StreamResponse } from './shared/event-stream.js';
import { type LetIn, permitted } from './shared/let-in.js';
import type { NodeRequest } from './shared/node.js';
import type { SocketIoNamespace } from './shared/socket-io.js';
import { protectNamespace } from './shared/socket-io-sessions.js';
import { sessionStreams } from './shared/streams.js';
import { failedHandshake, shakeHands } from './shared/upgrade.js';
import { type UpgradeListener, upgradeListener, type WebSocketServerLike } from './shared/upgrade-listener.js';
import { type WebSocketLike, webSocketTransport } from './shared/web-socket.js';

export type { Connection, Permitted, Warning } from '../sockets/connection.js';
export type { CloseCode, SocketEnding } from '../sockets/ending.js';
export type { ConnectionOptions, SocketEngine } from '../sockets/options.js';
export type { EventStream, StreamEvent, StreamResponse } from './shared/event-stream.js';
export type { LetIn } from './shared/let-in.js';
export type { SocketIoNamespace, SocketIoSocket } from './shared/socket-io.js';
export type { UpgradeSocket } from './shared/upgrade.js';
export type { UpgradeListener, WebSocketServerLike } from './shared/upgrade-listener.js';
export type { WebSocketLike } from './shared/web-socket.js';

type Read = 'cookie' | 'bearer' | 'trustProxies' | 'context' | 'realm' | 'acrValues' | 'problemType';

/** How connections find their session, and live on it. */
export interface WebSocketOptions<Operation extends string = string>
  extends ConnectionOptions<Operation>,
    Pick<HttpOptions<Operation>, Read> {
  readonly engine: Engine<Operation>;
  /** Other origins whose pages may connect: `https://app.example.com`. Default: the request's own host only. */
  readonly origins?: readonly string[];
  /**
   * How a handshake is refused: with a response (`status`), or by opening the connection and closing it at once
   * (`close`), because no browser tells a page the status. From another site it is always a response. Default `status`.
   */
  readonly refuseBy?: 'status' | 'close';
  /** Is told what your own functions throw during a handshake, which is refused then. */
  readonly onError?: (error: unknown) => void;
}

/** Sessions of connections that stay open. */
export interface WebSocketSessions<Operation extends string = string> {
  /**
   * Lets a WebSocket in that presents a session, which may do this where an operation is named. The server's
   * `connection` tells of it when it is bound.
   */
  upgrade(server: WebSocketServerLike, operation?: Operation): UpgradeListener;
  /**
   * Protects a namespace of Socket.IO; `io` itself is the one called `/`. Call it before you listen for `connection`.
   *
   * @throws an error with code `socket_options_invalid` if the server has `connectionStateRecovery`.
   */
  protect(namespace: SocketIoNamespace, operation?: Operation): void;
  /**
   * Binds a WebSocket that something else has opened, after a request that was let in.
   *
   * @throws an error with code `socket_not_permitted` if it was not; so do the two below.
   */
  bind(socket: WebSocketLike, request: LetIn): Connection<Operation>;
  /** Makes the response to a request that was let in a stream of events. */
  eventStream(request: LetIn, response: StreamResponse): EventStream<Operation>;
  /** The same as a standard `Response`. */
  eventResponse(request: LetIn): { readonly response: Response; readonly stream: EventStream<Operation> };
  /** The session's side of a WebSocket, or of a socket of Socket.IO; `null` if it is bound to none. */
  of(socket: object): Connection<Operation> | null;
  /** How many connections are open. */
  readonly size: number;
  /** Closes every connection with 1001, now and from now on: the process is about to end. */
  close(): void;
}

/**
 * Binds WebSockets, sockets of Socket.IO and streams of server-sent events to sessions: each is closed when its session
 * is over.
 *
 * @throws an error with code `http_options_invalid` or `socket_options_invalid` that says which option is wrong.
 * @example
 * const sockets = websocketSessions({ engine });
 * const wss = new WebSocketServer({ noServer: true });
 * server.on('upgrade', sockets.upgrade(wss));
 * wss.on('connection', (socket) => {
 *   const connection = sockets.of(socket);
 *   socket.on('message', (message) => connection.touch()); // a person typed it
 * });
 */
export function websocketSessions<Operation extends string>(
  options: WebSocketOptions<Operation>,
): WebSocketSessions<Operation> {
  const { engine, origins = [] } = options;
  // a handshake that nobody answers would stay open
  const onError = (error: unknown) => apart(() => options.onError?.(error));
  const sessions = httpSessions(handshakeOptions(options));
  const connections = sessionConnections(options);
  const known = new WeakMap<object, string>();
  const connectionOf = new WeakMap<object, Bound<Operation>>();
  const bound = (socket: object, connection: Bound<Operation>) => void connectionOf.set(socket, connection);
  const bindTo = (request: LetIn, transport: Transport) =>
    connections.bind(permitted(request), transport, request.context);
  const bind = (socket: WebSocketLike, request: LetIn) => {
    permitted(request);
    const connection = bindTo(request, webSocketTransport(socket));
    socket.on('close', connection.release);
    bound(socket, connection);
    return connection;
  };
  const failed = (error: unknown) => {
    onError(error);
    return failedHandshake(engine.now());
  };
  return {
    ...sessionStreams(bindTo),
    upgrade(server, operation) {
      const shake = (request: NodeRequest) => shakeHands(sessions, request, origins, operation);
      return upgradeListener({ server, bind, shake, failed, refuseBy: options.refuseBy ?? 'status' });
    },
    protect: (namespace, operation) =>
      protectNamespace({ engine, sessions, connections, origins, operation, known, onError, bound }, namespace),
    bind,
    of: (socket) => connectionOf.get(socket) ?? null,
    get size() {
      return connections.size;
    },
    close: () => connections.close(),
  };
}

/** A handshake is nobody's doing, and its response has no room for a header. */
function handshakeOptions<Operation extends string>(options: WebSocketOptions<Operation>): HttpOptions<Operation> {
  const { engine, cookie, bearer, trustProxies, context, realm, acrValues, problemType } = options;
  return {
    engine,
    activity: { classify: () => 'background' },
    statusHeader: false,
    warn: () => undefined,
    ...(cookie !== undefined && { cookie }),
    ...(bearer !== undefined && { bearer }),
    ...(trustProxies && { trustProxies }),
    ...(context && { context }),
    ...(realm && { realm }),
    ...(acrValues && { acrValues }),
    ...(problemType && { problemType }),
  };
}
