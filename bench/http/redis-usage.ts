import type { RedisServer } from '../../test/servers/redis-server.js';

/** What a Redis has done since it began. */
export interface RedisUsage {
  /** Those that scripts call included. */
  readonly commands: number;
  readonly cpuMicroseconds: number;
  /** Calls of each command. */
  readonly calls: Readonly<Record<string, number>>;
}

/** Asks with one command, which is not counted. */
export async function redisUsage(server: RedisServer, asked: number): Promise<RedisUsage> {
  const text = await server.ask('INFO', 'everything');
  const number = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1]);
  const calls = Object.fromEntries(
    [...text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name, count]) => [name, Number(count)]),
  );
  return {
    commands: number('total_commands_processed') - asked,
    cpuMicroseconds: (number('used_cpu_user') + number('used_cpu_sys')) * 1e6,
    calls,
  };
}
