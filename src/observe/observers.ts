import type { Observer } from '../engine/index.js';
import type { Sink } from './observed.js';
import { type PseudonymOptions, pseudonyms } from './pseudonyms.js';
import { toRecord } from './to-record.js';

/**
 * Several observers as one. Each is told whatever the others make of it: one that throws, or is rejected, takes nothing
 * from the next.
 *
 * @example
 * const seen = [];
 * const broken = () => { throw new Error('the disk is full'); };
 * observers(broken, (record) => seen.push(record.kind))({ kind: 'fault' });
 * seen; // => ['fault']
 */
export function observers(...all: readonly Observer[]): Observer {
  return (record) => {
    for (const observer of all) isolated(observer, record);
  };
}

/**
 * An observer that makes a record that may be kept, once, and gives it to every sink, whatever the others make of it.
 *
 * @throws an error with code `observe_key_invalid` if the key is shorter than 32 bytes.
 * @example
 * const observer = observing({ key }, (record) => save(JSON.stringify(record)));
 * createEngine({ policy, store: memoryStore(), observer });
 */
export function observing(options: PseudonymOptions, ...sinks: readonly Sink[]): Observer {
  const pseudonym = pseudonyms(options);
  return (record) => {
    const observed = toRecord(record, { pseudonym });
    for (const sink of sinks) isolated(sink, observed);
  };
}

function isolated<Value>(tell: (value: Value) => unknown, value: Value): void {
  try {
    const told = tell(value);
    if (told instanceof Promise) told.catch(() => undefined);
  } catch {
    // whoever watches must change nothing, for the others who watch least of all
  }
}
