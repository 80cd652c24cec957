import fc from 'fast-check';
import type { Policy } from '../../core/policy.js';
import { startSession } from '../../start-session.js';
import { damaged, EVENT_DAMAGES, replaced, SESSION_DAMAGES } from './damage.js';
import { anEventSketch, drawEvent, START } from './events.js';
import { aLoginSketch, drawLogin } from './sessions.js';

const GARBAGE: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  -0,
  0.1,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  Number.NEGATIVE_INFINITY,
  '',
  '__proto__',
  'constructor',
  ' 1',
  true,
  [],
  [null],
  {},
  JSON.parse('{"__proto__":{"ended":null},"constructor":1,"toString":null}'),
  Object.create(null),
];

const aKey = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'at', 'type', 'ended', 'stamps', 'x');

/**
 * What an attacker or a broken store might hand in: any JSON, with keys that are names of every object's prototype, and
 * garbage in the place of a number or text.
 *
 * @example
 * fc.assert(fc.property(hostileJson(), (value) => evaluate(policy, value as Session, event).effect !== 'permit'));
 */
export function hostileJson(): fc.Arbitrary<unknown> {
  const leaf = fc.oneof(fc.constantFrom(...GARBAGE), fc.string({ maxLength: 8 }), fc.double(), fc.integer());
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('record')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    // a null prototype is what some parsers make
    record: fc.dictionary(aKey, tie('value'), { maxKeys: 5, noNullPrototype: false }),
  }));
  return value;
}

/** A session or event that is right but for one field, and whether a verdict rests on that field. */
export interface NearMiss {
  readonly value: unknown;
  /** Whether no verdict can be reached with it. */
  readonly isFatal: boolean;
}

/**
 * Sessions with one field replaced by garbage.
 *
 * @example
 * fc.property(aDamagedSession(policy), ({ value, isFatal }) => !isFatal || decide(value).effect !== 'permit');
 */
export function aDamagedSession(policy: Policy): fc.Arbitrary<NearMiss> {
  return nearMiss(
    aLoginSketch.map((sketch) => startSession(policy, drawLogin(policy, sketch))),
    SESSION_DAMAGES,
  );
}

/**
 * Events with one field replaced by garbage.
 *
 * @example
 * fc.property(aDamagedEvent(policy), ({ value, isFatal }) => !isFatal || decide(value).effect !== 'permit');
 */
export function aDamagedEvent(policy: Policy): fc.Arbitrary<NearMiss> {
  return nearMiss(
    anEventSketch.map((sketch) => drawEvent(policy, sketch, START)),
    EVENT_DAMAGES,
  );
}

function nearMiss(values: fc.Arbitrary<object>, damages: typeof SESSION_DAMAGES): fc.Arbitrary<NearMiss> {
  return fc
    .tuple(values, fc.boolean(), fc.nat({ max: 9_999 }), fc.nat({ max: 9_999 }))
    .map(([value, isFatal, field, garbage]) => {
      if (isFatal) return { value: damaged(value, damages, garbage), isFatal };
      const paths = pathsOf(value);
      const path = paths[field % paths.length] ?? ['at'];
      return { value: replaced(value, path, GARBAGE[garbage % GARBAGE.length]), isFatal };
    });
}

/** Every field of a plain value, at any depth. */
function pathsOf(value: object): readonly (readonly string[])[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = [[key], [key, '__proto__']];
    return typeof inner === 'object' && inner !== null
      ? [...own, ...pathsOf(inner).map((rest) => [key, ...rest])]
      : own;
  });
}
