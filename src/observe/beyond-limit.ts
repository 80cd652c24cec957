import type { Policy } from '../core/policy.js';
import type { DecisionRecord } from '../engine/index.js';
import { longestLimits } from '../policy/reachable-limits.js';
import type { Duration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';

/** The longest that a session can go on by a policy, whatever applies to it. `NEVER`: nothing to hold it against. */
export interface LongestLimits {
  readonly idle: Duration;
  readonly absolute: Duration;
}

/** Held against every permit, apart from what decided it: a second look by another way. */
export function longestOf(policy: Policy): LongestLimits {
  const { resetsAbsolute } = policy.reauthentication;
  return {
    idle: longest(policy, 'idleTimeout'),
    absolute: resetsAbsolute ? NEVER : longest(policy, 'absoluteTimeout'),
  };
}

function longest(policy: Policy, name: 'idleTimeout' | 'absoluteTimeout'): Duration {
  try {
    return longestLimits(policy, name)[0]?.value ?? NEVER;
  } catch {
    // a policy that is too large to look through
    return NEVER;
  }
}

/**
 * The limit that a permitted request is beyond; `null` if it is beyond none. `tolerance` is what may lie between the
 * decision and its record.
 */
export function limitPassed(record: DecisionRecord, limits: LongestLimits, tolerance: Duration): string | null {
  const { effect, type, at, until, age, idleFor } = record;
  if (effect !== 'permit' || (type !== 'access' && type !== 'token_refreshed')) return null;
  if (age !== null && age - tolerance >= limits.absolute) return 'absolute';
  if (idleFor !== null && idleFor - tolerance >= limits.idle) return 'idle';
  return until !== null && at - tolerance >= until ? 'until' : null;
}
