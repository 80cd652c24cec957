import { ASSURANCE_LEVELS } from '../core/levels.js';
import type { AssuranceLevel, Session } from '../core/session.js';
import type { Answer, Ceiling } from './answers.js';

type Refusal = Exclude<Answer, { readonly effect: 'permit' }>;

/**
 * The answer of a session that stands under another one: what both permit, for as long as both do. Whose session it is
 * does not change: `session` stays the lower one.
 */
export function beneath(own: Answer, ceiling: Ceiling): Answer {
  const over = ceiling.answer;
  // there is nothing here that anything could stand over
  if (own.session === null || own.effect === 'deny' || own.effect === 'indeterminate') return own;
  if (over.effect !== 'permit') return refusedBy(own, over, ceiling);
  if (own.effect === 'challenge') return { ...own, ceiling };
  const reasons = over.reasons.length === 0 ? own.reasons : [...own.reasons, ...over.reasons];
  const bound = over.until < own.until ? { until: over.until, boundBy: over.boundBy } : {};
  return { ...own, ...bound, reasons, warnAt: Math.min(own.warnAt, over.warnAt), ceiling };
}

function refusedBy(own: Answer & { readonly session: Session }, over: Refusal, ceiling: Ceiling): Answer {
  const { session } = own;
  if (over.effect !== 'challenge') return { effect: over.effect, session, reasons: over.reasons, ceiling };
  const { until, maxAge, assuranceLevel, reasons } = over;
  if (own.effect !== 'challenge')
    return { effect: 'challenge', session, reasons, until, maxAge, assuranceLevel, ceiling };
  return {
    effect: 'challenge',
    session,
    reasons: [...own.reasons, ...reasons],
    until: Math.min(own.until, until),
    maxAge: own.maxAge === null || maxAge === null ? (own.maxAge ?? maxAge) : Math.min(own.maxAge, maxAge),
    assuranceLevel: higher(own.assuranceLevel, assuranceLevel),
    ceiling,
  };
}

function higher(one: AssuranceLevel | null, other: AssuranceLevel | null): AssuranceLevel | null {
  if (one === null || other === null) return one ?? other;
  return ASSURANCE_LEVELS.indexOf(one) > ASSURANCE_LEVELS.indexOf(other) ? one : other;
}
