import { Redis } from 'ioredis';
import { redisStore } from '../src/stores/redis.js';
import { type RedisServer, startRedis } from '../test/servers/redis-server.js';

/**
 * Bytes of Redis memory a session: `used_memory` after so many sessions less what it was before, divided by their number,
 * on a server of its own. `npx tsx bench/redis-bytes.ts [sessions...]`
 */
const COUNTS = process.argv.slice(2).map(Number);
const RECORD = 220;
const LIFETIME = 30 * 86_400_000;
const TOGETHER = 500;

interface Variant {
  readonly name: string;
  fill(client: Redis, count: number): Promise<void>;
}

const VARIANTS: readonly Variant[] = [
  { name: 'curfew, one session a subject', fill: curfew({}) },
  { name: 'curfew, three sessions a subject', fill: curfew({ perSubject: 3 }) },
  {
    name: 'curfew, subjects are UUIDs',
    fill: curfew({ subjectOf: (number) => `00000000-0000-4000-8000-${padded(number, 12)}` }),
  },
  { name: 'curfew, prefix of 9 characters', fill: curfew({ prefix: 'sessions:' }) },
  { name: 'connect-redis, the JSON of express-session', fill: connectRedis },
];

interface CurfewOptions {
  readonly prefix?: string;
  readonly perSubject?: number;
  readonly subjectOf?: (number: number) => string;
}

function curfew({ prefix = 'curfew:', perSubject = 1, subjectOf = subjectNumber }: CurfewOptions): Variant['fill'] {
  return async (client, count) => {
    const store = redisStore(client, { prefix });
    const now = Date.now();
    await inBatches(count, async (number) => {
      const subject = subjectOf(Math.floor(number / perSubject));
      await store.create({ id: idOf(number), subject, record: recordOf(number), revision: 1, purgeAt: now + LIFETIME });
    });
  };
}

/** The key, the value and the expiry that connect-redis sets for a session with the state that ours has. */
async function connectRedis(client: Redis, count: number): Promise<void> {
  const cookie = {
    originalMaxAge: LIFETIME,
    expires: new Date(LIFETIME).toISOString(),
    secure: true,
    httpOnly: true,
    path: '/',
  };
  await inBatches(count, async (number) => {
    const value = JSON.stringify({ cookie, user: subjectNumber(number), state: recordOf(number) });
    await client.set(`sess:${idOf(number)}AAAAAAAAAA`, value, 'EX', LIFETIME / 1_000);
  });
}

async function inBatches(count: number, add: (number: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < count; start += TOGETHER) {
    await Promise.all(Array.from({ length: Math.min(TOGETHER, count - start) }, (_, at) => add(start + at)));
  }
}

function subjectNumber(number: number): string {
  return `user-${padded(number, 7)}`;
}

/** 22 characters, evenly spread as random ones are. */
function idOf(number: number): string {
  const spread = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  return `${spread.toString(36).padStart(7, '0')}-${padded(number, 14)}`;
}

function recordOf(number: number): string {
  const text = JSON.stringify({
    v: 1,
    h: padded(number, 43),
    c: 1_790_000_000_000 + number,
    a: 1_790_000_000_000,
    l: 'aal2',
  });
  return text.padEnd(RECORD, '.');
}

function padded(number: number, length: number): string {
  return String(number).padStart(length, '0');
}

async function usedMemory(server: RedisServer): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await server.ask('INFO', 'memory'))?.[1]);
}

async function measure({ name, fill }: Variant, count: number): Promise<string> {
  const server = await startRedis();
  const client = new Redis(server.port, '127.0.0.1', { enableAutoPipelining: true });
  try {
    await fill(client, 10);
    await client.flushall();
    const before = await usedMemory(server);
    await fill(client, count);
    const bytes = ((await usedMemory(server)) - before) / count;
    return `| ${name} | ${count.toLocaleString('en')} | ${bytes.toFixed(1)} |`;
  } finally {
    client.disconnect();
    await server.stop();
  }
}

async function main(): Promise<void> {
  console.log(
    `a record of ${RECORD} characters, 30 days to live\n\n| | sessions | bytes a session |\n| --- | ---: | ---: |`,
  );
  for (const count of COUNTS.length > 0 ? COUNTS : [100_000, 200_000, 1_000_000]) {
    for (const variant of VARIANTS) console.log(await measure(variant, count));
  }
}

await main();
