import type { ReasonCode } from '../core/reason.js';
import { createDistinctCounter, type DistinctCounter } from './distinct.js';
import type { ProductionAnswer } from './record.js';
import { type CodeCounts, countsOf, countUp } from './summary.js';

/** Requests that one policy answers otherwise than another. */
export interface CandidateDifference {
  readonly requests: number;
  readonly sessions: number;
  /** By the code of whichever policy refuses. */
  readonly codes: CodeCounts;
}

/** What an engine answered in production, as its records tell. Nothing of it is simulated. */
export interface ProductionFigures {
  readonly decisions: number;
  readonly effects: CodeCounts;
  /** Decisions by the fingerprint of the policy that decided: more than one is a change, or drift. */
  readonly policies: CodeCounts;
  /** What the engine's candidate would have answered; `null` where there was none. */
  readonly candidate: {
    readonly judged: number;
    /** Permitted, and the candidate would not have. */
    readonly cutOff: CandidateDifference;
    /** Refused, and the candidate would have permitted. */
    readonly letThrough: CandidateDifference;
  } | null;
}

interface Tally {
  requests: number;
  readonly sessions: DistinctCounter;
  readonly codes: Map<ReasonCode, number>;
}

/** Counts what production answered. */
export interface ProductionTally {
  add(answer: ProductionAnswer): void;
  /** `null` where no record was seen. */
  figures(): ProductionFigures | null;
}

/** Counts the answers of an engine's records, and those of its candidate. */
export function createProductionTally(): ProductionTally {
  const effects = new Map<string, number>();
  const policies = new Map<string, number>();
  const [cutOff, letThrough] = [newTally(), newTally()];
  let decisions = 0;
  let judged = 0;
  return {
    add({ effect, policy, sessionId, code, wouldBe }) {
      decisions++;
      countUp(effects, effect);
      countUp(policies, policy);
      if (wouldBe === null) return;
      judged++;
      if (effect === 'permit' && wouldBe.effect !== 'permit') count(cutOff, sessionId, wouldBe.code ?? wouldBe.effect);
      if (effect !== 'permit' && wouldBe.effect === 'permit') count(letThrough, sessionId, code ?? effect);
    },
    figures() {
      if (decisions === 0) return null;
      const candidate = judged === 0 ? null : { judged, cutOff: told(cutOff), letThrough: told(letThrough) };
      return { decisions, effects: countsOf(effects), policies: countsOf(policies), candidate };
    },
  };
}

function newTally(): Tally {
  return { requests: 0, sessions: createDistinctCounter(), codes: new Map() };
}

function count(tally: Tally, sessionId: string, code: ReasonCode): void {
  tally.requests++;
  tally.sessions.add(sessionId);
  countUp(tally.codes, code);
}

function told({ requests, sessions, codes }: Tally): CandidateDifference {
  return { requests, sessions: sessions.count(), codes: countsOf(codes) };
}
