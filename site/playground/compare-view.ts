import type { Policy } from '../../src/core/policy.js';
import { comparePolicies } from '../../src/policy/compare/compare-policies.js';
import type { Comparison, LooseningExample, PolicyChange, Relation } from '../../src/policy/compare/comparison.js';
import { make } from './dom.js';
import { lengthOf } from './words.js';

const RELATIONS: Readonly<Record<Relation, string>> = {
  equal: 'B answers as A does',
  tighter: 'B is tighter than A',
  looser: 'B is looser than A',
  incomparable: 'B is looser here and tighter there',
};

/** How the second policy relates to the first, in the words of `comparePolicies`. */
export function compareView(before: Policy, after: Policy): HTMLElement[] {
  const comparison = compared(before, after);
  if (typeof comparison === 'string') return [make('p', {}, comparison)];
  const { relation, changes } = comparison;
  const verdict = make('p', { class: `pg-verdict pg-relation-${relation}` }, RELATIONS[relation]);
  if (changes.length === 0) return [verdict, make('p', {}, 'The two documents mean the same.')];
  return [verdict, make('ul', { class: 'pg-changes' }, ...changes.map(changeView))];
}

function compared(before: Policy, after: Policy): Comparison | string {
  try {
    return comparePolicies(before, after);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function changeView({ path, relation, sentence, example }: PolicyChange): HTMLElement {
  return make(
    'li',
    {},
    make('span', { class: `pg-tag pg-relation-${relation}` }, relation),
    make('code', {}, path === '' ? 'policy' : path),
    make('p', {}, sentence),
    ...(example === null ? [] : [make('p', { class: 'pg-example' }, exampleText(example))]),
  );
}

function exampleText({ at, before, after, context, attention }: LooseningExample): string {
  const where = context?.ip === undefined ? '' : ` from ${context.ip}`;
  const hidden = attention === 'visible' ? '' : `, the screen ${attention}`;
  const reasons = before.reasons.length === 0 ? '' : ` (${before.reasons.join(', ')})`;
  return `For example ${lengthOf(at)} after the login${where}${hidden}: A ${before.effect}${reasons}, B ${after.effect}.`;
}
