import type { Instant } from '../time/instant.js';

/** What an attack looks like from here. */
export type AttackPattern = 'reuse' | 'shared_device' | 'use_after_end';

/** A pattern that was found. */
export interface Finding {
  readonly pattern: AttackPattern;
  /** The instant of the record that made it one. */
  readonly at: Instant;
  /** How many there were within the window: reuses, subjects, uses. */
  readonly count: number;
  /** Whose: the pseudonym of the device or of the session; `null` where it is all of the stream. */
  readonly who: string | null;
}
