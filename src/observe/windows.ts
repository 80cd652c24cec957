import type { Threshold } from '../core/detection.js';
import type { Instant } from '../time/instant.js';

/**
 * Something that counts for `at <= now < at + within`. Of the same `what`, the latest counts once; `null` counts each
 * time.
 */
export interface Entry {
  readonly at: Instant;
  readonly what: string | null;
}

interface Window {
  readonly entries: readonly Entry[];
  /** When it was last reported: the same burst is one finding. */
  readonly reportedAt: Instant | null;
}

type Bucket = ReadonlyMap<string, Window>;

/** Sliding windows by key. A value: adding to it makes another one, and copies a small part only. */
export type Windows = readonly Bucket[];

const BUCKETS = 256;
/** So 16,384 keys at most. */
const KEYS_A_BUCKET = 64;
/** A threshold that is higher than this is taken as this: whoever asks for more would fill the memory first. */
const MOST_ENTRIES = 1_000;
const EMPTY: Bucket = new Map();

/** Windows in which nothing is. */
export const NO_WINDOWS: Windows = Array.from({ length: BUCKETS }, () => EMPTY);

/** Windows with one more entry, and how many there are of its key if that is news. */
export interface Added {
  readonly windows: Windows;
  /** `null` where it is below the threshold, or was reported less than a window ago. */
  readonly count: number | null;
}

/**
 * Adds an entry under a key. What is over goes; of the rest no more is kept than makes a finding. Where the entry is a
 * whole window older than what is there, a clock was set back, and the window begins anew: one record from the future
 * must not blind it until then.
 */
export function withEntry(windows: Windows, key: string, entry: Entry, threshold: Threshold): Added {
  const { within } = threshold;
  const atLeast = Math.min(threshold.atLeast, MOST_ENTRIES);
  const index = bucketOf(key);
  const bucket = windows[index] ?? EMPTY;
  const held = bucket.get(key) ?? { entries: [], reportedAt: null };
  const near = held.entries.filter(({ at }) => at < entry.at + within);
  const now = Math.max(entry.at, near.at(-1)?.at ?? 0);
  const entries = merged(near, entry)
    .filter(({ at }) => now < at + within)
    .slice(-atLeast);
  const isReported = held.reportedAt !== null && Math.abs(now - held.reportedAt) < within;
  const count = entries.length >= atLeast && !isReported ? entries.length : null;
  const window = { entries, reportedAt: count === null ? held.reportedAt : now };
  return { windows: windows.with(index, withWindow(bucket, key, window)), count };
}

function merged(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const same = entry.what === null ? undefined : entries.find(({ what }) => what === entry.what);
  if (same !== undefined && same.at >= entry.at) return entries;
  return [...entries.filter((one) => one !== same), entry].sort((a, b) => a.at - b.at);
}

/** The key that was touched longest ago goes when there is no room. */
function withWindow(bucket: Bucket, key: string, window: Window): Bucket {
  const next = new Map(bucket);
  next.delete(key);
  const [oldest] = next.keys();
  if (next.size >= KEYS_A_BUCKET && oldest !== undefined) next.delete(oldest);
  return next.set(key, window);
}

/** FNV-1a. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % BUCKETS;
}
