import type { Policy } from '../../core/policy.js';
import { type Excess, withinCeiling } from '../../policy/tighten/within-ceiling.js';
import type { Duration } from '../../time/duration.js';
import { MINUTE } from './minutes.js';

/** What a ceiling has to say of idle limits for a policy. */
export interface CeilingBounds {
  /** What is looser than the ceiling because of this limit: nothing, where it may be proposed. */
  excessesAt(idleTimeout: Duration): readonly Excess[];
  /** What is looser whatever the idle limit is: no proposal can mend it. */
  readonly standing: readonly Excess[];
}

const NO_CEILING: CeilingBounds = { excessesAt: () => [], standing: [] };

/**
 * Holds a policy with other idle limits against the whole of a ceiling: its conditions and its risk rules, too.
 *
 * @param asked the idle limit that the document lets clients ask for
 */
export function ceilingBounds(policy: Policy, ceiling: Policy | undefined, asked: Duration): CeilingBounds {
  if (ceiling === undefined) return NO_CEILING;
  const allAt = (idleTimeout: Duration) => withinCeiling(ceiling, withIdle(policy, idleTimeout, asked));
  // the limit itself is never excused, however short the ceiling's is
  const standing = allAt(MINUTE).filter(({ path }) => path !== '/idleTimeout');
  const known = new Set(standing.map(keyOf));
  return {
    excessesAt: (idleTimeout) => allAt(idleTimeout).filter((one) => !known.has(keyOf(one))),
    standing,
  };
}

/** The policy as its document would be with this limit. */
function withIdle(policy: Policy, idleTimeout: Duration, asked: Duration): Policy {
  const { limits, requestable } = policy;
  return {
    ...policy,
    limits: { ...limits, idleTimeout },
    requestable: { ...requestable, idleTimeout: Math.max(idleTimeout, asked) },
  };
}

function keyOf({ path, allowed }: Excess): string {
  return JSON.stringify([path, allowed]);
}
