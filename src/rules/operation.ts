import type { Facts } from '../core/facts.js';
import { ASSURANCE_LEVELS } from '../core/levels.js';
import type { Operation } from '../core/policy.js';
import type { Answer, Finding, Rule } from '../core/rule.js';
import type { AssuranceLevel, Proofs } from '../core/session.js';
import { after, type Instant, NEVER } from '../time/instant.js';

/** Asks for what the named operation needs: a proof of some level, recent enough (RFC 9470 step-up). */
export const operation: Rule<null, Facts> = {
  id: 'operation',
  version: 1,
  settings: null,
  limit: 'authentication_too_old',
  evaluate({ policy, event, now, authenticatedAt, proofs }) {
    if (event.type !== 'access' || event.operation === undefined) return NEVER;
    // an unknown name is a misspelt one: to permit it would switch the requirement off
    if (!Object.hasOwn(policy.operations, event.operation)) return { effect: 'deny', code: 'operation_unknown' };
    return judge(policy.operations[event.operation] as Operation, authenticatedAt, proofs, now);
  },
};

function judge(needed: Operation, authenticatedAt: Instant, proofs: Proofs, now: Instant): Answer {
  const { authenticatedWithin, assuranceLevel } = needed;
  const maxAge = authenticatedWithin === NEVER ? null : authenticatedWithin;
  const deadline = after(strongestProof(proofs, assuranceLevel) ?? authenticatedAt, authenticatedWithin);
  const findings: Finding[] = [];
  if (assuranceLevel !== null && proofs[assuranceLevel] === null) {
    findings.push({ effect: 'challenge', code: 'assurance_too_low', maxAge, assuranceLevel });
  }
  if (now >= deadline) {
    findings.push({ effect: 'challenge', code: 'authentication_too_old', since: deadline, maxAge, assuranceLevel });
  }
  return findings.length === 0 ? deadline : findings;
}

/**
 * The proof of the level, or of the next lower one that was proven at all; a stronger proof is never newer than a
 * weaker one.
 */
function strongestProof(proofs: Proofs, level: AssuranceLevel | null): Instant | null {
  if (level === null) return null;
  const upToLevel = ASSURANCE_LEVELS.slice(0, ASSURANCE_LEVELS.indexOf(level) + 1);
  const strongest = upToLevel.reverse().find((one) => proofs[one] !== null);
  return strongest === undefined ? null : proofs[strongest];
}
