import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a server, with a hand on it. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection there is; new ones are let through. */
  cut(): void;
  /** Breaks every connection and refuses new ones, until `restore`. */
  down(): void;
  /** Swallows what the server answers: requests arrive, replies do not. */
  dropReplies(): void;
  /** Swallows both directions; connections stay open. */
  blackHole(): void;
  /** Holds everything back by so many milliseconds, in order. */
  delay(milliseconds: number): void;
  /** Keeps everything back, in order, until `restore`. */
  hold(): void;
  /** Lets everything through again, what was held first. What was swallowed stays lost. */
  restore(): void;
  /** How many connections are open. */
  connections(): number;
  close(): Promise<void>;
}

interface Manner {
  readonly requests: boolean;
  readonly replies: boolean;
  readonly delay: number;
  /** What waits to be let through, if it is to wait. */
  readonly held: (() => void)[] | null;
}

const THROUGH: Manner = { requests: true, replies: true, delay: 0, held: null };

/** Stands on a free port in front of `target`, on this machine. */
export async function startProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let manner = THROUGH;
  let isDown = false;
  const server = createServer((client) => {
    if (isDown) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    pass(client, upstream, () => ({ ...manner, isOpen: manner.requests }));
    pass(upstream, client, () => ({ ...manner, isOpen: manner.replies }));
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  });
  const cut = () => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
    pairs.clear();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    down() {
      isDown = true;
      cut();
    },
    dropReplies() {
      manner = { ...manner, replies: false };
    },
    blackHole() {
      manner = { ...manner, requests: false, replies: false };
    },
    delay(milliseconds) {
      manner = { ...manner, delay: milliseconds };
    },
    hold() {
      manner = { ...manner, held: manner.held ?? [] };
    },
    restore() {
      for (const release of manner.held ?? []) release();
      manner = THROUGH;
      isDown = false;
    },
    connections: () => pairs.size,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Timers of one length fire in the order they were set, so bytes stay in order. */
function pass(from: Socket, to: Socket, way: () => Manner & { readonly isOpen: boolean }): void {
  from.on('data', (chunk) => {
    const { isOpen, delay, held } = way();
    if (!isOpen) return;
    const write = () => {
      if (!to.destroyed) to.write(chunk);
    };
    if (held !== null) held.push(write);
    else if (delay === 0) write();
    else setTimeout(write, delay);
  });
}
