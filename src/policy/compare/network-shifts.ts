import type { Shift } from './limit-shifts.js';
import type { Region } from './regions.js';

/** Shifts that are alike in every region of a network, as one: nobody thinks of a network in regions. */
export function mergedByNetwork(shifts: readonly Shift[], regions: readonly Region[]): readonly Shift[] {
  const groups = new Map<string, Shift[]>();
  for (const shift of shifts) {
    const { place, network: _, ...rest } = shift;
    const key = JSON.stringify([rest, { ...place, region: place.region === null }]);
    groups.set(key, [...(groups.get(key) ?? []), shift]);
  }
  return [...groups.values()].flatMap((alike) => merged(alike, regions));
}

function merged(alike: readonly Shift[], regions: readonly Region[]): readonly Shift[] {
  let rest = alike;
  const whole: Shift[] = [];
  for (const [name, own] of networksBySize(regions)) {
    const isSteady = own.every(({ before, after }) => before.includes(name) && after.includes(name));
    const within = rest.filter(({ place: { region } }) => region !== null && own.includes(region));
    const [first] = within;
    const isWhole = isSteady && own.every((region) => alike.some(({ place }) => place.region === region));
    if (first === undefined || !isWhole) continue;
    whole.push({ ...first, network: name });
    rest = rest.filter((shift) => !within.includes(shift));
  }
  return [...whole, ...rest];
}

/** The widest first: who hears of the office need not hear of the room in it. */
function networksBySize(regions: readonly Region[]): readonly (readonly [name: string, own: readonly Region[]])[] {
  const names = new Set(regions.flatMap(({ after }) => after));
  const own = (name: string) => regions.filter(({ before, after }) => before.includes(name) || after.includes(name));
  return [...names].map((name) => [name, own(name)] as const).sort(([, a], [, b]) => b.length - a.length);
}
