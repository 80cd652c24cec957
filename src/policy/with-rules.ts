import { NAME } from '../core/ask.js';
import { curfewError, type Problem } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import type { Rule } from '../core/rule.js';
import { BEFORE_RULES } from '../core/verdict.js';
import { BUILT_IN_RULES } from '../rules/index.js';
import { fingerprintOf } from './fingerprint.js';

/** No settings are this deep; a cycle is. */
const DEEPEST = 50;

/**
 * The policy with these rules of yours in place of any that it has, and with the fingerprint that goes with them: for a
 * policy that `curfew compile` wrote, which is data and can hold none.
 *
 * It is what `definePolicy` makes of the same document and the same rules, without the parser.
 *
 * @throws an error with code `policy_invalid` whose `problems` tell every rule that cannot be used.
 * @example
 * const DAY = 86_400_000;
 * const neverOnSundays = {
 *   id: 'never_on_sundays',
 *   version: 1,
 *   settings: null,
 *   evaluate({ now }) {
 *     const day = Math.floor(now / DAY);
 *     const weekday = (day + 4) % 7; // 1 January 1970 was a Thursday
 *     return weekday === 0 ? { effect: 'deny', code: 'sunday', since: day * DAY } : (day + 7 - weekday) * DAY;
 *   },
 * };
 * withRules(policy, [neverOnSundays]).rules.length; // => 1
 */
export function withRules<Operation extends string>(
  policy: Policy<Operation>,
  rules: readonly Rule[],
): Policy<Operation> {
  const problems = ruleProblems(rules);
  if (problems.length > 0) throw curfewError('policy_invalid', 'these rules cannot be used:', problems);
  const { fingerprint: _, rules: __, ...resolved } = policy as Policy;
  // the rules themselves are the caller's, and stay as they are
  const own = { ...resolved, fingerprint: fingerprintOf(resolved, rules), rules: Object.freeze([...rules]) };
  return Object.freeze(own) as Policy<Operation>;
}

/** Everything that is wrong with custom rules, whatever they are. */
export function ruleProblems(rules: readonly Rule[]): Problem[] {
  if (!Array.isArray(rules)) return [{ path: '/rules', code: 'type_wrong', message: 'must be a list of rules' }];
  const taken = new Set([...BUILT_IN_RULES.map(({ id }) => id), ...BEFORE_RULES]);
  return rules.flatMap((rule, index) => oneRuleProblems(rule, `/rules/${index}`, taken));
}

function oneRuleProblems(rule: unknown, path: string, taken: Set<string>): Problem[] {
  const problems: Problem[] = [];
  const add = (at: string, code: string, message: string) => problems.push({ path: `${path}${at}`, code, message });
  if (typeof rule !== 'object' || rule === null) {
    add('', 'rule_invalid', 'is not a rule: write an object with an id, a version, settings and an evaluate function');
    return problems;
  }
  const { id, version, settings, ends, limit, evaluate } = rule as Partial<Record<keyof Rule, unknown>>;
  if (!isName(id)) add('/id', 'rule_id_invalid', 'must be snake_case, at most 64 characters');
  else if (taken.has(id)) add('/id', 'id_duplicate', `\`${id}\` is taken: choose another id`);
  else taken.add(id);
  if (!Number.isSafeInteger(version) || typeof evaluate !== 'function') {
    add('', 'rule_invalid', 'needs a whole-number version and an evaluate function');
  }
  if (ends !== undefined && typeof ends !== 'boolean') add('/ends', 'rule_invalid', 'must be true or false');
  if (limit !== undefined && !isName(limit))
    add('/limit', 'rule_invalid', 'must be a code in snake_case, at most 64 characters');
  if (!isJson(settings, 0))
    add('/settings', 'settings_not_json', 'must be JSON, because the fingerprint covers it: null for none');
  return problems;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  const isPlain = Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
  return isPlain && depth < DEEPEST && Object.values(value as object).every((one) => isJson(one, depth + 1));
}
