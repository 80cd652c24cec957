import { matches } from '../../core/limits.js';
import type { Limits, Policy } from '../../core/policy.js';
import { NEVER } from '../../time/instant.js';
import type { Difference, Pair } from './comparison.js';
import { limitAttempts } from './limit-attempts.js';
import type { Shift } from './limit-shifts.js';
import { surroundingsAt } from './places.js';
import { relationOf } from './relation.js';
import { unlessOf, type Vocabulary, whereOf } from './where.js';
import { movedLimit, written } from './words.js';

const NAMES: Readonly<Record<keyof Limits, string>> = { idleTimeout: 'idle limit', absoluteTimeout: 'absolute limit' };

/** A shift of a limit as a reviewer reads it. */
export function limitDifference(pair: Pair, shift: Shift, vocabulary: Vocabulary): Difference {
  const { before, after } = shift;
  return {
    path: pathOf(pair, shift),
    relation: relationOf(before, after),
    before: before === NEVER ? null : written(before),
    after: after === NEVER ? null : written(after),
    sentence: sentenceOf(pair, shift, vocabulary),
    attempts: limitAttempts(pair, shift),
  };
}

function sentenceOf(pair: Pair, shift: Shift, vocabulary: Vocabulary): string {
  const { measure, before, after } = shift;
  const where = whereOf(pair, shift, vocabulary);
  const unless = unlessOf(pair, shift, vocabulary);
  const name = NAMES[measure.limit];
  if (measure.kind === 'plain') return movedLimit(`The ${name}${where}`, before, after, unless);
  if (measure.kind === 'requested') {
    return movedLimit(`The ${name} that a client can ask for${where}`, before, after, unless);
  }
  const told = movedLimit(`The ${name} above which a request is clamped${where}`, before, after, unless);
  return `${told} No session lasts longer or shorter for it.`;
}

/** What sets the limit after; or, where there is none any more, what set it before. */
function pathOf(pair: Pair, shift: Shift): string {
  return shift.after === NEVER ? setterOf(pair, 'before', shift) : setterOf(pair, 'after', shift);
}

function setterOf(
  pair: Pair,
  side: keyof Pair,
  { measure: { limit, kind }, place, raised, ...figures }: Shift,
): string {
  const policy: Policy = pair[side];
  const value = figures[side];
  const surroundings = surroundingsAt(place, side);
  const condition = policy.conditions.find((one) => one[limit] === value && matches(one, surroundings));
  if (condition !== undefined && kind !== 'clamp') return `${condition.source}/${limit}`;
  const rule = policy.risk.find((one) => one[limit] === value && one.signal === raised?.signal);
  if (rule !== undefined && kind !== 'clamp') return `${rule.source}/then/tighten/${limit}`;
  return kind === 'plain' || policy.limits[limit] === value ? `/${limit}` : `/requestable/${limit}`;
}
