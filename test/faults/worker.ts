// A process of its own that asks an engine for whatever a service would, as fast as it can, and tells what it was told.
import { setTimeout as pause } from 'node:timers/promises';
import { createEngine } from '../../src/engine/index.js';
import { definePolicy } from '../../src/index.js';
import { handOver, monotonic } from './hand-over.js';
import type { Order, WorkerSettings } from './messages.js';
import { openStore } from './open-store.js';
import { PROMISED, STORE_TIMEOUT, STRICT_IDLE } from './promises.js';
import { workload } from './workload.js';

/** How many requests a process has under way at once. */
const CLIENTS = 4;

process.on('unhandledRejection', (error) => void handOver({ type: 'unhandled', text: String(error) }));
process.on('uncaughtException', (error) => void handOver({ type: 'unhandled', text: String(error.stack) }));
process.on('disconnect', () => process.exit(1));

const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
const policies = [
  policy('loose', PROMISED.idleTimeout),
  policy('other', PROMISED.idleTimeout),
  policy('strict', STRICT_IDLE),
] as const;
let offset = 0;
const engine = createEngine({
  policy: policies[0],
  store: await openStore(settings.store),
  cache: settings.cache && { heartbeatEvery: 200, trustFor: 600 },
  recordEvery: PROMISED.recordEvery,
  storeTimeout: STORE_TIMEOUT,
  handleGrace: PROMISED.handleGrace,
  keepEnded: PROMISED.keepEnded,
  clock: { now: () => Date.now() + offset, monotonic: () => performance.now() },
});
const work = workload(engine, settings, policies);
let isRunning = false;

process.on('message', (order: Order) => {
  if (order.type === 'go') for (let client = 0; client < CLIENTS; client++) void run();
  if (order.type === 'shared') work.learn(order.shared);
  if (order.type === 'refreshed') work.refreshed(order.session, order.generation);
  if (order.type === 'stop') void stop();
  if (order.type !== 'clock') return;
  offset = order.offset;
  void handOver({ type: 'clock', at: monotonic() });
});
await handOver({ type: 'ready', revocationBound: engine.exposure().revocation });

async function run(): Promise<void> {
  isRunning = true;
  while (isRunning) {
    await work.step();
    await pause(work.rest());
  }
}

async function stop(): Promise<void> {
  isRunning = false;
  const hasFlushed = await engine.flush();
  await engine.close();
  await handOver({ type: 'stopped', hasFlushed });
  process.exit(0);
}

function policy(id: string, idleTimeout: number) {
  return definePolicy({
    id,
    idleTimeout,
    absoluteTimeout: '2h',
    clockLeeway: 200,
    tokens: { refreshGrace: PROMISED.refreshGrace },
    risk: [{ signal: 'odd', atLeast: 'low', then: 'observe' }],
  });
}
