import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import { evaluate } from '../../src/evaluate.js';
import { comparePolicies } from '../../src/policy/compare/compare-policies.js';
import type { Comparison, LooseningExample, Relation } from '../../src/policy/compare/comparison.js';
import { joined } from '../../src/policy/compare/relation.js';
import { definePolicy, policyProblems } from '../../src/policy/define.js';
import type { PolicyDocument } from '../../src/policy/document.js';
import { startSession } from '../../src/start-session.js';
import { aPolicyDocument } from '../../src/testing/arbitraries/document.js';
import { aTighterDocument } from '../../src/testing/arbitraries/tighter.js';
import { bruteForce, type Seen } from './compare-brute-force.js';

const RUNS = Number(process.env['CURFEW_COMPARE_RUNS'] ?? 1_000);
/** The same pairs each time, so that a change is judged by what it changed; `CURFEW_SEED` tries others. */
const SEED = Number(process.env['CURFEW_SEED'] ?? 2_119_516_692);

/** Figures that `evaluate` does not use, so that no decision can show them. */
const OUTSIDE = ['/concurrency', '/staleFor', '/tokens/accessLifetime', '/singleSignOn/activityFrom'];

const NETWORKS: readonly NonNullable<PolicyDocument['networks']>[] = [
  { office: ['203.0.113.0/25'], lab: ['203.0.113.0/29'], vpn: ['10.0.0.0/8', '198.51.100.0/24'] },
  { office: ['203.0.113.0/24', '2001:db8::/31'], lab: ['203.0.113.0/28', '10.1.0.0/16'], vpn: ['10.0.0.0/8'] },
  { office: ['0.0.0.0/1', '::/0'], lab: ['203.0.113.0/29', '2001:db8::/64'], vpn: ['::ffff:10.0.0.0/104'] },
];

/** A document with one or two of its sections taken from another one. */
function aMutant(document: PolicyDocument): fc.Arbitrary<PolicyDocument> {
  const sections = fc.subarray(
    [
      'idleTimeout',
      'absoluteTimeout',
      'onIdle',
      'clockLeeway',
      'conditions',
      'operations',
      'risk',
      'requestable',
      'tokens',
    ],
    { minLength: 1, maxLength: 2 },
  );
  return fc
    .tuple(aPolicyDocument(), sections, fc.nat({ max: 5 }), fc.nat({ max: 8 }))
    .map(([other, names, choice, cut]) => {
      const taken = Object.fromEntries(names.flatMap((name) => (name in other ? [[name, other[name as 'risk']]] : [])));
      const networks = NETWORKS[choice] ?? document.networks ?? other.networks;
      const conditions = (taken['conditions'] ?? document.conditions ?? []) as NonNullable<
        PolicyDocument['conditions']
      >;
      // often a single condition is new or gone, which is what people do
      const mixed =
        cut < 4 ? [...(document.conditions ?? []), ...conditions].filter((_, index) => index !== cut) : conditions;
      return { ...document, ...taken, conditions: mixed, ...(networks && { networks }) };
    });
}

/** Leases and `resets` as in the other document: what is not identical there is not compared. */
function alike(document: PolicyDocument, model: PolicyDocument): PolicyDocument {
  const { reauthentication, operations, ...rest } = document;
  const { resets } = model.reauthentication ?? {};
  const { resets: _, ...kept } = reauthentication ?? {};
  const names = Object.keys(operations ?? {});
  const leased = names.map((name) => {
    const { lease: __, ...operation } = operations?.[name] ?? {};
    const lease = model.operations?.[name]?.lease;
    return [name, { ...operation, ...(lease !== undefined && { lease }) }];
  });
  const missing = Object.entries(model.operations ?? {}).filter(
    ([name, { lease }]) => lease !== undefined && !names.includes(name),
  );
  const lockable =
    document.onIdle === 'lock' && resets !== undefined && !resets.includes('idle') ? { onIdle: 'end' as const } : {};
  return {
    ...rest,
    ...lockable,
    reauthentication: { ...kept, ...(resets && { resets }) },
    operations: Object.fromEntries([...leased, ...missing]),
  };
}

const aPair: fc.Arbitrary<readonly [Policy, Policy]> = aPolicyDocument()
  .chain((document) =>
    fc.tuple(
      fc.constant(document),
      fc.oneof(
        { weight: 5, arbitrary: aMutant(document) },
        { weight: 2, arbitrary: aTighterDocument(document) },
        { weight: 2, arbitrary: aPolicyDocument() },
      ),
      fc.nat({ max: 9 }),
      fc.boolean(),
    ),
  )
  .map(([document, made, choice, isSwapped]) => {
    const other = choice === 0 ? made : alike(made, document);
    return isSwapped ? ([other, document] as const) : ([document, other] as const);
  })
  .filter((pair) => pair.every((document) => policyProblems(document).length === 0))
  .map(([before, after]) => [definePolicy(before) as Policy, definePolicy(after) as Policy] as const);

/** What is compared by name only. */
function isByName(path: string): boolean {
  return path === '/reauthentication/resets' || path.endsWith('/lease') || path === '/rules';
}

function relationSeen({ milder, stricter }: Seen): Relation {
  if (milder !== null) return stricter === null ? 'looser' : 'incomparable';
  return stricter === null ? 'equal' : 'tighter';
}

/** What an example says has to be so. */
function isSo([before, after]: readonly [Policy, Policy], example: LooseningExample): boolean {
  const effects = [before, after].map((policy) => {
    let session = startSession(policy, example.login);
    let effect: string = 'none';
    for (const event of example.events) ({ session, effect } = evaluate(policy, session, event));
    return effect;
  });
  return effects[0] !== 'permit' && effects[0] === example.before.effect && effects[1] === 'permit';
}

function claimOf({ changes }: Comparison): Relation {
  return joined(changes.filter(({ path }) => !OUTSIDE.includes(path)).map(({ relation }) => relation));
}

/** What is wrong with a comparison; `null` where it is what brute force has seen. */
function complaintAbout(pair: readonly [Policy, Policy], comparison: Comparison): string | null {
  const claim = claimOf(comparison);
  if (comparison.changes.some(({ path }) => isByName(path))) {
    return claim === 'incomparable' ? null : `claimed ${claim} of what is compared by name`;
  }
  const seen = bruteForce(...pair);
  if (relationSeen(seen) === claim) return null;
  const said = comparison.changes.map(({ relation, sentence }) => `${relation}: ${sentence}`);
  return [`claimed ${claim}, seen ${relationSeen(seen)}`, ...said, seen.milder, seen.stricter].join('\n');
}

const TITLE = `agrees with brute force on ${RUNS} pairs, and every example is one (seed ${SEED})`;

it(TITLE, { timeout: 60_000 + RUNS * 1_000 }, () => {
  const counts: Record<string, number> = { looserChanges: 0, looserChangesWithoutExample: 0 };
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  fc.assert(
    fc.property(aPair, (pair) => {
      const comparison = comparePolicies(...pair);
      for (const { path, relation, example } of comparison.changes) {
        if (example !== null) expect(isSo(pair, example)).toBe(true);
        if (relation !== 'looser' || OUTSIDE.includes(path)) continue;
        count('looserChanges');
        if (example === null) count('looserChangesWithoutExample');
      }
      expect(complaintAbout(pair, comparison)).toBeNull();
      count(claimOf(comparison));
    }),
    // to shrink a pair takes longer than to read it
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  console.info(counts);
  for (const relation of ['equal', 'tighter', 'looser', 'incomparable']) expect(counts[relation]).toBeGreaterThan(0);
});
