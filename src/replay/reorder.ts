import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import type { LogRecord } from './record.js';

/** Sorts records by instant within a window. */
export interface Reorder<Item extends LogRecord = LogRecord> {
  push(record: Item): void;
  /** Gives out what is still held. */
  flush(): void;
}

/** Where records go: in the order of their instants, or marked as too late for that. */
export type RecordSink<Item extends LogRecord = LogRecord> = (record: Item, isLate: boolean) => void;

/** The records of one second. */
interface Bucket<Item> {
  readonly second: number;
  readonly records: Item[];
  latest: Instant;
  isSorted: boolean;
}

/**
 * Holds records back until the newest instant seen is `window` later, and gives them out sorted; equal instants keep
 * their order. A record that is older than the newest by more than the window is late, and is passed on at once.
 *
 * Records wait in one bucket a second, so a log in wild disorder costs hardly more than a sorted one; the window is
 * kept to the second.
 *
 * @param window in milliseconds; 0 passes everything on as it comes
 */
export function createReorder<Item extends LogRecord>(window: Duration, sink: RecordSink<Item>): Reorder<Item> {
  const buckets = new Map<number, Bucket<Item>>();
  let current: Bucket<Item> = emptyBucket(-1);
  let newest = -1;
  let due = -1;

  const release = (before: number) => {
    for (const second of secondsBefore(before, due, buckets)) {
      const bucket = buckets.get(second);
      if (bucket === undefined) continue;
      buckets.delete(second);
      if (!bucket.isSorted) bucket.records.sort((a, b) => a.event.at - b.event.at);
      for (const record of bucket.records) sink(record, false);
    }
    due = before;
  };

  return {
    push(record) {
      const { at } = record.event;
      if (at < newest - window) return sink(record, true);
      if (window === 0) {
        newest = at;
        return sink(record, false);
      }
      if (at > newest) {
        newest = at;
        const before = Math.floor((newest - window) / 1000);
        if (before > due) release(before);
      }
      const second = Math.floor(at / 1000);
      if (second !== current.second) current = bucketAt(buckets, second);
      current.isSorted &&= at >= current.latest;
      current.latest = at;
      current.records.push(record);
    },
    flush: () => release(Number.POSITIVE_INFINITY),
  };
}

function emptyBucket<Item>(second: number): Bucket<Item> {
  return { second, records: [], latest: -1, isSorted: true };
}

function bucketAt<Item>(buckets: Map<number, Bucket<Item>>, second: number): Bucket<Item> {
  const known = buckets.get(second);
  if (known !== undefined) return known;
  const bucket = emptyBucket<Item>(second);
  buckets.set(second, bucket);
  return bucket;
}

/** The seconds to release, in order: counted up where that is shorter than sorting all that are held. */
function secondsBefore(before: number, due: number, buckets: ReadonlyMap<number, unknown>): number[] {
  const first = Math.max(due, 0);
  if (before - first <= buckets.size) return Array.from({ length: before - first }, (_, index) => first + index);
  return [...buckets.keys()].filter((second) => second < before).sort((a, b) => a - b);
}
