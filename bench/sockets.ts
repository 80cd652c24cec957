/**
 * How soon a revocation closes a socket in another process over a real Redis, and what idle sockets cost.
 *
 *     npx tsx --expose-gc bench/sockets.ts [--trials 1000] [--sockets 10000] [--json]
 *
 * The revocation: the time from the call of `end` in this process to the `close` event of a real client here, of a server
 * in another process. The sockets: bound connections without a network below them, of one session each, and beside them
 * what a `setTimeout` for each would cost, armed and moved once.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { createEngine } from '../src/engine/index.js';
import { byId } from '../src/engine/question.js';
import { definePolicy } from '../src/index.js';
import type { Permitted, Transport } from '../src/sockets/connection.js';
import { sessionConnections } from '../src/sockets/connections.js';
import { memoryStore } from '../src/stores/memory.js';
import { redisStore } from '../src/stores/redis.js';
import { startRedis } from '../test/servers/redis-server.js';
import { boundSocket, closeOf, policyOfProcesses, startSocketServer } from '../test/sockets/two-processes.js';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '1000' },
    sockets: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});

const IDLE_SECONDS = 10;
/** Until every connection has asked once, in milliseconds. */
const SETTLE = 2_000;

async function revocations(trials: number) {
  const redis = await startRedis();
  const client = new Redis(redis.port, '127.0.0.1');
  const engine = createEngine({ policy: policyOfProcesses, store: redisStore(client), purgeEvery: 0 });
  const server = await startSocketServer(redis.port);
  const took: number[] = [];
  let wrong = 0;
  for (let trial = 0; trial < trials; trial++) {
    const login = await engine.start({ subject: `user-${trial}` });
    if (login.effect !== 'permit') throw new Error('no session');
    const closed = closeOf(await boundSocket(server.port, login.handle));
    const began = performance.now();
    await engine.end(byId(login.session.id));
    const { said, at } = await closed;
    took.push(at - began);
    if (said !== '4401 logout') wrong += 1;
  }
  await server.stop();
  client.disconnect();
  await redis.stop();
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] as number;
  return { trials, wrong, medianMs: at(0.5), p99Ms: at(0.99), worstMs: at(1) };
}

const NOBODY: Transport = { end() {}, cut() {}, hold() {}, resume() {} };

function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

/** What making `count` of something costs: bytes and CPU time each, and the CPU time of letting them be. */
async function cost(count: number, make: () => Promise<() => void> | (() => void)) {
  const before = heap();
  const started = process.cpuUsage();
  const stop = await make();
  const { user, system } = process.cpuUsage(started);
  const bytes = (heap() - before) / count;
  const idle = process.cpuUsage();
  await pause(IDLE_SECONDS * 1_000);
  const rest = process.cpuUsage(idle);
  stop();
  return {
    bytesEach: Math.round(bytes),
    microsecondsEach: (user + system) / count,
    idleMillisecondsPerSecond: (rest.user + rest.system) / 1_000 / IDLE_SECONDS,
  };
}

async function idleSockets(count: number) {
  const policy = definePolicy({ id: 'idle', idleTimeout: '1h', absoluteTimeout: '8h' });
  const engine = createEngine({ policy, store: memoryStore(), purgeEvery: 0, cache: false });
  const answers: Permitted[] = [];
  for (let number = 0; number < count; number++) {
    const login = await engine.start({ subject: `user-${number}` });
    if (login.effect === 'permit') answers.push({ ...login, refresh: null });
  }
  // so that what the engine remembers is there already, and not counted
  for (const { session } of answers) await engine.peek(byId(session.id));
  // a store that tells of changes, so that nothing is asked now and then: what is left is the connections' own cost
  const quiet = { ...engine, watch: () => () => undefined };
  const timeouts = await cost(count, () => {
    const timers = answers.map(({ until }) => setTimeout(() => undefined, until - Date.now()).unref());
    for (const timer of timers) timer.refresh();
    return () => timers.forEach((timer) => void clearTimeout(timer));
  });
  const connections = sessionConnections({ engine: quiet });
  const bound = await cost(count, async () => {
    const all = answers.map((answer) => connections.bind(answer, NOBODY));
    await pause(SETTLE);
    return () => all.forEach((one) => void one.release());
  });
  const polled = sessionConnections({ engine });
  const polling = await cost(count, async () => {
    const all = answers.map((answer) => polled.bind(answer, NOBODY));
    await pause(SETTLE);
    return () => all.forEach((one) => void one.release());
  });
  await engine.close();
  return { count, timeouts, connections: bound, unwatched: polling };
}

const idle = await idleSockets(Number(values.sockets));
const revoked = await revocations(Number(values.trials));
if (values.json) console.log(JSON.stringify({ revoked, idle }, null, 2));
else print();

function print(): void {
  const { trials, wrong, medianMs, p99Ms, worstMs } = revoked;
  console.log(`from revoke to closed socket in another process, ${trials} trials (median < 20 ms, worst < 500 ms):`);
  console.log(
    `  median ${medianMs.toFixed(2)} ms, 99 % ${p99Ms.toFixed(2)} ms, worst ${worstMs.toFixed(2)} ms, wrong ${wrong}`,
  );
  console.log(`\n${idle.count} idle connections${' '.repeat(22)}bytes each   us each (made)   CPU ms a second (idle)`);
  const rows = [
    ['a setTimeout each', idle.timeouts],
    ['connections, all of them (one timer)', idle.connections],
    ['connections over a store without `watch`', idle.unwatched],
  ] as const;
  for (const [name, one] of rows) {
    const figures = [one.bytesEach, one.microsecondsEach.toFixed(1), one.idleMillisecondsPerSecond.toFixed(2)];
    console.log(`  ${name.padEnd(42)}${figures.map((figure) => String(figure).padStart(10)).join('   ')}`);
  }
}
