export { type Admission, admit } from './admit.js';
export { type CandidateDecision, evaluateWithCandidate } from './candidate.js';
export { capLogin, type ProviderCaps } from './cap-login.js';
export type * from './core/decision.js';
export type { CurfewError, Problem } from './core/errors.js';
export type * from './core/event.js';
export type { Condition, Limits, Network, Operation, Policy, RiskRule } from './core/policy.js';
export type * from './core/reason.js';
export type { Answer, Finding, Json, Rule, RuleFacts } from './core/rule.js';
export type * from './core/session.js';
export { type Deadlines, deadlines } from './deadlines.js';
export { evaluate } from './evaluate.js';
export { type Explanation, explain, type RuleContribution } from './explain.js';
export {
  type LimitInForce,
  type LimitQuestion,
  type LimitSource,
  type LimitsInForce,
  limitsFor,
} from './limits-for.js';
export { type MissingDecision, missingSession } from './missing-session.js';
export { parseSession } from './parse-session.js';
export { comparePolicies } from './policy/compare/compare-policies.js';
export type { Comparison, LooseningExample, Outcome, PolicyChange, Relation } from './policy/compare/comparison.js';
export { definePolicy, type PolicyOptions, parsePolicy, policyProblems } from './policy/define.js';
export type * from './policy/document.js';
export { type ExposureTerm, type ExposureTotal, exposure, type PolicyExposure } from './policy/exposure.js';
export type { Deployment, ExposureBudget, ExposureQuestion } from './policy/exposure-input.js';
export type { Statement } from './policy/tighten/layers.js';
export type { LimitOrigin } from './policy/tighten/origins.js';
export { type Tightened, tighten } from './policy/tighten/tighten.js';
export { type Excess, withinCeiling } from './policy/tighten/within-ceiling.js';
export { withRules } from './policy/with-rules.js';
export { type Login, startSession } from './start-session.js';
export { type Duration, formatDuration, parseDuration } from './time/duration.js';
export { type Instant, NEVER } from './time/instant.js';
