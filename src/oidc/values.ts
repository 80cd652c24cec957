import { type Clock, systemClock } from '../time/clock.js';
import type { Instant } from '../time/instant.js';

/**
 * Texts by name that every process sees, each until an instant: which `sid` is whose, which token was used. It is no
 * place for secrets. A method that cannot reach its backend rejects.
 */
export interface SharedValues {
  /** `null` where there is none, or its time is up. */
  get(name: string): Promise<string | null>;
  /** Puts it in the place of what was there. */
  set(name: string, value: string, until: Instant): Promise<void>;
}

/** How values are kept in memory. */
export interface MemoryValuesOptions {
  /** How many at most; then those that were set first go. Default 100,000. */
  readonly most?: number;
  /** Default: the host's. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** Of so many that are left when there is no room, one goes early, so that there is room for a while. */
const SHARE = 10;

/**
 * Values of one process alone: for tests, and for a service of a single process that may forget them when it restarts.
 *
 * @example
 * const values = memoryValues();
 * await values.set('greeting', 'hello', NEVER);
 * await values.get('greeting'); // => 'hello'
 */
export function memoryValues({ most = 100_000, clock = systemClock }: MemoryValuesOptions = {}): SharedValues {
  const kept = new Map<string, { readonly value: string; readonly until: Instant }>();
  function makeRoom(): void {
    const now = clock.now();
    for (const [name, { until }] of kept) if (until <= now) kept.delete(name);
    let surplus = kept.size - Math.floor(most - most / SHARE);
    for (const name of kept.keys()) {
      if (surplus <= 0) return;
      kept.delete(name);
      surplus -= 1;
    }
  }
  return {
    async get(name) {
      const one = kept.get(name);
      return one === undefined || one.until <= clock.now() ? null : one.value;
    },
    async set(name, value, until) {
      kept.delete(name);
      if (kept.size >= most) makeRoom();
      kept.set(name, { value, until });
    },
  };
}
