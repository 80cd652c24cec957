import type { Transport } from '../../sockets/connection.js';
import { closeReason, type SocketEnding } from '../../sockets/ending.js';
import { delivery } from './delivery.js';

/** What of a socket of `ws` is used. */
export interface WebSocketLike {
  emit(name: string, ...values: unknown[]): boolean;
  on(name: 'close' | 'error', listener: () => void): unknown;
  close(code: number, reason: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
}

const ignore = () => undefined;

/**
 * Carries a socket of `ws`. Messages pass a gate on their way to the listeners, whoever added them and when: `ws` goes
 * on telling of messages after `close`, until the other side has answered it.
 */
export function webSocketTransport(socket: WebSocketLike): Transport {
  const gate = delivery();
  const emit = socket.emit;
  socket.emit = (name, ...values) => {
    if (name !== 'message') return emit.call(socket, name, ...values);
    gate.deliver(() => void emit.call(socket, name, ...values));
    return true;
  };
  // a frame that breaks the protocol is an `error`; without a listener it would end the process
  socket.on('error', ignore);
  return {
    end({ closeCode, reason }) {
      gate.stop();
      // to read the other side's answer to the close
      socket.resume();
      socket.close(closeCode, closeReason(reason));
    },
    cut: () => socket.terminate(),
    hold() {
      gate.hold();
      // the sender is kept waiting, so that little has to be kept here
      socket.pause();
    },
    resume() {
      gate.resume();
      socket.resume();
    },
  };
}

/** Closes a connection that nobody was to have, so that its page is told why. */
export function refuseByClose(socket: WebSocketLike, { closeCode, reason }: SocketEnding): void {
  socket.on('error', ignore);
  socket.close(closeCode, closeReason(reason));
}
