import { ASSURANCE_LEVELS, RISK_LEVELS } from '../../core/levels.js';
import type { RiskRule } from '../../core/policy.js';

/**
 * How fresh a signal is, as far as any rule can tell: for each risk level, from the mildest, the weakest proof that is
 * not newer than the latest report at that level or above. 1 to 3 are `aal1` to `aal3`; 4: every proof is newer, or
 * there is no report. So it never falls from one risk level to the next.
 */
type Freshness = readonly number[];

/** What rules that end a session see of a signal, and what all others see: a reauthentication lies between the two. */
export interface SignalState {
  readonly ending: Freshness;
  readonly lasting: Freshness;
}

const LIFTED = 4;
const RAISED: Freshness = RISK_LEVELS.map(() => 1);
const PROOFS = [1, 2, 3];

const FRESHNESS: readonly Freshness[] = RISK_LEVELS.reduce<readonly Freshness[]>(
  (all) =>
    all.flatMap((one) => [...PROOFS, LIFTED].filter((proof) => proof >= (one.at(-1) ?? 1)).map((n) => [...one, n])),
  [[]],
);

/** Every state of a signal in which no person has just authenticated again. */
export const QUIET_STATES: readonly SignalState[] = FRESHNESS.map((one) => ({ ending: one, lasting: one }));

/** Those at a reauthentication, too: it is a proof of its level, newer than some of the reports. */
export const STATES: readonly SignalState[] = [...QUIET_STATES, ...FRESHNESS.flatMap(afterProofs)];

/** Those of a signal that a reauthentication can itself raise: rules that end a session see it, the others do not. */
export const COMPARISON_STATES: readonly SignalState[] = [
  ...STATES,
  ...STATES.map(({ lasting }) => ({ ending: RAISED, lasting })),
];

function afterProofs(ending: Freshness): readonly SignalState[] {
  return PROOFS.flatMap((proof) =>
    // reports as new as the proof stay; they are newer than any proof before it
    [0, 1, 2, 3]
      .filter((kept) => ending.slice(0, kept).every((one) => one === 1))
      .map((kept) => ({
        ending,
        lasting: ending.map((one, index) => (index < kept ? one : Math.max(one, proof + 1))),
      })),
  );
}

const SILENT = 0;
const STRICTNESS: Readonly<Record<RiskRule['response'], number>> = { observe: 1, tighten: 1, challenge: 2, end: 3 };

/** How strict the answer to a signal is: 0 nothing, 1 a notice, 2 a challenge, 3 the end. */
export function strictnessOf(rules: readonly RiskRule[], { ending, lasting }: SignalState): number {
  return rules.reduce((strictest, rule) => {
    const applies = isFresh(rule, rule.response === 'end' ? ending : lasting);
    return Math.max(strictest, applies ? STRICTNESS[rule.response] : SILENT);
  }, SILENT);
}

/** Whether the signal ends every lease. */
export function isVoid(rules: readonly RiskRule[], { lasting }: SignalState): boolean {
  return rules.some((rule) => rule.response !== 'observe' && isFresh(rule, lasting));
}

function isFresh({ atLeast, assuranceLevel }: RiskRule, freshness: Freshness): boolean {
  const proof = assuranceLevel === null ? 1 : ASSURANCE_LEVELS.indexOf(assuranceLevel) + 1;
  return (freshness[RISK_LEVELS.indexOf(atLeast)] as number) <= proof;
}
