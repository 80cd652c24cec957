import { curfewError } from '../../core/errors.js';
import type { Transport } from '../../sockets/connection.js';
import { closeReason } from '../../sockets/ending.js';
import { delivery } from './delivery.js';
import type { NodeRequest } from './node.js';

/** What of a socket of Socket.IO is used. */
export interface SocketIoSocket {
  readonly request: NodeRequest;
  /** What all namespaces of one client share. */
  readonly conn: { close(): unknown };
  use(gate: (packet: unknown, next: (error?: Error) => void) => void): unknown;
  emit(name: string, ...values: unknown[]): unknown;
  on(name: 'disconnect', listener: () => void): unknown;
  disconnect(close?: boolean): unknown;
}

/** What of a server or a namespace of Socket.IO is used. */
export interface SocketIoNamespace {
  use(gate: (socket: SocketIoSocket, next: (error?: Error) => void) => void): unknown;
  on(name: 'connection', listener: (socket: SocketIoSocket) => void): unknown;
}

/**
 * Carries a socket of Socket.IO. The event `session_ended` says why before it is disconnected: Socket.IO has no close
 * codes. Other namespaces of the same client go on.
 */
export function socketIoTransport(socket: SocketIoSocket): Transport {
  const gate = delivery();
  // a packet whose `next` is not called goes nowhere
  socket.use((_packet, next) => gate.deliver(() => next()));
  return {
    end({ closeCode, reason }) {
      gate.stop();
      socket.emit('session_ended', { reason: closeReason(reason), closeCode });
      socket.disconnect();
    },
    cut: () => void socket.conn.close(),
    hold: gate.hold,
    resume: gate.resume,
  };
}

/** The error that a client's `connect_error` gets, with `data` to tell by. */
export function refusedHandshake(code: string, status: number): Error {
  return Object.assign(new Error(code), { data: { code, status } });
}

/**
 * Refuses a server that restores sockets after a disconnection: it sends what they missed before any middleware has
 * run, though the session may have ended meanwhile.
 *
 * @throws an error with code `socket_options_invalid`.
 */
export function checkNoRecovery(namespace: SocketIoNamespace): void {
  const { _opts, server } = namespace as { readonly _opts?: Options; readonly server?: { readonly _opts?: Options } };
  if (!(_opts ?? server?._opts)?.connectionStateRecovery) return;
  const message = 'must be off: it sends what a socket missed before anybody has asked whether its session goes on';
  throw curfewError('socket_options_invalid', 'this server cannot be protected:', [
    { path: '/connectionStateRecovery', code: 'invalid', message },
  ]);
}

interface Options {
  readonly connectionStateRecovery?: unknown;
}
