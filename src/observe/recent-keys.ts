import type { Instant } from '../time/instant.js';

/** Values by key, each for a while, and never more than so many. */
export interface RecentKeys<Value> {
  /** What was put under a key, if its time is not over at `now`. */
  get(key: string, now: Instant): Value | null;
  put(key: string, value: Value, until: Instant): void;
  delete(key: string): void;
  readonly size: number;
}

/**
 * A memory of the latest keys. The oldest one goes when a new one finds no room: who floods it makes a figure too low,
 * and memory no larger.
 */
export function recentKeys<Value>(most: number): RecentKeys<Value> {
  const held = new Map<string, { readonly value: Value; readonly until: Instant }>();
  return {
    get(key, now) {
      const found = held.get(key);
      if (found === undefined) return null;
      if (now < found.until) return found.value;
      held.delete(key);
      return null;
    },
    put(key, value, until) {
      held.delete(key);
      const [oldest] = held.keys();
      if (held.size >= most && oldest !== undefined) held.delete(oldest);
      held.set(key, { value, until });
    },
    delete: (key) => void held.delete(key),
    get size() {
      return held.size;
    },
  };
}
