import type { Context } from '../../core/session.js';
import type { Engine } from '../../engine/engine.js';
import { byId } from '../../engine/question.js';
import type { HttpSessions } from '../../http/index.js';
import type { Bound, Permitted } from '../../sockets/connection.js';
import type { Connections } from '../../sockets/connections.js';
import { endingOf } from '../../sockets/ending.js';
import {
  checkNoRecovery,
  refusedHandshake,
  type SocketIoNamespace,
  type SocketIoSocket,
  socketIoTransport,
} from './socket-io.js';
import { shakeHands } from './upgrade.js';

/** What a namespace is protected with. */
export interface SocketIoSettings<Operation extends string> {
  readonly engine: Engine<Operation>;
  readonly sessions: HttpSessions<Operation>;
  readonly connections: Connections<Operation>;
  readonly origins: readonly string[];
  readonly operation: Operation | undefined;
  /** A socket is bound. */
  readonly bound: (socket: object, connection: Bound<Operation>) => void;
  readonly onError: (error: unknown) => void;
  /** Which session a client's connection was let in with: what it presented then may have been rotated since. */
  readonly known: WeakMap<object, string>;
}

interface Entry {
  readonly permitted: Permitted;
  readonly context: Context;
}

/**
 * Lets nobody into a namespace without a session, and binds each socket before the application hears of it.
 *
 * @throws an error with code `socket_options_invalid` if the server restores sockets by itself.
 */
export function protectNamespace<Operation extends string>(
  settings: SocketIoSettings<Operation>,
  namespace: SocketIoNamespace,
): void {
  checkNoRecovery(namespace);
  const entries = new WeakMap<SocketIoSocket, Entry>();
  namespace.use((socket, next) => {
    enter(settings, socket).then(
      (entry) => {
        if (entry instanceof Error) return next(entry);
        entries.set(socket, entry);
        settings.known.set(socket.conn, entry.permitted.session.id);
        next();
      },
      (error) => {
        settings.onError(error);
        next(refusedHandshake('handshake_failed', 503));
      },
    );
  });
  namespace.on('connection', (socket) => {
    const entry = entries.get(socket);
    // nobody has asked about it
    if (entry === undefined) return void socket.disconnect();
    const connection = settings.connections.bind(entry.permitted, socketIoTransport(socket), entry.context);
    socket.on('disconnect', connection.release);
    settings.bound(socket, connection);
  });
}

/** Whether a socket may enter; the error that its client is told if not. */
async function enter<Operation extends string>(
  { sessions, engine, origins, operation, known }: SocketIoSettings<Operation>,
  socket: SocketIoSocket,
): Promise<Entry | Error> {
  const id = known.get(socket.conn);
  const { session, refusal } = await shakeHands(sessions, socket.request, origins, operation, id === undefined);
  if (refusal !== null) return refusedHandshake(refusal.code, refusal.status);
  const { context } = session;
  const asked = { activity: 'background', context, ...(operation !== undefined && { operation }) } as const;
  const answer = id === undefined ? session.answer : await engine.access(byId(id), asked);
  if (answer?.effect === 'permit') return { permitted: answer, context };
  const { reason, closeCode } = answer === null ? NOBODY : endingOf(answer);
  return refusedHandshake(reason, STATUS[closeCode]);
}

const NOBODY = { closeCode: 4401, reason: 'session_missing' } as const;
const STATUS = { 4401: 401, 4403: 403, 1013: 503, 1001: 503 } as const;
