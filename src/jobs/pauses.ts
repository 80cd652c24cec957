import type { Instant } from '../time/instant.js';

/** How many are remembered; what is forgotten counts anew, and the ceiling holds all the same. */
const MOST = 10_000;

/** Since when jobs have been paused, as far as this process knows. */
export interface Pauses {
  /** Remembers a pause, and says since when it has lasted. */
  since(grantId: string, at: Instant): Instant;
  /** The job goes on, or is over. */
  over(grantId: string): void;
}

/** Remembers since when each grant has been paused. */
export function rememberedPauses(): Pauses {
  const known = new Map<string, Instant>();
  return {
    since(grantId, at) {
      const first = Math.min(known.get(grantId) ?? at, at);
      known.set(grantId, first);
      if (known.size > MOST) known.delete(known.keys().next().value as string);
      return first;
    },
    over: (grantId) => void known.delete(grantId),
  };
}
