import { type RedisServer, startRedis } from '../../test/servers/redis-server.js';
import type { Load, Order } from './generator.js';
import { type Asked, startProcess } from './processes.js';
import { redisUsage } from './redis-usage.js';
import type { Usage } from './servers/process.js';
import type { Variant } from './variants.js';

/** So many sessions are logged in, where nobody says. */
const SESSIONS = 500;

/** A variant that runs: its server, its Redis, its sessions. */
export interface Candidate {
  readonly variant: Variant;
  readonly server: Asked;
  readonly redis: RedisServer;
  readonly origin: string;
  readonly cookies: readonly string[];
  stop(): Promise<void>;
}

/** What one run of requests took. */
export interface Slice extends Load {
  readonly serverMicroseconds: number;
  readonly userMicroseconds: number;
  readonly redisMicroseconds: number;
  readonly commands: number;
}

/** Starts a variant and logs its sessions in. */
export async function startCandidate(variant: Variant, built: URL, sessions = SESSIONS): Promise<Candidate> {
  const redis = await startRedis();
  const file = new URL(`servers/${variant.server}.mjs`, built);
  const server = await startProcess(file, [redis.url, ...variant.flags], true);
  const origin = `http://127.0.0.1:${server.greeting}`;
  const cookies: string[] = [];
  for (let user = 0; user < sessions; user++) cookies.push(await login(origin, `user-${user}`));
  await checkProtected(origin, cookies[0] ?? '');
  return {
    variant,
    server,
    redis,
    origin,
    cookies,
    async stop() {
      await server.stop();
      await redis.stop();
    },
  };
}

async function login(origin: string, user: string): Promise<string> {
  const response = await fetch(`${origin}/login?user=${user}`);
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
  if (!response.ok || cookies.length === 0) throw new Error(`no login at ${origin}: ${response.status}`);
  return cookies.join('; ');
}

/** What lets everybody in, or nobody, is not worth measuring. */
async function checkProtected(origin: string, cookie: string): Promise<void> {
  const inside = await fetch(`${origin}/protected`, { headers: { cookie } });
  const outside = await fetch(`${origin}/protected`);
  if (inside.status !== 200 || outside.status !== 401) {
    throw new Error(`${origin} is not protected: ${inside.status} with a session, ${outside.status} without`);
  }
}

/** Asks for one route for so long. */
export async function runSlice(
  generator: Asked,
  { server, redis, origin, cookies }: Candidate,
  { route, connections, seconds }: Pick<Order, 'connections' | 'seconds'> & { readonly route: string },
): Promise<Slice> {
  const redisBefore = await redisUsage(redis, 0);
  const before = await server.ask<Usage>('usage');
  const load = await generator.ask<Load>({ url: `${origin}${route}`, connections, seconds, cookies } satisfies Order);
  const after = await server.ask<Usage>('usage');
  const redisAfter = await redisUsage(redis, 1);
  if (load.failures > 0 || load.requests === 0) throw new Error(`${load.failures} failures at ${origin}${route}`);
  return {
    ...load,
    serverMicroseconds: after.cpuMicroseconds - before.cpuMicroseconds,
    userMicroseconds: after.userMicroseconds - before.userMicroseconds,
    redisMicroseconds: redisAfter.cpuMicroseconds - redisBefore.cpuMicroseconds,
    commands: redisAfter.commands - redisBefore.commands,
  };
}
