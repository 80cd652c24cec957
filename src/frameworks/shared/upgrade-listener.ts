import type { Refusal, RequestSession } from '../../http/index.js';
import type { NodeRequest } from './node.js';
import { type Handshake, refuseUpgrade, type UpgradeSocket } from './upgrade.js';
import { refuseByClose, type WebSocketLike } from './web-socket.js';

/** What of a server of `ws` is used. It is made with `noServer: true`. */
export interface WebSocketServerLike {
  handleUpgrade(
    request: NodeRequest,
    socket: UpgradeSocket,
    head: Uint8Array,
    opened: (socket: WebSocketLike) => void,
  ): void;
  emit(name: 'connection', socket: WebSocketLike, request: NodeRequest): unknown;
}

/** A listener for `upgrade` of Node's HTTP server. */
export type UpgradeListener = (request: NodeRequest, socket: UpgradeSocket, head: Uint8Array) => Promise<void>;

/** What a listener goes by. */
export interface Upgrading<Operation extends string> {
  readonly server: WebSocketServerLike;
  readonly bind: (socket: WebSocketLike, session: RequestSession<Operation>) => unknown;
  readonly refuseBy: 'status' | 'close';
  readonly shake: (request: NodeRequest) => Promise<Handshake<Operation>>;
  /** What to answer where deciding failed. */
  readonly failed: (error: unknown) => Refusal;
}

const ignore = () => undefined;

/** Opens a WebSocket for whoever may have one, bound before the application hears of it. */
export function upgradeListener<Operation extends string>(upgrading: Upgrading<Operation>): UpgradeListener {
  const { server, bind, refuseBy, shake, failed } = upgrading;
  return async (request, socket, head) => {
    // a client that hangs up meanwhile is no error of the application's
    socket.on('error', ignore);
    const handshake = await shake(request).catch(failed);
    if ('status' in handshake) return refuseUpgrade(socket, handshake);
    const { session, refusal, ending } = handshake;
    if (refusal !== null && (refuseBy === 'status' || ending === null)) return refuseUpgrade(socket, refusal);
    socket.removeListener('error', ignore);
    server.handleUpgrade(request, socket, head, (opened) => {
      if (ending !== null) return refuseByClose(opened, ending);
      bind(opened, session);
      server.emit('connection', opened, request);
    });
  };
}
