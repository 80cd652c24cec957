import type { Duration } from '../../time/duration.js';
import type { Requirement, RequirementRule, StatedRequirement } from '../profile.js';

type LimitRule = Extract<RequirementRule, { kind: 'limit' }>;
type LimitParts = StatedRequirement & Pick<LimitRule, 'isReauthenticationEnough' | 'isRelatedOnly'>;

/** An idle limit of at most so long; `null`: of any length. */
export function idle(most: Duration | null, stated: LimitParts): Requirement {
  return { ...stated, kind: 'limit', limit: 'idleTimeout', most };
}

/** An absolute limit of at most so long; `null`: of any length. */
export function absolute(most: Duration | null, stated: LimitParts): Requirement {
  return { ...stated, kind: 'limit', limit: 'absoluteTimeout', most };
}

/** The idle deadline must end the session. */
export function ends(stated: StatedRequirement): Requirement {
  return { ...stated, kind: 'on_idle', needs: 'end' };
}

/** The idle deadline may lock the session as well. */
export function mayLock(stated: StatedRequirement): Requirement {
  return { ...stated, kind: 'on_idle', needs: 'lock' };
}

/** A policy cannot show it. */
export function elsewhere(where: string, stated: StatedRequirement): Requirement {
  return { ...stated, kind: 'elsewhere', where };
}

/** It holds for every policy. */
export function always(because: string, stated: StatedRequirement): Requirement {
  return { ...stated, kind: 'always', because };
}
