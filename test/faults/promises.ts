import type { Promised } from './entry.js';

/** The settings that the workers run with, and what follows from them: short, so that a run of seconds meets them all. */
export const PROMISED: Promised = {
  idleTimeout: 3_000,
  recordEvery: 300,
  writeTime: 500,
  revocationBound: 0,
  clockLeeway: 250,
  handleGrace: 400,
  refreshGrace: 1_500,
  keepEnded: 60_000,
  losses: [],
};
/** How long the store may take; a write that takes longer is reported as failed. */
export const STORE_TIMEOUT = PROMISED.writeTime;
/** The tighter limit that some processes have some of the time. */
export const STRICT_IDLE = 2_800;
/** How far apart the holder of a sparse session is active: less than any limit, more than half of it. */
export const SPARSE_EVERY = 2_300;
