import type { Condition } from '../../core/policy.js';
import type { Attributes } from '../../core/session.js';

type Value = string | number | boolean;

/** Values of attributes that stand for all that the same conditions ask for, by the attribute's name. */
export type Values = ReadonlyMap<string, readonly Value[]>;

/** What an attribute may be, so that all the conditions match that ask for it. */
export interface Choice {
  readonly name: string;
  readonly options: readonly Attributes[string][];
}

/** One value for each class that conditions tell apart. What none of them names is one class with "not there". */
export function valuesOf(conditions: readonly Condition[]): Values {
  const lists = new Map<string, (readonly Value[])[]>();
  for (const { when } of conditions) {
    for (const { name, values } of when.attributes ?? []) {
      const known = lists.get(name) ?? [];
      lists.set(name, [...known, values]);
    }
  }
  return new Map([...lists].map(([name, asked]) => [name, representatives(asked)]));
}

function representatives(lists: readonly (readonly Value[])[]): readonly Value[] {
  const classes = new Map<string, Value>();
  for (const value of new Set(lists.flat())) {
    // a text can be one of several values, a number or a truth cannot
    const key = `${typeof value === 'string'} ${lists.map((list) => Number(list.includes(value))).join('')}`;
    if (!classes.has(key)) classes.set(key, value);
  }
  return [...classes.values()];
}

/** For every attribute that one of the conditions asks for: the values with which all of them match. */
export function choicesFor(conditions: readonly (Condition | null)[], values: Values): readonly Choice[] {
  const asked = new Map<string, (readonly Value[])[]>();
  for (const condition of conditions) {
    for (const { name, values: wanted } of condition?.when.attributes ?? []) {
      asked.set(name, [...(asked.get(name) ?? []), wanted]);
    }
  }
  return [...asked].map(([name, lists]) => ({ name, options: optionsFor(lists, values.get(name) ?? []) }));
}

/** One value that all the lists have; or, of two lists, a text of each that the other lacks. */
function optionsFor(lists: readonly (readonly Value[])[], known: readonly Value[]): readonly Attributes[string][] {
  const common = known.filter((value) => lists.every((list) => list.includes(value)));
  const [first, second] = lists;
  if (first === undefined || second === undefined) return common;
  const alone = (list: readonly Value[], other: readonly Value[]) =>
    known.filter(
      (value): value is string => typeof value === 'string' && list.includes(value) && !other.includes(value),
    );
  return [...common, ...alone(first, second).flatMap((one) => alone(second, first).map((two) => [one, two]))];
}
