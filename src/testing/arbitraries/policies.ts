import fc from 'fast-check';
import type { Policy } from '../../core/policy.js';
import { definePolicy } from '../../policy/define.js';
import { aPolicyDocument } from './document.js';
import { aRule } from './rules.js';

/**
 * Policies ready to decide: every section of the document, sometimes with custom rules.
 *
 * @example
 * fc.assert(fc.property(aPolicy(), (policy) => policy.limits.absoluteTimeout > 0));
 */
export function aPolicy(): fc.Arbitrary<Policy> {
  const rules = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    aRule.map((rule) => [rule]),
  );
  return fc.tuple(aPolicyDocument(), rules).map(([document, own]) => definePolicy(document, { rules: own }) as Policy);
}
