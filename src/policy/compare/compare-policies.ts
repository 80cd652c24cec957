import type { Policy } from '../../core/policy.js';
import { behaviourDifferences } from './behaviour.js';
import type { Comparison, Difference, Pair, PolicyChange } from './comparison.js';
import { figureDifferences } from './figures.js';
import { limitDifference } from './limit-differences.js';
import { limitShifts } from './limit-shifts.js';
import { mergedByNetwork } from './network-shifts.js';
import { operationDifferences } from './operations.js';
import { placesOf } from './places.js';
import { networkDifferences } from './raising.js';
import { regionsOf } from './regions.js';
import { joined } from './relation.js';
import { signalDifferences } from './signals.js';
import { exampleOf } from './try-out.js';
import { valuesOf } from './values.js';

/**
 * Whether a policy is looser than another, where, and for whom: what a reviewer wants to know of a changed document.
 *
 * Decided exactly, for one decision in the sense of law 6: over every session, every event and every instant, whatever
 * the documents look like. `tighter`: the effect is never milder, `until` never later, no reason is missing. Custom
 * rules, `resets` and leases are equal when they are identical, and incomparable otherwise.
 *
 * Pure, and a matter of milliseconds for policies that people write: it looks at pairs of conditions, never at all
 * combinations of them.
 *
 * @throws an error with code `comparison_too_large` if the conditions tell more than 100,000 kinds of surroundings
 * apart, or there are more than 2,000 address ranges.
 * @example
 * const { relation, changes } = comparePolicies(stricter, policy);
 * relation; // => 'looser'
 * changes[0]?.sentence; // => 'The idle limit rises from 5 min to 15 min, unless role is admin.'
 */
export function comparePolicies(before: Policy, after: Policy): Comparison {
  const pair: Pair = { before, after };
  const changes = differencesOf(pair).map((difference) => changeOf(pair, difference));
  return { relation: joined(changes.map(({ relation }) => relation)), changes };
}

function differencesOf(pair: Pair): readonly Difference[] {
  const regions = regionsOf(pair);
  const vocabulary = { regions, values: valuesOf([...pair.before.conditions, ...pair.after.conditions]) };
  const places = placesOf(pair, regions, false);
  const shifts = mergedByNetwork(limitShifts(pair, places), regions);
  return [
    ...shifts.map((shift) => limitDifference(pair, shift, vocabulary)),
    ...figureDifferences(pair),
    ...behaviourDifferences(pair),
    ...operationDifferences(pair),
    ...signalDifferences(pair, placesOf(pair, regions, true), vocabulary),
    ...networkDifferences(pair, regions),
  ];
}

function changeOf(pair: Pair, { attempts, ...change }: Difference): PolicyChange {
  return { ...change, example: exampleOf(pair, attempts) };
}
