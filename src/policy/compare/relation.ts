import type { Relation } from './comparison.js';

/** The relation of a whole from those of its parts, of which each shows in an answer of its own. */
export function joined(relations: readonly Relation[]): Relation {
  return relations.reduce((whole, part) => {
    if (part === 'equal' || part === whole) return whole;
    return whole === 'equal' ? part : 'incomparable';
  }, 'equal');
}

/** For a limit, a grace, a tolerance: less of it is tighter. */
export function relationOf(before: number, after: number): Relation {
  if (before === after) return 'equal';
  return after < before ? 'tighter' : 'looser';
}

/** For answers to one state after another, the stricter the higher. */
export function relationOfStrictness(states: Iterable<readonly [before: number, after: number]>): Relation {
  const seen = new Set<Relation>();
  for (const [before, after] of states) seen.add(relationOf(after, before));
  return joined([...seen]);
}

/** For sets of what raises an alarm: more is tighter. */
export function relationOfAlarms(isOnlyBefore: boolean, isOnlyAfter: boolean): Relation {
  if (isOnlyBefore && isOnlyAfter) return 'incomparable';
  if (isOnlyBefore) return 'looser';
  return isOnlyAfter ? 'tighter' : 'equal';
}
