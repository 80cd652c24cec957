import type { Surroundings } from '../../core/limits.js';
import { sharesName } from '../../core/networks.js';
import type { Condition } from '../../core/policy.js';
import type { Attention, Attributes } from '../../core/session.js';
import type { Pair } from './comparison.js';
import type { Region } from './regions.js';
import { MOST_PLACES, tooLarge } from './too-large.js';
import { type Choice, choicesFor, type Values, valuesOf } from './values.js';

/** Surroundings that conditions cannot tell from many others: the smallest of their kind. */
export interface Place {
  readonly attributes: Attributes;
  /** `null`: the address is not known, which is as good as in no network. */
  readonly region: Region | null;
  readonly attention: Attention;
}

/** Nothing that any condition asks for. */
export const ANYWHERE: Place = { attributes: {}, region: null, attention: 'visible' };

const ATTENTION: readonly Attention[] = ['visible', 'hidden', 'locked'];

/**
 * Every place where the limits of the two policies can differ first.
 *
 * Where one policy is milder than the other, one condition of the strict one sets its limit, and at most one relaxation
 * sets the base of the mild one. What matches those two and as little else as possible shows the same difference: less
 * that matches tightens the strict one no less than that, and the mild one no more. So pairs of conditions are enough,
 * and no product of everything with everything.
 */
export function placesOf(pair: Pair, regions: readonly Region[], isRelaxedOnly: boolean): readonly Place[] {
  const { before, after } = pair;
  const values = valuesOf([...before.conditions, ...after.conditions]);
  const found = new Map<string, Place>();
  for (const [strict, mild] of [['before', 'after'] as const, ['after', 'before'] as const]) {
    const setters = isRelaxedOnly ? [] : pair[strict].conditions;
    const relaxations = pair[mild].conditions.filter(({ relax }) => relax);
    for (const setter of [null, ...setters]) {
      for (const relaxation of [null, ...relaxations]) {
        const within = regionsFor(regions, [strict, setter], [mild, relaxation]);
        addPlaces(found, [setter, relaxation], within, regions, values);
      }
    }
  }
  return [...found.values()].sort((a, b) => sizeOf(a) - sizeOf(b));
}

type Asked = readonly [side: keyof Pair, condition: Condition | null];

/** The regions in which the conditions' networks are; only the unknown address where they ask for none. */
function regionsFor(regions: readonly Region[], ...asked: readonly Asked[]): readonly (Region | null)[] {
  const netted = asked.filter(([, condition]) => condition !== null && condition.when.networks !== null);
  if (netted.length === 0) return [null];
  return regions.filter((region) =>
    netted.every(([side, condition]) => sharesName(condition?.when.networks ?? [], region[side])),
  );
}

function addPlaces(
  found: Map<string, Place>,
  conditions: readonly (Condition | null)[],
  within: readonly (Region | null)[],
  regions: readonly Region[],
  values: Values,
): void {
  if (within.length === 0) return;
  const attention = conditions.map((one) => one?.when.attention ?? 'visible').reduce(stronger);
  for (const attributes of combinations(choicesFor(conditions, values))) {
    for (const region of within) {
      const at = region === null ? -1 : regions.indexOf(region);
      found.set(JSON.stringify([Object.entries(attributes).sort(), at, attention]), { attributes, region, attention });
      if (found.size > MOST_PLACES) throw tooLarge('/conditions', 'kinds of surroundings', found.size, MOST_PLACES);
    }
  }
}

/** One value for each name, in all ways. */
function combinations(choices: readonly Choice[]): readonly Attributes[] {
  const count = choices.reduce((product, { options }) => product * options.length, 1);
  if (count > MOST_PLACES) throw tooLarge('/conditions', 'combinations of attributes', count, MOST_PLACES);
  return choices.reduce<readonly Attributes[]>(
    (all, { name, options }) => all.flatMap((one) => options.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** What a policy's limits rest on at a place. */
export function surroundingsAt({ attributes, region, attention }: Place, side: keyof Pair): Surroundings {
  const networks = region === null ? [] : region[side];
  return { attributes, attention, context: { ...NOWHERE, networks } };
}

const NOWHERE = { ip: null, deviceId: null, userAgent: null, country: null, location: null };

/** Whether everything that makes a place makes the other one too. */
export function isPartOf(place: Place, other: Place): boolean {
  if (place.region !== null && place.region !== other.region) return false;
  if (ATTENTION.indexOf(place.attention) > ATTENTION.indexOf(other.attention)) return false;
  return Object.entries(place.attributes).every(([name, value]) => {
    const more = Object.hasOwn(other.attributes, name) ? [other.attributes[name]].flat() : [];
    return [value].flat().every((one) => more.includes(one));
  });
}

function sizeOf({ attributes, region, attention }: Place): number {
  const values = Object.values(attributes).flat().length;
  return values + Number(region !== null) + ATTENTION.indexOf(attention);
}

function stronger(a: Attention, b: Attention): Attention {
  return ATTENTION.indexOf(a) < ATTENTION.indexOf(b) ? b : a;
}
