import type { Policy } from '../../core/policy.js';
import type { Json } from '../../core/rule.js';

/** One of the policies that are put on top of each other, and what to call it. */
export interface Layer {
  /** The policy's id; with a number where several have the same. */
  readonly name: string;
  readonly policy: Policy;
  /** Whether it is the last one: the one that is being tightened, whose id the result keeps. */
  readonly isOwn: boolean;
}

/** What one layer says of a limit. */
export interface Statement {
  /** The id of the policy. Of several with one id, the second is `id/2`. */
  readonly by: string;
  /** Durations in milliseconds; `null` where it says nothing. */
  readonly value: Json;
}

/** Layers from policies, the widest first. */
export function layersOf(policies: readonly Policy[]): readonly Layer[] {
  return policies.map((policy, index) => {
    const before = policies.slice(0, index).filter(({ id }) => id === policy.id).length;
    const name = before === 0 ? policy.id : `${policy.id}/${before + 1}`;
    return { name, policy, isOwn: index === policies.length - 1 };
  });
}

/** The last layer first, then outwards: what several layers say alike is told as the innermost says it. */
export function innermostFirst(layers: readonly Layer[]): readonly Layer[] {
  return [...layers].reverse();
}

/** A place in a layer's document: a plain pointer for the last layer, `org#/conditions/0` for the others. */
export function placeIn({ name, isOwn }: Layer, source: string): string {
  return isOwn || source.includes('#') ? source : `${name}#${source}`;
}

/** JSON with the keys in the order in which they were made; policies that are compiled make them in one order. */
export function spelled(value: unknown): string {
  return JSON.stringify(value);
}
