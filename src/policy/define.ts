import { curfewError, type Problem } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import type { Rule } from '../core/rule.js';
import { inconsistencies } from './consistency.js';
import type { PolicyDocument } from './document.js';
import { fingerprintOf } from './fingerprint.js';
import { problemsOf } from './problems.js';
import { resolveDocument } from './resolve.js';
import { policySchema } from './schema.js';
import { ruleProblems } from './with-rules.js';

/** No document is this deep; a cycle is. */
const DEEPEST = 50;

/** What a policy has besides its document. */
export interface PolicyOptions {
  /** Your own rules. They run after the built-in ones, and can only tighten. */
  readonly rules?: readonly Rule[];
}

/**
 * Checks a policy document, resolves its defaults and makes it ready to decide.
 *
 * In a literal document a misspelt key does not compile, and the names of its operations become part of the policy's
 * type: any text where the document's type does not tell them, or names none.
 *
 * @throws an error with code `policy_invalid` whose `problems` tell everything that is wrong: path, code, and what to
 * write instead.
 * @example
 * const policy = definePolicy({ id: 'customer-web', idleTimeout: '15m', absoluteTimeout: '8h', warnBefore: '2m' });
 */
export function definePolicy<Operation extends string = string>(
  document: PolicyDocument<Operation>,
  options: PolicyOptions = {},
): Policy<Operation> {
  const { rules = [] } = options ?? {};
  const problems = [...documentProblems(document), ...ruleProblems(rules)];
  if (problems.length > 0) throw curfewError('policy_invalid', 'this policy cannot be used:', problems);
  const resolved = resolveDocument(document);
  const fingerprint = fingerprintOf(resolved, rules);
  // the rules themselves are the caller's, and stay as they are
  const policy: Policy = Object.freeze({ ...frozen({ ...resolved, fingerprint }), rules: Object.freeze([...rules]) });
  return policy as Policy<Operation>;
}

/**
 * Reads a policy document that comes from outside: a JSON file, an `import`, a database. The checks are those of
 * `definePolicy`; the operations that it names are not known to the compiler, so any text is one.
 *
 * @throws an error with code `policy_invalid`, as `definePolicy` does.
 * @example
 * const policy = parsePolicy(JSON.parse('{ "id": "web", "absoluteTimeout": "8h" }'));
 */
export function parsePolicy(document: unknown, options: PolicyOptions = {}): Policy {
  return definePolicy(document as PolicyDocument, options);
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
  const hidden = hiddenKeys(document);
  const parsed = policySchema.safeParse(document);
  if (parsed.success) return [...hidden, ...inconsistencies(document as PolicyDocument)];
  const isNew = ({ path }: Problem) => !hidden.some((one) => one.path === path);
  const problems = problemsOf(parsed.error.issues, document).filter(isNew);
  const named = new Set(problems.map(({ path }) => path));
  return [...hidden, ...problems, ...whatElse(document).filter(({ path }) => !named.has(path))];
}

/** The inconsistencies of a document that is not one: as far as its parts are what they should be. */
function whatElse(document: unknown): Problem[] {
  try {
    return inconsistencies(document as PolicyDocument);
  } catch {
    return [];
  }
}

/** Keys that readers of objects pass over in silence; only parsed JSON can hold them, and that has no cycles. */
function hiddenKeys(value: unknown, path = '', depth = 0): Problem[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  return Object.keys(value).flatMap((key) => {
    const at = `${path}/${key}`;
    if (key !== '__proto__') return hiddenKeys((value as Record<string, unknown>)[key], at, depth + 1);
    return [{ path: at, code: 'key_unknown', message: '`__proto__` cannot be a key or a name: choose another' }];
  });
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const one of Object.values(value)) frozen(one);
  return Object.freeze(value);
}
