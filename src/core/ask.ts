import { type Instant, isInstant } from '../time/instant.js';
import type { Facts } from './facts.js';
import { ASSURANCE_LEVELS } from './levels.js';
import type { Answer, Finding, Rule, RuleFacts } from './rule.js';

/** snake_case, as codes and signal names are. */
export const NAME = /^[a-z][a-z0-9_]{0,63}$/;

const FAILED: Finding = { effect: 'deny', code: 'rule_failed', ends: false };

/** Asks a rule that is not ours: one that throws or answers nonsense denies the request (law 8). */
export function askForeign(rule: Rule, facts: Facts): Answer {
  const { session, event, now, context, attention, authenticatedAt, proofs } = facts;
  const shown: RuleFacts = { session, event, now, context, attention, authenticatedAt, proofs };
  try {
    const answer = rule.evaluate(shown, rule.settings);
    return isAnswer(answer, now) ? answer : FAILED;
  } catch {
    return FAILED;
  }
}

function isAnswer(answer: unknown, now: Instant): answer is Answer {
  if (typeof answer === 'number') return isInstant(answer) && answer > now;
  return Array.isArray(answer) ? [...answer].every((one) => isFinding(one, now)) : isFinding(answer, now);
}

function isFinding(value: unknown, now: Instant): value is Finding {
  if (typeof value !== 'object' || value === null) return false;
  const { effect, code, since, maxAge, assuranceLevel, ends } = value as Partial<Record<keyof Finding, unknown>>;
  if (effect !== 'permit' && effect !== 'challenge' && effect !== 'deny') return false;
  if (typeof code !== 'string' || !NAME.test(code)) return false;
  if (since !== undefined && !(isInstant(since) && since <= now)) return false;
  if (maxAge !== undefined && maxAge !== null && !isInstant(maxAge)) return false;
  if (ends !== undefined && ends !== false) return false;
  return assuranceLevel === undefined || assuranceLevel === null || ASSURANCE_LEVELS.includes(assuranceLevel as 'aal1');
}
