import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import { limitsFor } from '../../src/limits-for.js';
import { definePolicy } from '../../src/policy/define.js';
import type { ConditionDocument } from '../../src/policy/document.js';
import { tighten } from '../../src/policy/tighten/tighten.js';

const MINUTE = 60_000;
/** Two things that may be so or not: four places. */
const PLACES = [{}, { a: true }, { b: true }, { a: true, b: true }] as const;

type Relaxed = readonly [when: string, minutes: number];

function layer(id: string, base: number, relaxed: readonly Relaxed[]): Policy {
  const conditions: ConditionDocument[] = relaxed.map(([when, minutes]) => ({
    when: { attributes: Object.fromEntries([...when].map((name) => [name, [true]])) },
    idleTimeout: `${minutes}m`,
    relax: true,
  }));
  return definePolicy({ id, idleTimeout: `${base}m`, absoluteTimeout: '8h', conditions }) as Policy;
}

const idleAt = (policy: Policy, attributes: object) =>
  limitsFor(policy, { attributes: attributes as Record<string, boolean> }).idleTimeout.value / MINUTE;
const map = (policy: Policy) => PLACES.map((place) => idleAt(policy, place));

describe('relaxations', () => {
  it('are never longer than either layer lets them, over all small cases', () => {
    const lists: Relaxed[][] = [[]];
    for (const when of ['a', 'b', 'ab']) {
      for (const minutes of [10, 20, 30, 40]) {
        lists.push([[when, minutes]]);
        for (const second of [10, 30])
          lists.push([
            [when, minutes],
            [when === 'a' ? 'b' : 'a', second],
          ]);
      }
    }
    let exact = 0;
    let all = 0;
    const layers = [20, 30].flatMap((base) => lists.map((relaxed) => layer('any', base, relaxed)));
    const limits = new Map(layers.map((one) => [one, map(one)]));
    for (const org of layers) {
      const most = limits.get(org) as number[];
      for (const app of layers) {
        const own = limits.get(app) as number[];
        const inForce = map(tighten(org, app).policy);
        inForce.forEach((value, place) => {
          const least = Math.min(most[place] as number, own[place] as number);
          all++;
          if (value === least) exact++;
          if (value > least) expect.fail(JSON.stringify({ org, app, place, value, least }));
        });
      }
    }
    expect(all).toBe(4 * layers.length ** 2);
    // what is stricter than both: docs/ceilings.md
    expect(exact / all).toBeGreaterThan(0.95);
  });

  it.each<[string, Policy, Policy, readonly number[]]>([
    ['stay within the other base', layer('org', 30, []), layer('app', 15, [['a', 60]]), [15, 30, 15, 30]],
    [
      'stay within that of the same place',
      layer('org', 15, [['a', 30]]),
      layer('app', 15, [['a', 60]]),
      [15, 30, 15, 30],
    ],
    ['are lost where only one layer relaxes', layer('org', 15, [['a', 30]]), layer('app', 15, []), [15, 15, 15, 15]],
    ['hold where both layers relax', layer('org', 15, [['a', 30]]), layer('app', 15, [['b', 45]]), [15, 15, 15, 30]],
    ['hold in a part of the place', layer('org', 15, [['a', 30]]), layer('app', 15, [['ab', 60]]), [15, 15, 15, 30]],
    ['that are short stay short', layer('org', 15, [['a', 5]]), layer('app', 15, [['b', 45]]), [15, 5, 15, 5]],
    [
      'of unlike bases may be stricter than both',
      layer('org', 15, [['a', 30]]),
      layer('app', 20, [['b', 30]]),
      [15, 20, 15, 20],
    ],
  ])('%s', (_, org, app, expected) => {
    expect(map(tighten(org, app).policy)).toEqual(expected);
    expect(map(tighten(app, org).policy)).toEqual(expected);
  });

  it('say what each layer says there', () => {
    const { origins } = tighten(layer('org', 30, []), layer('app', 15, [['a', 60]]));
    expect(origins.find(({ path }) => path === '/conditions/0/idleTimeout')).toEqual({
      path: '/conditions/0/idleTimeout',
      value: 30 * MINUTE,
      stated: [
        { by: 'org', value: 30 * MINUTE },
        { by: 'app', value: 60 * MINUTE },
      ],
      bindingIs: ['org'],
    });
  });

  it('say in limitsFor whose limit it is', () => {
    const { policy } = tighten(layer('org', 30, []), layer('app', 15, [['a', 60]]));
    expect(limitsFor(policy, { attributes: { a: true } }).idleTimeout.source).toBe('org#/idleTimeout');
  });

  it('ask for both of two demands on an attribute that may have several values', () => {
    const roles = (id: string, role: readonly string[]) =>
      definePolicy({
        id,
        idleTimeout: '5m',
        absoluteTimeout: '8h',
        conditions: [{ when: { attributes: { role } }, idleTimeout: '20m', relax: true }],
      }) as Policy;
    const { policy } = tighten(roles('org', ['nurse', 'doctor']), roles('app', ['doctor', 'night']));
    const idle = (role: string | readonly string[]) =>
      limitsFor(policy, { attributes: { role } }).idleTimeout.value / MINUTE;
    expect([idle('nurse'), idle('doctor'), idle(['nurse', 'night']), idle('night')]).toEqual([5, 20, 20, 5]);
  });
});
