import { curfewError } from '../core/errors.js';
import type { Surroundings } from '../core/limits.js';
import type { Condition, Policy } from '../core/policy.js';
import type { Attributes, KnownContext } from '../core/session.js';
import { networkClasses } from './network-classes.js';

/** More ways than this to match a few conditions are not looked through. */
const MOST = 100_000;

type Value = Attributes[string];
type Asked = NonNullable<Condition['when']['attributes']>[number];

const NOWHERE: KnownContext = {
  ip: null,
  deviceId: null,
  userAgent: null,
  country: null,
  location: null,
  networks: [],
};

/**
 * Every way to match all of the given conditions and as few others as possible: of the ways that differ in no other
 * condition one, and none where no session can match them all. Attributes that the audience has are as they are.
 *
 * What a session has beyond that can only add conditions, and so only tighten.
 *
 * @throws an error with code `policy_too_large` where there are more than 100,000 ways.
 */
export function surroundingsMatching(
  policy: Policy,
  conditions: readonly Condition[],
  audience: Attributes = {},
): readonly Surroundings[] {
  const names = new Set(conditions.flatMap(({ when }) => (when.attributes ?? []).map(({ name }) => name)));
  const choices = [...names].map((name) => ({ name, values: valuesOf(policy, conditions, audience, name) }));
  const networks = classesOf(policy, conditions);
  const count = choices.reduce((total, { values }) => total * values.length, networks.length);
  if (count > MOST) throw tooLarge(conditions);
  const attention = conditions.some(({ when }) => when.attention === 'locked')
    ? 'locked'
    : conditions.some(({ when }) => when.attention === 'hidden')
      ? 'hidden'
      : 'visible';
  const attributes = choices.reduce<readonly Attributes[]>(
    (sets, { name, values }) => sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value }))),
    [audience],
  );
  return attributes.flatMap((set) =>
    networks.map((one) => ({ attributes: set, attention, context: { ...NOWHERE, networks: one } })),
  );
}

/** Values of one attribute that every one of the conditions accepts: of those that no condition tells apart, one. */
function valuesOf(
  policy: Policy,
  conditions: readonly Condition[],
  audience: Attributes,
  name: string,
): readonly Value[] {
  const asked = askedOf(conditions, name);
  if (Object.hasOwn(audience, name)) {
    const value = audience[name] as Value;
    return asked.every(({ values }) => holds(value, values)) ? [value] : [];
  }
  const everywhere = askedOf(policy.conditions, name);
  const distinct = <Item extends Value>(values: readonly Item[]): readonly Item[] => {
    const signature = (value: Value) => everywhere.map((one) => Number(holds(value, one.values))).join('');
    return [...new Map([...values].reverse().map((value) => [signature(value), value])).values()].reverse();
  };
  const single = asked.flatMap(({ values }) =>
    values.filter((value) => asked.every((one) => holds(value, one.values))),
  );
  const texts = asked.map(({ values }) => distinct(values.filter((value) => typeof value === 'string')));
  return distinct([...single, ...(asked.length > 1 ? combinations(texts) : [])]);
}

function askedOf(conditions: readonly Condition[], name: string): readonly Asked[] {
  return conditions.flatMap(({ when }) => (when.attributes ?? []).filter((one) => one.name === name));
}

/** One text of each list: a session can have several where conditions ask for different ones. */
function combinations(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lists.reduce<readonly (readonly string[])[]>(
    (sets, texts) => {
      if (sets.length * texts.length > MOST) throw tooLarge([]);
      return sets.flatMap((set) => texts.map((one) => [...set, one]));
    },
    [[]],
  );
}

function holds(value: Value, values: Asked['values']): boolean {
  return Array.isArray(value) ? value.some((one) => values.includes(one)) : values.includes(value as string);
}

function classesOf(policy: Policy, conditions: readonly Condition[]): readonly (readonly string[])[] {
  const asked = conditions.flatMap(({ when }) => (when.networks === null ? [] : [when.networks]));
  if (asked.length === 0) return [[]];
  return networkClasses(policy.networks).filter((names) =>
    asked.every((wanted) => wanted.some((name) => names.includes(name))),
  );
}

function tooLarge(conditions: readonly Condition[]): Error {
  const message = 'can be matched in too many ways to look through them: split the policy, or name fewer values';
  const path = conditions[0]?.source ?? '/conditions';
  return curfewError('policy_too_large', 'this policy cannot be judged:', [
    { path, code: 'policy_too_large', message },
  ]);
}
