import type { Instant } from '../time/instant.js';
import type { JobReason } from './checks.js';

/** How many are remembered; what is forgotten counts anew, and the ceiling holds all the same. */
const MOST = 10_000;

/** Since when jobs have been paused, as far as this process knows. */
export interface Pauses {
  /** Remembers a pause, and says since when it has lasted. */
  since(grantId: string, at: Instant): Instant;
  /** The job goes on, or is over. */
  over(grantId: string): void;
  /** Remembers an abort that could not be written down: it is for good all the same. */
  abort(grantId: string, reasons: readonly JobReason[]): void;
  /** Why a job was aborted, of which its record does not know; `null` for any other. */
  aborted(grantId: string): readonly JobReason[] | null;
}

/** Remembers since when each grant has been paused, and which are to be aborted as soon as that can be written. */
export function rememberedPauses(): Pauses {
  const known = new Map<string, Instant>();
  const aborts = new Map<string, readonly JobReason[]>();
  return {
    since(grantId, at) {
      const first = Math.min(known.get(grantId) ?? at, at);
      known.set(grantId, first);
      if (known.size > MOST) known.delete(known.keys().next().value as string);
      return first;
    },
    over(grantId) {
      known.delete(grantId);
      aborts.delete(grantId);
    },
    abort(grantId, reasons) {
      aborts.set(grantId, reasons);
      if (aborts.size > MOST) aborts.delete(aborts.keys().next().value as string);
    },
    aborted: (grantId) => aborts.get(grantId) ?? null,
  };
}
