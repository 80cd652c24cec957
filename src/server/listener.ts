import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Timers } from '../time/timer.js';

/** A server with limits, and a way to end it that loses no answer. */
export interface Listener {
  listen(host: string, port: number): Promise<number>;
  /** Whether it takes no more requests. */
  isClosing(): boolean;
  close(drainFor: number): Promise<void>;
}

/** Who sends a header a byte at a time is cut off; who sends one that is as large as nginx lets through is not. */
export const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  // above nginx's 60 s and Envoy's: of two that close an idle connection, the proxy should be the first
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 32_768,
  noDelay: true,
};
/** The store answers in two seconds or not at all: a connection that stands still for this long is dead. */
const SILENCE = 30_000;
const MOST_CONNECTIONS = 10_000;
const MOST_HEADERS = 200;

/** Makes a server that does not listen yet. */
export function openListener(handle: RequestListener, timers: Timers, limits = LIMITS): Listener {
  const server = createServer(limits, handle);
  server.maxConnections = MOST_CONNECTIONS;
  server.maxHeadersCount = MOST_HEADERS;
  server.setTimeout(SILENCE);
  let closing: Promise<void> | null = null;
  return {
    listen: (host, port) => listening(server, host, port),
    isClosing: () => closing !== null,
    close(drainFor) {
      closing ??= drained(server, drainFor, timers);
      return closing;
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Nothing new comes in, what is under way is answered, and what takes too long is cut off. */
function drained(server: Server, drainFor: number, timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    const cancel = timers.after(drainFor, () => server.closeAllConnections());
    server.close(() => {
      cancel();
      resolve();
    });
    server.closeIdleConnections();
  });
}
