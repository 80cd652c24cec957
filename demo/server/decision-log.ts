import type { LogEntry } from '../shared.js';

/** What is known of an entry before it has its number. */
export type Unnumbered = Omit<LogEntry, 'number'>;

/** The live log: the last entries, and whoever wants the next one. */
export interface DecisionLog {
  add(entry: Unnumbered): void;
  /** What came after an entry, the oldest first. */
  since(number: number): readonly LogEntry[];
  /** Calls with each new entry; the answer stops it. */
  subscribe(see: (entry: LogEntry) => void): () => void;
}

/** As much as the page shows. */
const KEPT = 200;

export function decisionLog(): DecisionLog {
  const entries: LogEntry[] = [];
  const watching = new Set<(entry: LogEntry) => void>();
  let count = 0;
  return {
    add(unnumbered) {
      count += 1;
      const entry = { ...unnumbered, number: count };
      entries.push(entry);
      if (entries.length > KEPT) entries.shift();
      for (const see of watching) see(entry);
    },
    since: (number) => entries.filter((entry) => entry.number > number),
    subscribe(see) {
      watching.add(see);
      return () => void watching.delete(see);
    },
  };
}
