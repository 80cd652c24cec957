import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import type { Effect, Reason } from './decision.js';
import { ASSURANCE_LEVELS } from './levels.js';
import type { Finding } from './rule.js';
import type { AssuranceLevel, Ended } from './session.js';

/** One finding with the rule that made it. */
export interface Found {
  readonly finding: Finding;
  readonly rule: { readonly id: string; readonly ends?: boolean };
}

/** What would turn a challenge into a permit. */
interface Remedy {
  /** Whether nothing but the operation refuses: then the session itself is fine. */
  readonly isOperationOnly: boolean;
  readonly maxAge: Duration | null;
  readonly assuranceLevel: AssuranceLevel | null;
}

/** What all rules said together. */
export interface Verdict extends Remedy {
  readonly effect: 'permit' | 'challenge' | 'deny';
  readonly reasons: readonly Reason[];
  /** Set if a finding ends the session: the one that holds the longest. */
  readonly ended: Ended | null;
}

const NO_REASONS: readonly Reason[] = [];
const STRICTNESS: Readonly<Record<Effect, number>> = { permit: 0, challenge: 1, deny: 2, indeterminate: 3 };

const NO_REMEDY: Remedy = { isOperationOnly: false, maxAge: null, assuranceLevel: null };

/** Who speaks before any rule does: ids that no rule may have. */
export const BEFORE_RULES: readonly string[] = ['session', 'ended', 'event', 'clock', 'engine'];

/** Whether a decision was made by the rules, and not before any of them. */
export function wasJudged({ reasons }: { readonly reasons: readonly Reason[] }): boolean {
  return !BEFORE_RULES.includes(reasons[0]?.rule ?? '');
}

/** What the rules say when none has found anything. */
export const PERMITTED: Verdict = { effect: 'permit', reasons: NO_REASONS, ended: null, ...NO_REMEDY };

/** Combines findings: the strictest effect wins, every reason is kept. */
export function combine(found: readonly Found[], now: Instant): Verdict {
  const sorted = found.length > 1 ? [...found].sort((a, b) => byStrictness(a, b, now)) : found;
  const [first] = sorted;
  if (first === undefined) return PERMITTED;
  const { effect, code, since = now } = first.finding;
  const { isOperationOnly, maxAge, assuranceLevel } = effect === 'challenge' ? remedyFor(sorted) : NO_REMEDY;
  return {
    effect,
    reasons: sorted.map(({ finding, rule }) => reasonOf(finding, rule.id, now)),
    ended: isEnd(first) ? { code, since, at: now } : null,
    isOperationOnly,
    maxAge,
    assuranceLevel,
  };
}

function reasonOf({ code, effect, since }: Finding, rule: string, now: Instant): Reason {
  return { code, effect, rule, since: since ?? now };
}

function byStrictness(a: Found, b: Found, now: Instant): number {
  const byEffect = STRICTNESS[b.finding.effect] - STRICTNESS[a.finding.effect];
  if (byEffect !== 0) return byEffect;
  const byEnd = Number(isEnd(b)) - Number(isEnd(a));
  return byEnd !== 0 ? byEnd : (a.finding.since ?? now) - (b.finding.since ?? now);
}

function isEnd({ finding, rule }: Found): boolean {
  return finding.effect === 'deny' && rule.ends === true && finding.ends !== false;
}

/** What would turn a challenge into a permit: all that any of the findings asks for. */
function remedyFor(found: readonly Found[]): Remedy {
  let isOperationOnly = true;
  let maxAge: Duration | null = null;
  let assuranceLevel: AssuranceLevel | null = null;
  for (const { finding, rule } of found) {
    if (finding.effect !== 'challenge') continue;
    if (rule.id !== 'operation') isOperationOnly = false;
    maxAge = smaller(maxAge, finding.maxAge === undefined ? 0 : finding.maxAge);
    assuranceLevel = higher(assuranceLevel, finding.assuranceLevel ?? null);
  }
  return { isOperationOnly, maxAge, assuranceLevel };
}

function smaller(a: Duration | null, b: Duration | null): Duration | null {
  return a === null || (b !== null && b < a) ? b : a;
}

function higher(a: AssuranceLevel | null, b: AssuranceLevel | null): AssuranceLevel | null {
  return b !== null && (a === null || ASSURANCE_LEVELS.indexOf(b) > ASSURANCE_LEVELS.indexOf(a)) ? b : a;
}
