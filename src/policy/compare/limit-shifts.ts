import type { Pair } from './comparison.js';
import { type Figures, MEASURES, type Measure, measured, type Raised } from './limits.js';
import { isPartOf, type Place } from './places.js';
import { relationOf } from './relation.js';

/** A limit that is not the same before and after, at the smallest place where it is so. */
export interface Shift extends Figures {
  readonly measure: Measure;
  readonly place: Place;
  readonly raised: Raised | null;
  /** The network in all of which it is so; `null`: the place says it all. */
  readonly network: string | null;
}

/** Every shift of a limit, each said once: not again at a place where one of a part of it says the same. */
export function limitShifts(pair: Pair, places: readonly Place[], raised: Raised | null = null): readonly Shift[] {
  const kept: Shift[] = [];
  for (const measure of MEASURES) {
    // to be told of a clamp is news only where the limit that is had does not tell
    const isTold = (shift: Shift) =>
      measure.kind === 'clamp' && kept.some((one) => one.measure.limit === measure.limit && isSameWay(one, shift));
    for (const place of places) {
      const { before, after } = measured(pair, measure, place, raised);
      const shift = { measure, place, raised, before, after, network: null };
      if (before !== after && !isTold(shift) && !isThereAnyway(pair, shift) && !kept.some((one) => says(one, shift))) {
        kept.push(shift);
      }
    }
  }
  return kept;
}

/** Whether the shift is there without the signal, too: then the signal is not what makes it. */
function isThereAnyway(pair: Pair, { measure, place, raised, before, after }: Shift): boolean {
  if (raised === null) return false;
  const quiet = measured(pair, measure, place, null);
  return quiet.before === before && quiet.after === after;
}

function isSameWay(one: Figures, other: Figures): boolean {
  return relationOf(one.before, one.after) === relationOf(other.before, other.after);
}

function says(one: Shift, other: Shift): boolean {
  return (
    one.measure.limit === other.measure.limit &&
    one.before === other.before &&
    one.after === other.after &&
    isPartOf(one.place, other.place)
  );
}
