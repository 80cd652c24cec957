import { askForeign } from './core/ask.js';
import type { Decision } from './core/decision.js';
import type { SessionEvent } from './core/event.js';
import { type Facts, gatherFacts } from './core/facts.js';
import type { Policy } from './core/policy.js';
import type { Answer, Finding } from './core/rule.js';
import type { Session } from './core/session.js';
import { wasJudged } from './core/verdict.js';
import { evaluate } from './evaluate.js';
import { explainLimits, type LimitsInForce } from './limits-for.js';
import { BUILT_IN_RULES } from './rules/index.js';
import { sentenceFor } from './sentence.js';
import type { Instant } from './time/instant.js';

/** What one rule contributed. */
export interface RuleContribution {
  readonly rule: string;
  /** Until when it is fine with the request; `null` if it found something. */
  readonly until: Instant | null;
  readonly findings: readonly Finding[];
}

/** A decision with its grounds. */
export type Explanation = Decision & {
  /** Every rule with what it said; empty where the decision was made before any rule. */
  readonly rules: readonly RuleContribution[];
  /** The limits that the session was judged by; `null` where it was not judged. */
  readonly limits: LimitsInForce | null;
  /** The decision in words, for a person. Not for machines: it may change. */
  readonly sentence: string;
};

/**
 * The decision that `evaluate` gives, with what each rule contributed, every limit with its source, and a sentence.
 *
 * @example
 * explain(policy, session, event).sentence;
 */
export function explain<Operation extends string>(
  policy: Policy<Operation>,
  session: Session,
  event: SessionEvent<NoInfer<Operation>>,
): Explanation {
  const decision = evaluate(policy, session, event);
  const facts = wasJudged(decision) ? gatherFacts(policy, session, event) : null;
  const rules = facts === null ? [] : contributions(facts);
  const limits =
    facts === null ? null : explainLimits(policy, facts.surroundings, session.requested, facts.before.risks);
  return { ...decision, rules, limits, sentence: sentenceFor(policy, decision, event, limits) };
}

function contributions(facts: Facts): RuleContribution[] {
  const contribution = (rule: string, answer: Answer): RuleContribution => {
    if (typeof answer === 'number') return { rule, until: answer, findings: [] };
    return { rule, until: null, findings: Array.isArray(answer) ? answer : [answer as Finding] };
  };
  return [
    ...BUILT_IN_RULES.map((rule) => contribution(rule.id, rule.evaluate(facts, null))),
    ...facts.policy.rules.map((rule) => contribution(rule.id, askForeign(rule, facts))),
  ];
}
