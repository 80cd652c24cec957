import { curfewError } from '../core/errors.js';
import { NEVER } from '../time/instant.js';
import type { SharedValues } from './values.js';

/** What of a client is used: `createClient` of `redis`, or `Redis` or `Cluster` of `ioredis`. */
export type RedisValuesClient =
  | { sendCommand(words: string[]): Promise<unknown> }
  | { call(command: string, words: string[]): Promise<unknown> };

/** How values are kept in Redis. */
export interface RedisValuesOptions {
  /** What every key begins with. Default `curfew:oidc:`. */
  readonly prefix?: string;
}

/**
 * Values that all processes share, in Redis 6.2 or later, or Valkey. Redis removes each when its time is up. The client
 * is never closed, and whatever it throws becomes `store_unavailable`.
 *
 * @example
 * const client = await createClient({ url }).on('error', log).connect();
 * const sids = sidsIn(redisValues(client));
 */
export function redisValues(client: RedisValuesClient, { prefix = 'curfew:oidc:' }: RedisValuesOptions = {}) {
  const send = async ([command, ...words]: readonly [string, ...string[]]): Promise<unknown> => {
    try {
      // ioredis has a `sendCommand` too, which takes something else
      return await ('call' in client ? client.call(command, words) : client.sendCommand([command, ...words]));
    } catch (cause) {
      // ioredis hangs the command on its errors, and with it what was written
      if (cause instanceof Error && 'command' in cause) delete (cause as { command?: unknown }).command;
      const error = curfewError('store_unavailable', 'the Redis server could not be reached, or refused', []);
      throw Object.assign(error, { cause });
    }
  };
  const values: SharedValues = {
    async get(name) {
      const value = await send(['GET', prefix + name]);
      return value === null || value === undefined ? null : String(value);
    },
    async set(name, value, until) {
      const end = until >= NEVER ? [] : ['PXAT', String(until)];
      await send(['SET', prefix + name, value, ...end]);
    },
  };
  return values;
}
