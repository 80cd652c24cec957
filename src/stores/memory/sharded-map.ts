/** The part of a map that a store needs. */
export interface ShardedMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

const SHARDS = 256;

/**
 * A map made of many. A map that outgrows itself is built anew, all at once: of a million entries that takes tens of
 * milliseconds, in which nobody is served; of one shard's it takes a fraction of one.
 *
 * Keys that somebody chose so that they all land in one shard cost those pauses again and nothing more: within a
 * shard, the host's own map tells them apart.
 */
export function createShardedMap<Value>(): ShardedMap<Value> {
  const shards = Array.from({ length: SHARDS }, () => new Map<string, Value>());
  const shardOf = (key: string) => shards[shardNumber(key)] as Map<string, Value>;
  return {
    get: (key) => shardOf(key).get(key),
    set: (key, value) => void shardOf(key).set(key, value),
    delete: (key) => void shardOf(key).delete(key),
  };
}

function shardNumber(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index++) hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SHARDS - 1);
}
