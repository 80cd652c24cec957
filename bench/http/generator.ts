import { peer } from '../peers/candidate.js';

/** What is to be asked for, and how. */
export interface Order {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** One per session; requests go round them, each connection from another start. */
  readonly cookies: readonly string[];
}

/** What came of it. */
export interface Load {
  readonly requests: number;
  readonly failures: number;
  /** From the first answer to the last. */
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the generator, to tell when it is what is slow. */
  readonly cpuMicroseconds: number;
}

interface Client {
  setRequests(requests: readonly { readonly headers: { readonly cookie: string } }[]): void;
}

process.on('disconnect', () => process.exit());
process.on('message', async (order: Order) => process.send?.(await load(order)));

async function load({ url, connections, seconds, cookies }: Order): Promise<Load> {
  const { default: autocannon } = await peer('autocannon');
  const requests = cookies.map((cookie) => ({ headers: { cookie } }));
  let number = 0;
  const setupClient = (client: Client) => {
    const start = Math.floor((number++ * requests.length) / connections);
    client.setRequests([...requests.slice(start), ...requests.slice(0, start)]);
  };
  const latencies: number[] = [];
  let failures = 0;
  let first = 0;
  let last = 0;
  const before = process.cpuUsage();
  const running = autocannon({ url, connections, duration: seconds, setupClient, sampleInt: 50 });
  running.on('response', (_client: Client, status: number, _bytes: number, milliseconds: number) => {
    last = performance.now();
    if (first === 0) first = last;
    if (status !== 200) failures += 1;
    latencies.push(milliseconds);
  });
  const { errors } = await running;
  const { user, system } = process.cpuUsage(before);
  const sorted = Float64Array.from(latencies).sort();
  return {
    requests: sorted.length,
    failures: failures + errors,
    seconds: (last - first) / 1_000,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    cpuMicroseconds: user + system,
  };
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
