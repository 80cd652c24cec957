import type { Limits } from '../../core/policy.js';
import type { Duration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';
import type { Combination } from './combine.js';
import { longestBase, longestIdle, type Tightening } from './conditions.js';
import { innermostFirst, type Layer, spelled } from './layers.js';
import { type Renamed, scopeOf } from './networks.js';
import { type IdleBase, idleBaseOf } from './relaxations.js';
import { isWithin, type Scope } from './scope.js';
import type { Excess } from './within-ceiling.js';
import { ceilingInWords, durationAsWritten, scopeInWords } from './words.js';

/** The policy that is checked, as far as its conditions go, and what to call its ceiling. */
interface Checked {
  readonly idle: IdleBase;
  readonly own: Layer;
  readonly ceiling: string;
  /** The policy's own conditions that tighten, its networks called as in the combination. */
  readonly tightenings: readonly (Limits & { readonly scope: Scope; readonly source: string })[];
}

/** Relaxations that go further than the ceiling lets them, and conditions of the ceiling's that the policy lacks. */
export function looseConditions(combination: Combination): readonly Excess[] {
  const [own] = innermostFirst(combination.layers) as [Layer];
  const renamed = combination.networks.of.get(own) as Renamed;
  const tightening = own.policy.conditions.filter(({ relax }) => !relax);
  const checked: Checked = {
    own,
    ceiling: ceilingInWords(combination.layers),
    idle: idleBaseOf(own, renamed),
    tightenings: tightening.map((one) => ({ ...one, scope: scopeOf(one, renamed) })),
  };
  return [
    ...looseRelaxations(checked, combination.idle),
    ...strictRelaxations(checked, combination.idle),
    ...combination.tightenings.flatMap((one) => missingTightening(checked, one)),
  ];
}

function looseRelaxations({ idle, ceiling }: Checked, inForce: IdleBase): readonly Excess[] {
  return idle.relaxations.flatMap(({ scope, idleTimeout, source }) => {
    const allowed = idleWithin(inForce, scope);
    // another of the policy's own relaxations may be shorter there
    if (allowed >= idleWithin(idle, scope)) return [];
    const message =
      `the idle limit where ${scopeInWords(scope)} is relaxed to ${durationAsWritten(idleTimeout)}, and ` +
      `${ceiling} allows ${durationAsWritten(allowed)} there: write at most that`;
    return [{ path: `${source}/idleTimeout`, value: idleTimeout, allowed, message }];
  });
}

/** The idle base that holds everywhere in a scope, as far as one of the relaxations says so. */
function idleWithin({ base, relaxations }: IdleBase, scope: Scope): Duration {
  const always = relaxations.filter((one) => isWithin(scope, one.scope)).map(({ idleTimeout }) => idleTimeout);
  return always.length === 0 ? base.idleTimeout : Math.min(...always);
}

/** Where the ceiling replaces its idle limit by a shorter one. */
function strictRelaxations(checked: Checked, { base, relaxations }: IdleBase): readonly Excess[] {
  return relaxations.flatMap(({ scope, source, idleTimeout }) => {
    const isStrict = source.includes('#/conditions/') && idleTimeout < base.idleTimeout;
    const value = longestBase(checked.idle, scope);
    return isStrict && value > idleTimeout ? [excess(checked, scope, 'idleTimeout', value, idleTimeout)] : [];
  });
}

function missingTightening(checked: Checked, one: Tightening): readonly Excess[] {
  const { own, idle, tightenings } = checked;
  if (one.by.includes(own.name)) return [];
  const { requestable } = own.policy;
  const within = tightenings.filter(({ scope }) => isWithin(one.scope, scope));
  const longest = {
    idleTimeout: longestIdle({ idle, requestable }, one.scope),
    absoluteTimeout: requestable.absoluteTimeout,
  };
  return (['idleTimeout', 'absoluteTimeout'] as const).flatMap((name) => {
    const value = Math.min(longest[name], ...within.map((own) => own[name]));
    return value > one[name] ? [excess(checked, one.scope, name, value, one[name])] : [];
  });
}

function excess(
  { tightenings, ceiling }: Checked,
  scope: Scope,
  name: keyof Limits,
  value: Duration,
  allowed: Duration,
): Excess {
  const same = tightenings.find((one) => spelled(one.scope) === spelled(scope) && one[name] > allowed);
  const advice = same === undefined ? 'add a condition that says so' : 'write at most that';
  const what = name === 'idleTimeout' ? 'the idle limit' : 'the absolute limit';
  const message =
    `${what} where ${scopeInWords(scope)} can be ${durationAsWritten(value)}, and ${ceiling} allows ` +
    `${durationAsWritten(allowed)} there: ${advice}`;
  const path = same === undefined ? '/conditions' : `${same.source}/${name}`;
  return { path, value: value >= NEVER ? null : value, allowed, message };
}
