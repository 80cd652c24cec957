import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import { definePolicy, policyProblems } from '../../src/policy/define.js';
import { aPolicyDocument, aSession, aTighterDocument, aTimeline } from '../../src/testing/index.js';

const RUNS = { numRuns: 1_000 };

/** So many that the rarest of what a sample should reach (one in some hundred) cannot be missed by chance. */
const SAMPLE = { numRuns: 10_000 };

/** Which of some names come up at all in a sample. */
function seen<Value>(values: fc.Arbitrary<Value>, namesOf: (value: Value) => readonly string[]): ReadonlySet<string> {
  return new Set(fc.sample(values, SAMPLE).flatMap(namesOf));
}

describe('aPolicyDocument', () => {
  it('makes documents that are valid, and so are their tighter ones', () => {
    const both = aPolicyDocument().chain((document) => fc.tuple(fc.constant(document), aTighterDocument(document)));
    fc.assert(
      fc.property(both, (documents) => {
        expect(documents.map(policyProblems)).toEqual([[], []]);
      }),
      RUNS,
    );
  });

  it('reaches every section of a document', () => {
    const sections = seen(aPolicyDocument(), Object.keys);
    const expected = [
      'idleTimeout',
      'onIdle',
      'warnBefore',
      'clockLeeway',
      'reauthentication',
      'networks',
      'conditions',
    ];
    for (const section of [...expected, 'operations', 'risk', 'requestable', 'tokens', 'concurrency']) {
      expect(sections).toContain(section);
    }
  });
});

describe('aSession', () => {
  it('reaches every state that a session can be in', () => {
    const lives = aPolicyDocument().chain((document) => aSession(definePolicy(document) as Policy, { length: 10 }));
    const states = seen(lives, (session) => [
      session.ended?.code ?? 'alive',
      session.lease === null ? 'no lease' : 'leased',
      session.signals === null ? 'no signals' : 'signalled',
      session.refresh.generation > 0 ? 'rotated' : 'not rotated',
      session.stamps.onIdle,
    ]);
    const ends = ['alive', 'idle_timeout', 'absolute_timeout', 'refresh_reused', 'ip_changed', 'logout'];
    for (const state of [...ends, 'leased', 'signalled', 'rotated', 'end', 'lock']) expect(states).toContain(state);
  });
});

describe('aTimeline', () => {
  it('has every type of event, most of them in order and some late', () => {
    const policy = definePolicy({
      id: 'x',
      absoluteTimeout: '8h',
      idleTimeout: '15m',
      operations: { pay: {} },
    }) as Policy;
    const timelines = fc.sample(aTimeline(policy), RUNS);
    expect(new Set(timelines.flatMap((events) => events.map(({ type }) => type))).size).toBe(7);
    const pairs = timelines.flatMap((events) => events.slice(1).map(({ at }, index) => at - (events[index]?.at ?? at)));
    const late = pairs.filter((step) => step < 0).length;
    expect(late).toBeGreaterThan(pairs.length / 50);
    expect(late).toBeLessThan(pairs.length / 2);
  });
});
