/**
 * What a request waits for as the live sessions in Redis grow from a thousand to a million, and what they take there.
 *
 *     npm run build && npx tsx bench/http/scale.ts [--most 1000000] [--rounds 5]
 *
 * A thousand sessions log in; the others are copies of one of them under other keys, with the same time to live. Bytes
 * here leave out what a store keeps beside the sessions: `bench/redis-bytes.ts` counts everything.
 */
import { parseArgs } from 'node:util';
import type { RedisServer } from '../../test/servers/redis-server.js';
import { buildProcesses } from './build.js';
import { type Candidate, runSlice, startCandidate } from './candidate.js';
import { startProcess } from './processes.js';
import type { Usage } from './servers/process.js';
import { VARIANTS } from './variants.js';

const { values } = parseArgs({
  options: { most: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
});
const LOGGED_IN = 1_000;
const A_SCRIPT = 20_000;
const ONE = { connections: 1, seconds: 1 };
const MANY = { connections: 32, seconds: 1 };

/** Copies a key under names of the same length. */
const COPY = `
local value, ttl = redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])
local length = #KEYS[1] - #ARGV[1]
for number = ARGV[2], ARGV[3] do
  redis.call('SET', ARGV[1] .. string.sub(redis.sha1hex(number), 1, length), value, 'PX', ttl)
end
`;

/** Adds copies until there are so many sessions; answers the bytes of memory a copy takes, `null` if there are none. */
async function fill(redis: RedisServer, from: number, to: number): Promise<number | null> {
  if (to <= from) return null;
  const sample = await sessionKey(redis);
  const prefix = sample.slice(0, sample.indexOf(':') + 1);
  const before = await usedMemory(redis);
  for (let first = from + 1; first <= to; first += A_SCRIPT) {
    const last = Math.min(to, first + A_SCRIPT - 1);
    await redis.ask('EVAL', COPY, '1', sample, prefix, String(first), String(last));
  }
  return ((await usedMemory(redis)) - before) / (to - from);
}

/** Any key of a session: an index of another type is none. */
async function sessionKey(redis: RedisServer): Promise<string> {
  for (;;) {
    const key = await redis.ask('RANDOMKEY');
    if ((await redis.ask('TYPE', key)) === 'string') return key;
  }
}

async function usedMemory(redis: RedisServer): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.ask('INFO', 'memory'))?.[1]);
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const built = await buildProcesses();
const generator = await startProcess(new URL('generator.mjs', built), [], false);
const candidates: Candidate[] = [];

/** Alternates the bare and the protected route. */
async function rowOf(candidate: Candidate, sessions: number, bytes: number | null): Promise<string> {
  const added: number[] = [];
  const slowest: number[] = [];
  const redisTime: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const bare = await runSlice(generator, candidate, { route: '/bare', ...ONE });
    const one = await runSlice(generator, candidate, { route: '/protected', ...ONE });
    const many = await runSlice(generator, candidate, { route: '/protected', ...MANY });
    added.push((one.p50 - bare.p50) * 1_000);
    slowest.push(many.p99);
    redisTime.push(many.redisMicroseconds / many.requests);
  }
  const { residentBytes } = await candidate.server.ask<Usage>('usage');
  const columns = [
    `${candidate.variant.framework}: ${candidate.variant.name}`,
    sessions.toLocaleString('en'),
    median(added).toFixed(0),
    median(slowest).toFixed(1),
    median(redisTime).toFixed(1),
    bytes === null ? '' : bytes.toFixed(0),
    (residentBytes / 2 ** 20).toFixed(0),
  ];
  return `| ${columns.join(' | ')} |`;
}

try {
  for (const variant of VARIANTS.filter(({ framework }) => framework === 'Fastify')) {
    candidates.push(await startCandidate(variant, built, LOGGED_IN));
  }
  console.log('| | sessions | wait+ µs (c=1) | p99 ms (c=32) | Redis CPU µs | bytes a key | server RSS MiB |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (let sessions = LOGGED_IN; sessions <= Number(values.most); sessions *= 10) {
    for (const candidate of candidates) {
      const bytes = await fill(candidate.redis, sessions === LOGGED_IN ? sessions : sessions / 10, sessions);
      console.log(await rowOf(candidate, sessions, bytes));
    }
  }
} finally {
  await generator.stop();
  for (const candidate of candidates) await candidate.stop();
}
