import type { RiskRule } from '../../core/policy.js';
import { NEVER } from '../../time/instant.js';
import type { Difference, Pair, Relation } from './comparison.js';
import { limitDifference } from './limit-differences.js';
import { limitShifts, type Shift } from './limit-shifts.js';
import { mergedByNetwork } from './network-shifts.js';
import type { Place } from './places.js';
import { isComparison, raisingRelation } from './raising.js';
import { joined, relationOf, relationOfStrictness } from './relation.js';
import { signalAttempts } from './signal-attempts.js';
import { COMPARISON_STATES, isVoid, QUIET_STATES, STATES, strictnessOf } from './signal-states.js';
import type { Vocabulary } from './where.js';
import { listed, mayLoosen, written } from './words.js';

/** The rules of both policies about one signal. */
export interface Answers {
  readonly signal: string;
  readonly before: readonly RiskRule[];
  readonly after: readonly RiskRule[];
}

/** What differs in the answers to signals, one signal at a time: each can be reported without any other. */
export function signalDifferences(pair: Pair, places: readonly Place[], vocabulary: Vocabulary): readonly Difference[] {
  const signals = new Set([...pair.before.risk, ...pair.after.risk].map(({ signal }) => signal));
  return [...signals].sort().flatMap((signal) => {
    const of = (rules: readonly RiskRule[]) => rules.filter((rule) => rule.signal === signal);
    const answers = { signal, before: of(pair.before.risk), after: of(pair.after.risk) };
    const shifts = tightenings(pair, answers, places);
    const relation = joined([answerRelation(answers), raisingRelation(answers), leaseRelation(pair, answers)]);
    if (relation === 'equal')
      return mergedByNetwork(shifts, vocabulary.regions).map((shift) => limitDifference(pair, shift, vocabulary));
    return [signalDifference(pair, answers, relation, shifts)];
  });
}

function tightenings(pair: Pair, { signal, before, after }: Answers, places: readonly Place[]): readonly Shift[] {
  const levels = new Set([...before, ...after].filter(isTightening).map(({ atLeast }) => atLeast));
  return [...levels].flatMap((level) => limitShifts(pair, places, { signal, level }));
}

function isTightening({ response }: RiskRule): boolean {
  return response === 'tighten';
}

function answerRelation({ signal, before, after }: Answers): Relation {
  const states = isComparison(signal) ? COMPARISON_STATES : STATES;
  return relationOfStrictness(states.map((state) => [strictnessOf(before, state), strictnessOf(after, state)]));
}

/** A signal that is more than observed ends every lease: that it no longer does shows only where there are leases. */
function leaseRelation(pair: Pair, { before, after }: Answers): Relation {
  const operations = [...Object.values(pair.before.operations), ...Object.values(pair.after.operations)];
  if (operations.every(({ lease }) => lease === 0)) return 'equal';
  return relationOfStrictness(
    QUIET_STATES.map((state) => [Number(isVoid(before, state)), Number(isVoid(after, state))]),
  );
}

function signalDifference(pair: Pair, answers: Answers, own: Relation, shifts: readonly Shift[]): Difference {
  const { signal, before, after } = answers;
  const relation = joined([own, ...shifts.map((shift) => relationOf(shift.before, shift.after))]);
  const [one, other] = [summaryOf(before), summaryOf(after)];
  return {
    path: (after[0] ?? (before[0] as RiskRule)).source,
    relation,
    before: before.length === 0 ? null : one,
    after: after.length === 0 ? null : other,
    sentence: sentenceOf(signal, one, other, relation),
    attempts: mayLoosen(relation) ? signalAttempts(pair, answers, shifts) : [],
  };
}

function sentenceOf(signal: string, before: string, after: string, relation: Relation): string {
  const said = `The answer to ${signal} is ${after}; it was ${before}.`;
  return relation === 'incomparable' ? `${said} That is milder in one way and stricter in another.` : said;
}

function summaryOf(rules: readonly RiskRule[]): string {
  if (rules.length === 0) return 'nothing';
  const [{ missingIsChanged, fasterThan, signal }] = rules as readonly [RiskRule];
  const missing = missingIsChanged ? ', also when the request does not state the field' : '';
  const speed = signal === 'impossible_travel' ? ` above ${fasterThan} km/h` : '';
  return `${listed([...new Set(rules.map(responseOf))])}${speed}${missing}`;
}

function responseOf({ response, assuranceLevel, atLeast, idleTimeout, absoluteTimeout }: RiskRule): string {
  const limits = [
    ...(idleTimeout === NEVER ? [] : [`idle ${written(idleTimeout)}`]),
    ...(absoluteTimeout === NEVER ? [] : [`absolute ${written(absoluteTimeout)}`]),
  ];
  const to = limits.length === 0 ? '' : ` to ${limits.join(', ')}`;
  const level = assuranceLevel === null ? '' : ` at ${assuranceLevel}`;
  return `${response}${level}${to}${atLeast === 'low' ? '' : ` from ${atLeast} on`}`;
}
