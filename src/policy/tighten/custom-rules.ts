import { networksOf } from '../../core/networks.js';
import type { Network } from '../../core/policy.js';
import type { Rule } from '../../core/rule.js';
import { innermostFirst, type Layer, spelled } from './layers.js';

/** A rule of yours, and which layers have it. */
export interface CombinedRule {
  readonly rule: Rule;
  readonly by: readonly string[];
}

/** The rules of all layers. Those that are the same object count once, others of one id get ids of their own. */
export function combineRules(layers: readonly Layer[], networks: readonly Network[]): readonly CombinedRule[] {
  let kept: readonly (CombinedRule & { readonly original: Rule; readonly isWrapped: boolean })[] = [];
  for (const layer of innermostFirst(layers)) {
    const isWrapped = spelled(layer.policy.networks) !== spelled(networks);
    for (const original of layer.policy.rules) {
      const known = kept.find((one) => one.original === original && !one.isWrapped && !isWrapped);
      if (known !== undefined) {
        kept = kept.map((one) => (one === known ? { ...one, by: [...one.by, layer.name] } : one));
        continue;
      }
      const id = freeId(
        original.id,
        kept.map(({ rule }) => rule.id),
      );
      const rule = isWrapped
        ? withNetworksOf(layer, original, id)
        : id === original.id
          ? original
          : renamed(original, id);
      kept = [...kept, { rule, original, isWrapped, by: [layer.name] }];
    }
  }
  return kept.map(({ rule, by }) => ({ rule, by }));
}

function freeId(id: string, taken: readonly string[]): string {
  if (!taken.includes(id)) return id;
  for (let number = 2; ; number++) {
    const next = `${id.slice(0, 60)}_${number}`;
    if (!taken.includes(next)) return next;
  }
}

/** What a rule declares, without its code: that may lie on a prototype. */
function renamed(rule: Rule, id: string): Rule {
  const { version, settings, ends, limit = rule.id } = rule;
  return {
    id,
    version,
    settings,
    limit,
    ...(ends !== undefined && { ends }),
    evaluate: (facts, own) => rule.evaluate(facts, own),
  };
}

/** A rule that goes on seeing the names that its own policy gives to networks. */
function withNetworksOf({ policy }: Layer, rule: Rule, id: string): Rule {
  return {
    ...renamed(rule, id),
    evaluate(facts, settings) {
      const context = { ...facts.context, networks: networksOf(policy, facts.context.ip) };
      return rule.evaluate({ ...facts, context }, settings);
    },
  };
}
