import { connect, type Socket } from 'node:net';

/** What a run of requests took. */
export interface Load {
  readonly requests: number;
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** What to ask for. */
export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests go round them. */
  readonly cookies: readonly string[];
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Asks over connections that stay open, one request at a time on each. Written on bare sockets, because a client of
 * Node's costs as much as what is to be measured.
 */
export async function load({ port, path, connections, seconds, cookies }: LoadOrder): Promise<Load> {
  const requests = cookies.map((cookie) =>
    Buffer.from(`GET ${path} HTTP/1.1\r\nhost: a.test\r\ncookie: ${cookie}\r\ncurfew-activity: user\r\n\r\n`),
  );
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  const since = performance.now();
  const until = since + seconds * 1_000;
  const asking = Array.from({ length: connections }, (_, index) => {
    return askOn(connect(port, '127.0.0.1'), { requests, index, until, latencies, statuses });
  });
  await Promise.all(asking);
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const took = (performance.now() - since) / 1_000;
  return { requests: sorted.length, statuses, seconds: took, p50: at(0.5), p99: at(0.99) };
}

interface Asking {
  readonly requests: readonly Buffer[];
  readonly index: number;
  readonly until: number;
  readonly latencies: number[];
  readonly statuses: Map<number, number>;
}

function askOn(socket: Socket, { requests, index, until, latencies, statuses }: Asking): Promise<void> {
  return new Promise((resolve, reject) => {
    let turn = index * 7;
    let since = 0;
    let rest = 0;
    let status = 0;
    const ask = () => {
      since = performance.now();
      if (since >= until) return void socket.end();
      socket.write(requests[turn++ % requests.length] as Buffer);
    };
    socket.setNoDelay(true);
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk: Buffer) => {
      if (rest > 0) rest -= chunk.length;
      else {
        const end = chunk.indexOf(HEAD_END);
        const head = chunk.toString('latin1', 0, Math.max(0, end)).toLowerCase();
        status = Number(head.slice(9, 12));
        rest = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0) - (chunk.length - end - HEAD_END.length);
      }
      if (rest > 0) return;
      latencies.push(performance.now() - since);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      ask();
    });
  });
}
