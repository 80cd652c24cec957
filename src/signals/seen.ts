/**
 * Remembers what was done already: the `jti` of each SET, and the `state` of each verification that was asked for.
 * Where several processes receive one stream, they share it.
 */
export interface SeenEvents {
  has(key: string): boolean | Promise<boolean>;
  /** Called when the event has been applied and stored. It may forget after a day or so. */
  add(key: string): void | Promise<void>;
}

/**
 * Remembers in memory, for one process: the latest so many.
 *
 * @example
 * const seen = memorySeen(2);
 * for (const jti of ['a', 'b', 'c']) seen.add(jti);
 * seen.has('a'); // => false
 * seen.has('c'); // => true
 */
export function memorySeen(remember = 10_000): SeenEvents {
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    add(key) {
      keys.add(key);
      if (keys.size <= remember) return;
      for (const oldest of keys) {
        keys.delete(oldest);
        return;
      }
    },
  };
}
