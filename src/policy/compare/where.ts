import type { Attributes } from '../../core/session.js';
import type { Pair } from './comparison.js';
import type { Shift } from './limit-shifts.js';
import { measured, type Raised } from './limits.js';
import type { Place } from './places.js';
import { addressIn, type Region } from './regions.js';
import type { Values } from './values.js';
import { listed } from './words.js';

/** What the words for a place may speak of. */
export interface Vocabulary {
  readonly regions: readonly Region[];
  readonly values: Values;
}

/** Where a shift shows, in words: ` for role admin outside office`. */
export function whereOf(pair: Pair, shift: Shift, { regions }: Vocabulary): string {
  const { attributes, region, attention } = shift.place;
  const parts = [
    whoseWords(attributes),
    region === null ? outsideWords(pair, shift, regions) : insideWords(region, shift.network),
    attention === 'visible' ? '' : `while the screen is ${attention}`,
    shift.raised === null ? '' : raisedWords(shift.raised),
  ];
  return parts.map((part) => (part === '' ? '' : ` ${part}`)).join('');
}

function whoseWords(attributes: Attributes): string {
  const named = Object.entries(attributes).map(([name, value]) => `${name} ${listed([value].flat().map(String))}`);
  return named.length === 0 ? '' : `for ${listed(named)}`;
}

function raisedWords({ signal, level }: Raised): string {
  return `while ${signal} is raised${level === 'low' ? '' : ` at ${level}`}`;
}

function insideWords(region: Region, network: string | null): string {
  if (network !== null) return `in ${network}`;
  const { before, after } = region;
  const kept = after.filter((name) => before.includes(name));
  const added = after.filter((name) => !before.includes(name));
  const dropped = before.filter((name) => !after.includes(name));
  if (added.length + dropped.length === 0) return `in ${listed(kept)}`;
  const news = [
    ...(added.length === 0 ? [] : [`now in ${listed(added)}`]),
    ...(dropped.length === 0 ? [] : [`no longer in ${listed(dropped)}`]),
  ];
  return `from ${addressIn(region)} (${listed(news)})`;
}

/** The networks in which nothing shifts. */
function outsideWords(pair: Pair, shift: Shift, regions: readonly Region[]): string {
  const names = new Set(regions.flatMap(({ before, after }) => [...before, ...after]));
  const spared = [...names].filter((name) =>
    regions
      .filter(({ before, after }) => before.includes(name) || after.includes(name))
      .every((region) => isStill(pair, shift, { ...shift.place, region })),
  );
  return spared.length === 0 ? '' : `outside ${listed(spared, 'or')}`;
}

/** The single attributes, and the screens, with which nothing shifts: `, unless role is admin`. */
export function unlessOf(pair: Pair, shift: Shift, { values }: Vocabulary): string {
  const { place } = shift;
  const free = [...values].filter(([name]) => !Object.hasOwn(place.attributes, name));
  const spared = free.flatMap(([name, known]) => {
    const still = known.filter((value) =>
      isStill(pair, shift, { ...place, attributes: { ...place.attributes, [name]: value } }),
    );
    return still.length === 0 ? [] : [`${name} is ${listed(still.map(String), 'or')}`];
  });
  const screens = place.attention === 'visible' ? (['hidden', 'locked'] as const) : [];
  const dark = screens.find((attention) => isStill(pair, shift, { ...place, attention }));
  const all = dark === undefined ? spared : [...spared, `the screen is ${dark}`];
  return all.length === 0 ? '' : `, unless ${listed(all, 'or')}`;
}

function isStill(pair: Pair, { measure, raised }: Shift, place: Place): boolean {
  const { before, after } = measured(pair, measure, place, raised);
  return before === after;
}
