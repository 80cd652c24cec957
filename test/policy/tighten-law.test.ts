import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/core/decision.js';
import type { SessionEvent } from '../../src/core/event.js';
import type { Operation, Policy } from '../../src/core/policy.js';
import type { Rule } from '../../src/core/rule.js';
import type { Session } from '../../src/core/session.js';
import { evaluate } from '../../src/evaluate.js';
import { definePolicy } from '../../src/policy/define.js';
import { tighten } from '../../src/policy/tighten/tighten.js';
import { startSession } from '../../src/start-session.js';
import { aPolicyDocument } from '../../src/testing/arbitraries/document.js';
import { aTimelineSketch, drawTimeline } from '../../src/testing/arbitraries/events.js';
import { aRule } from '../../src/testing/arbitraries/rules.js';
import { aLoginSketch, drawLogin } from '../../src/testing/arbitraries/sessions.js';
import { severity } from '../../src/testing/laws/scenario.js';
import { NEVER } from '../../src/time/instant.js';
import { holds, RUNS, TIMEOUT } from '../laws/support.js';

const FREE: Operation = { authenticatedWithin: NEVER, assuranceLevel: null, lease: 0 };

/** A layer says nothing of operations that it does not name, while it knows of them: docs/ceilings.md. */
function knowingAll(layer: Policy, all: Policy): Policy {
  const named = Object.keys(all.operations).map((name) => [name, FREE] as const);
  return { ...layer, operations: { ...Object.fromEntries(named), ...layer.operations } };
}

/** Layers that can be put on top of each other, the result, and how many could not. */
function stacked(layers: readonly Policy[]): Policy | null {
  try {
    const [ceiling, policy, ...more] = layers as readonly [Policy, Policy, ...Policy[]];
    return tighten(ceiling, policy, ...more).policy;
  } catch (error) {
    expect(error).toMatchObject({ code: 'networks_not_combinable' });
    return null;
  }
}

function complaint(tight: Decision, loose: Decision): string | null {
  if (severity(tight) < severity(loose)) return `${loose.effect} becomes ${tight.effect}`;
  if (tight.effect === 'indeterminate') return null;
  if ('until' in loose && 'until' in tight && tight.effect === loose.effect && tight.until > loose.until)
    return `until ${loose.until} becomes ${tight.until}`;
  const missing = loose.reasons.find(({ code }) => !tight.reasons.some((reason) => reason.code === code));
  return missing === undefined ? null : `${missing.code} is missing`;
}

/** What else the names of the generated networks may mean in another layer. */
const MEANINGS: readonly (Readonly<Record<string, readonly string[]>> | null)[] = [
  null,
  null,
  { office: ['203.0.113.0/25', '10.0.0.0/16'], lab: ['198.51.100.128/25'], vpn: ['::ffff:10.0.0.0/104'] },
  { office: ['203.0.113.0/24'], lab: ['2001:db8::/48', '198.51.100.0/24'], vpn: ['10.1.0.0/16', '2001:db8::/31'] },
];

/** A rule that lets nobody in from the `lab` of its own policy. */
const seesNetworks: Rule = {
  id: 'sees_networks',
  version: 1,
  settings: null,
  evaluate: ({ context }) => (context.networks.includes('lab') ? { effect: 'deny', code: 'from_the_lab' } : NEVER),
};

const aLayer = fc
  .tuple(aPolicyDocument(), fc.option(aRule, { nil: null }), fc.constantFrom(...MEANINGS), fc.nat({ max: 3 }))
  .map(([document, rule, networks, choice]) => {
    const compared = { signal: 'network_changed', then: 'challenge' } as const;
    const risk = document.risk ?? [];
    const isFree = choice === 0 && risk.every(({ signal }) => signal !== 'network_changed');
    const own = {
      ...document,
      ...(networks !== null && document.networks !== undefined && { networks }),
      ...(isFree && { risk: [...risk, compared] }),
    };
    return definePolicy(own, { rules: rule === null ? [] : choice === 1 ? [rule, seesNetworks] : [rule] }) as Policy;
  });

const aStack: fc.Arbitrary<readonly Policy[]> = fc.oneof(
  fc.tuple(aLayer, aLayer),
  fc.tuple(aLayer, aLayer, aLayer) as fc.Arbitrary<readonly Policy[]>,
);
const choices = fc.array(fc.nat({ max: 5 }), { minLength: 8, maxLength: 8 });

describe('tighten', { timeout: TIMEOUT }, () => {
  it('is never milder than any layer, in any single decision', () => {
    let decided = 0;
    let refused = 0;
    const effects = new Set<string>();
    holds(
      fc.property(aStack, aLoginSketch, aTimelineSketch(8), choices, (layers, login, sketches, numbers) => {
        const both = stacked(layers);
        if (both === null) {
          refused++;
          return;
        }
        const known = layers.map((layer) => knowingAll(layer, both));
        const all = [both, ...layers];
        const drawnFor = all[(numbers[0] ?? 0) % all.length] as Policy;
        let session: Session = startSession(drawnFor, drawLogin(drawnFor, login));
        const events: readonly SessionEvent[] = drawTimeline(drawnFor, sketches);
        for (const [index, event] of events.entries()) {
          const tight = evaluate(both, session, event);
          for (const layer of known) {
            const loose = evaluate(layer, session, event);
            if (session.ended === null) effects.add(`${loose.effect} ${tight.effect}`);
            expect(complaint(tight, loose)).toBeNull();
            decided++;
          }
          // the next event finds the session as any of them has left it
          const ruler = [...known, both][(numbers[index % numbers.length] ?? 0) % (known.length + 1)] as Policy;
          session = evaluate(ruler, session, event).session;
        }
      }),
    );
    expect(decided).toBeGreaterThan(RUNS);
    expect(refused).toBeLessThan(RUNS / 4);
    // the layers disagree, and in each direction in which they can
    expect([...effects]).toEqual(expect.arrayContaining(['permit challenge', 'permit deny', 'challenge deny']));
  });

  it('decides the same, all layers at once or one after the other', () => {
    let compared = 0;
    const three = fc.tuple(aLayer, aLayer, aLayer);
    const property = fc.property(three, aLoginSketch, aTimelineSketch(8), ([org, app, route], login, sketches) => {
      const [atOnce, inner] = [stacked([org, app, route]), stacked([org, app])];
      const inTurn = inner === null ? null : stacked([inner, route]);
      if (atOnce === null || inTurn === null) return;
      let session = startSession(atOnce, drawLogin(atOnce, login));
      for (const event of drawTimeline(atOnce, sketches)) {
        const [one, other] = [evaluate(atOnce, session, event), evaluate(inTurn, session, event)];
        const told = (decision: Decision) => [decision.effect, 'until' in decision ? decision.until : null];
        expect(told(other)).toEqual(told(one));
        compared++;
        session = one.session;
      }
    });
    holds(property, 0.2);
    expect(compared).toBeGreaterThan(RUNS / 5);
  });
});
