import type { Policy } from '../../core/policy.js';
import type { Json } from '../../core/rule.js';
import { type Combination, combine } from './combine.js';
import { innermostFirst, type Layer, layersOf } from './layers.js';
import { looseConditions } from './loose-conditions.js';
import { looseRisks } from './loose-risks.js';
import { comparesNetworks } from './networks.js';
import { originsOf } from './origins.js';
import { asWritten, ceilingInWords } from './words.js';

/** One thing in a policy that is looser than its ceiling. */
export interface Excess {
  /** JSON pointer into the document of the policy: what to change, or the list that lacks something. */
  readonly path: string;
  /** What the policy says; `null` where it says nothing. Durations in milliseconds. */
  readonly value: Json;
  /** What the ceiling lets it say. */
  readonly allowed: Json;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** They loosen nothing: a warning is news for people, and what is recorded rarely ends early. */
const HARMLESS = ['/warnBefore', '/recordEvery', '/concurrency/onExceed'];

/**
 * Everything in a policy that is looser than its ceiling, in words; an empty list where the ceiling changes nothing.
 *
 * What the ceiling leaves out counts with its default, as in `tighten`.
 *
 * @example
 * const ceiling = definePolicy({ id: 'org', idleTimeout: '10m', absoluteTimeout: '12h' });
 * const [excess] = withinCeiling(ceiling, policy);
 * excess?.path; // => '/idleTimeout'
 * excess?.allowed; // => 600000
 */
export function withinCeiling(ceiling: Policy, policy: Policy): readonly Excess[] {
  const combination = combine(layersOf([ceiling, policy]));
  return [
    ...looseValues(combination),
    ...looseNetworks(combination),
    ...looseConditions(combination),
    ...looseRisks(combination),
    ...missingRules(combination),
  ];
}

function looseValues(combination: Combination): readonly Excess[] {
  const [own] = innermostFirst(combination.layers) as [Layer];
  const ceiling = ceilingInWords(combination.layers);
  return originsOf(combination).flatMap(({ path, value, stated }) => {
    const said = stated.find(({ by }) => by === own.name)?.value ?? null;
    const isSame = JSON.stringify(said) === JSON.stringify(value);
    if (isSame || HARMLESS.includes(path) || !isValueOf(own.policy, path)) return [];
    const name = path.slice(1).replaceAll('/', '.');
    const message =
      `\`${name}\` is ${asWritten(path, said)}, and ${ceiling} allows ${asWritten(path, value)}: ` +
      'write that, or what is stricter';
    return [{ path, value: said, allowed: value, message }];
  });
}

/** Whether the policy says it: it need not name an operation of the ceiling's, nor let anybody ask for more. */
function isValueOf({ operations, requestable, limits }: Policy, path: string): boolean {
  const [, part, name = ''] = path.split('/');
  if (part === 'conditions' || part === 'risk' || part === 'rules') return false;
  if (part === 'operations') return Object.hasOwn(operations, name.replace(/~1/g, '/').replace(/~0/g, '~'));
  if (part !== 'requestable') return true;
  return name === 'idleTimeout'
    ? requestable.idleTimeout > limits.idleTimeout
    : requestable.absoluteTimeout > limits.absoluteTimeout;
}

/** Networks that count as one place for this policy's `network_changed`, and as several for the ceiling's. */
function looseNetworks({ layers, networks }: Combination): readonly Excess[] {
  const [own] = innermostFirst(layers) as [Layer];
  const ceiling = ceilingInWords(layers);
  const refused = networks.problems.map(({ path, message }) => ({ path, value: null, allowed: null, message }));
  if (!comparesNetworks(own.policy)) return refused;
  const split = [...(networks.of.get(own) ?? [])].filter(([, pieces]) => pieces.length !== 1);
  const cut = split.map(([name]) => ({
    path: `/networks/${name}`,
    value: null,
    allowed: null,
    message:
      `\`${name}\` counts as one place for \`network_changed\`, and ${ceiling} says that it is several: ` +
      'name them apart, or name the network in the ceiling',
  }));
  return [...refused, ...cut];
}

function missingRules({ layers, rules }: Combination): readonly Excess[] {
  const [own] = innermostFirst(layers) as [Layer];
  const ceiling = ceilingInWords(layers);
  return rules
    .filter(({ by }) => !by.includes(own.name))
    .map(({ rule }) => ({
      path: '/rules',
      value: null,
      allowed: rule.id,
      message: `the rule \`${rule.id}\` of ${ceiling} is missing: hand it to definePolicy too`,
    }));
}
