import { NAME } from '../core/ask.js';
import { curfewError, type Problem } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import type { Rule } from '../core/rule.js';
import { BEFORE_RULES } from '../core/verdict.js';
import { BUILT_IN_RULES } from '../rules/index.js';
import { inconsistencies } from './consistency.js';
import type { PolicyDocument } from './document.js';
import { fingerprintOf } from './fingerprint.js';
import { problemsOf } from './problems.js';
import { resolveDocument } from './resolve.js';
import { policySchema } from './schema.js';

/** What a policy has besides its document. */
export interface PolicyOptions {
  /** Your own rules. They run after the built-in ones, and can only tighten. */
  readonly rules?: readonly Rule[];
}

/** The operations that a document names; any text where the document's type does not tell. */
export type OperationName<Document extends PolicyDocument> =
  Document extends { readonly operations: infer Operations } ? Extract<keyof Operations, string> : string;

/**
 * Checks a policy document, resolves its defaults and makes it ready to decide.
 *
 * @throws an error with code `policy_invalid` whose `problems` tell everything that is wrong: path, code, and what to write instead.
 * @example
 * const policy = definePolicy({ id: 'customer-web', idleTimeout: '15m', absoluteTimeout: '8h', warnBefore: '2m' });
 */
export function definePolicy<const Document extends PolicyDocument>(
  document: Document,
  options: PolicyOptions = {},
): Policy<OperationName<Document>> {
  const { rules = [] } = options;
  const problems = [...documentProblems(document), ...ruleProblems(rules)];
  if (problems.length > 0) throw curfewError('policy_invalid', 'this policy cannot be used:', problems);
  const resolved = resolveDocument(document);
  const fingerprint = fingerprintOf(resolved, rules);
  // the rules themselves are the caller's, and stay as they are
  const policy: Policy = Object.freeze({ ...frozen({ ...resolved, fingerprint }), rules: Object.freeze([...rules]) });
  return policy as Policy<OperationName<Document>>;
}

/**
 * Everything that is wrong with a policy document; an empty list if nothing is.
 *
 * @example
 * policyProblems({ id: 'web', absoluteTimeout: '8 hours' })[0]?.path; // => '/absoluteTimeout'
 */
export function policyProblems(document: unknown): readonly Problem[] {
  return documentProblems(document);
}

function documentProblems(document: unknown): Problem[] {
  const hidden = hiddenKeys(document, '');
  if (hidden.length > 0) return hidden;
  const parsed = policySchema.safeParse(document);
  if (!parsed.success) return problemsOf(parsed.error.issues, document);
  return inconsistencies(document as PolicyDocument);
}

/** Keys that readers of objects pass over in silence; only parsed JSON can hold them. */
function hiddenKeys(value: unknown, path: string): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => {
    const at = `${path}/${key}`;
    if (key !== '__proto__') return hiddenKeys((value as Record<string, unknown>)[key], at);
    return [{ path: at, code: 'key_unknown', message: '`__proto__` cannot be a key or a name: choose another' }];
  });
}

function ruleProblems(rules: readonly Rule[]): Problem[] {
  const taken = new Set([...BUILT_IN_RULES.map(({ id }) => id), ...BEFORE_RULES]);
  return rules.flatMap((rule, index) => {
    const path = `/rules/${index}`;
    const { id, version, evaluate } = rule;
    const problems: Problem[] = [];
    if (typeof id !== 'string' || !NAME.test(id)) {
      problems.push({ path: `${path}/id`, code: 'rule_id_invalid', message: 'must be snake_case, at most 64 characters' });
    }
    if (taken.has(id)) problems.push({ path: `${path}/id`, code: 'id_duplicate', message: `\`${id}\` is taken: choose another id` });
    taken.add(id);
    if (!Number.isSafeInteger(version) || typeof evaluate !== 'function') {
      problems.push({ path, code: 'rule_invalid', message: 'needs a whole-number version and an evaluate function' });
    }
    return problems;
  });
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const one of Object.values(value)) frozen(one);
  return Object.freeze(value);
}
