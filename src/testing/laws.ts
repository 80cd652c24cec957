import fc from 'fast-check';
import type { Policy } from '../core/policy.js';
import type { Rule } from '../core/rule.js';
import { evaluate } from '../evaluate.js';
import { aPolicy } from './arbitraries/policies.js';
import { absoluteIsAbsolute } from './laws/absolute-is-absolute.js';
import { brokenMeansClosed } from './laws/broken-means-closed.js';
import { customRulesAreHonest } from './laws/custom-rules-are-honest.js';
import { exact } from './laws/exact.js';
import { final } from './laws/final.js';
import { looseningNeverRevives } from './laws/loosening-never-revives.js';
import { nothingChangedNothingWritten } from './laws/nothing-changed-nothing-written.js';
import { onlyPeopleExtend } from './laws/only-people-extend.js';
import { pure } from './laws/pure.js';
import { aScenario, type Evaluate, type LawDefinition, type Scenario } from './laws/scenario.js';
import { tighteningIsMonotone } from './laws/tightening-is-monotone.js';
import { timeCannotHelp } from './laws/time-cannot-help.js';

/** How hard a law is tried. */
export interface CheckOptions {
  /** Scenarios to try, each a session's life of up to ten events. Default 1000. */
  readonly runs?: number;
  /** Where the scenarios come from; the one that a failure names makes the same ones again. Default: a new one. */
  readonly seed?: number;
}

/** A promise about every session and every event under a policy. */
export interface Law {
  /** For the name of a test. */
  readonly name: string;
  /** What it promises, in a sentence or two. */
  readonly statement: string;
  /**
   * Looks for a counterexample.
   *
   * @throws an error that tells the law, what is wrong, how to see it again, and the smallest counterexample as JSON:
   * login and events first, the policy last.
   */
  check(options?: CheckOptions): void;
}

/** Every law, in the order of docs/laws.md. */
export const LAWS: readonly LawDefinition[] = [
  exact,
  final,
  onlyPeopleExtend,
  absoluteIsAbsolute,
  timeCannotHelp,
  tighteningIsMonotone,
  looseningNeverRevives,
  brokenMeansClosed,
  pure,
  nothingChangedNothingWritten,
  customRulesAreHonest,
];

/** What to check besides the policy itself. */
export interface PolicyLawsOptions {
  /** Custom rules to judge the policy with, in place of its own. */
  readonly rules?: readonly Rule[];
}

/**
 * The laws of Curfew for a policy of yours and its custom rules, to run in any test runner.
 *
 * @example
 * for (const law of policyLaws(policy)) test(law.name, () => law.check({ runs: 100 }));
 */
export function policyLaws(policy: Policy, { rules }: PolicyLawsOptions = {}): readonly Law[] {
  const judged = rules === undefined ? policy : { ...policy, rules };
  return lawsFor(evaluate, fc.constant(judged));
}

/**
 * The laws for any engine, over any policies: that each can fail is shown with engines that are broken on purpose.
 *
 * @example
 * const again = (policy, session, event) => evaluate(policy, session, event); // an engine of yours
 * for (const law of lawsFor(again)) test(law.name, () => law.check({ runs: 10 }));
 */
export function lawsFor(engine: Evaluate, policies: fc.Arbitrary<Policy> = aPolicy()): readonly Law[] {
  return LAWS.map((law) => ({
    name: law.name,
    statement: law.statement,
    check: (options) => checkLaw(law, engine, aScenario(policies), options),
  }));
}

/** What a law complained of, in a scenario. */
interface Broken extends Error {
  readonly scenario: Scenario;
  /** The other policy, if the law asked for it. */
  readonly other: Policy | null;
}

/** Tries a law; tells in how many scenarios it had something to say. */
export function checkLaw(
  law: LawDefinition,
  engine: Evaluate,
  scenarios: fc.Arbitrary<Scenario>,
  { runs = 1_000, seed }: CheckOptions = {},
): number {
  let spoken = 0;
  const property = fc.property(scenarios, (scenario) => {
    let other: Policy | null = null;
    const complaint = law.complain(engine, { ...scenario, other: () => (other ??= scenario.other()) });
    if (complaint !== undefined) spoken += 1;
    if (typeof complaint === 'string') throw Object.assign(new Error(complaint), { scenario, other });
  });
  const result = fc.check(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
  if (result.failed) throw new Error(failureOf(law, { runs, seed: result.seed }, result.errorInstance as Broken));
  return spoken;
}

/** What a person needs first comes first: the policy, which they know, last. */
function failureOf(law: LawDefinition, { runs, seed }: Required<CheckOptions>, broken: Partial<Broken>): string {
  const { message, scenario, other } = broken;
  const lines = [
    `the law \`${law.name}\` does not hold (seed ${seed})`,
    `  ${message}`,
    `  promised: ${law.statement}`,
    `  the same again: law.check({ runs: ${runs}, seed: ${seed} })`,
  ];
  if (scenario === undefined) return lines.join('\n');
  const { login, events, policy } = scenario;
  const told = [
    `login: ${JSON.stringify(login)}`,
    ...events.map((event, index) => `event ${index}: ${JSON.stringify(event)}`),
    ...(other == null ? [] : [`another policy: ${JSON.stringify(other)}`]),
    `policy: ${JSON.stringify(policy)}`,
  ];
  return [...lines, ...told.map((line) => `  ${line}`)].join('\n');
}
