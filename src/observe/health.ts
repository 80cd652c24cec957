import type { Policy } from '../core/policy.js';
import type { DecisionRecord, FaultRecord, Observer } from '../engine/index.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import { type LongestLimits, limitPassed, longestOf } from './beyond-limit.js';
import { type CodeLabel, codeLabels } from './codes.js';
import type { Finding } from './finding.js';
import type { Figures } from './metrics.js';
import { returns } from './returns.js';
import { isAfterEnd } from './security-event.js';
import { type Tally, tally } from './tally.js';
import { warnings } from './warnings.js';

/** What figures are counted with. */
export interface HealthOptions {
  /** Codes of your own that are to be told apart in labels: of revocations, of signals. All others are `other`. */
  readonly codes?: readonly string[];
  /** How many sessions are remembered for the figures that need two records of one. Default 10,000. */
  readonly remember?: number;
  /** What may lie between a decision and its record before a permit counts as beyond its limit. Default 5 s. */
  readonly tolerance?: Duration;
}

/** The latest fault. */
export interface LatestFault {
  readonly at: Instant;
  readonly code: string;
  readonly during: FaultRecord['during'];
}

/** Figures of an engine's health. Made by `healthFigures`. */
export interface Health {
  /** For the engine. It keeps ids of sessions and subjects in memory for minutes, and gives none of them out. */
  readonly observer: Observer;
  /** Counts a finding of `createDetector`. */
  readonly found: (finding: Finding) => void;
  /** What the metrics stand at. */
  readonly figures: () => Figures;
  readonly latestFault: () => LatestFault | null;
}

interface Counting {
  readonly tally: Tally;
  readonly label: CodeLabel;
  readonly limits: LongestLimits;
  readonly tolerance: Duration;
  readonly returned: ReturnType<typeof returns>;
  readonly warned: ReturnType<typeof warnings>;
}

/**
 * Counts how an engine fares. Every label has few values, whatever clients send. A timeout is counted when a request
 * meets it: a session that nobody asks for again ends without a record.
 *
 * @param policy the engine's, or how to ask for it: `() => engine.policy()`
 * @example
 * const health = healthFigures(policy);
 * const counted = createEngine({ policy, store: memoryStore(), observer: health.observer });
 * await counted.start({ subject: 'bob' });
 * health.figures().sessionsStarted; // => [{ labels: {}, value: 1 }]
 */
export function healthFigures(policy: Policy | (() => Policy), options: HealthOptions = {}): Health {
  const { codes = [], remember = 10_000, tolerance = 5_000 } = options;
  const counts = tally();
  const common = { tally: counts, tolerance, returned: returns(remember), warned: warnings(remember) };
  let latest: LatestFault | null = null;
  let known: { readonly policy: Policy; readonly counting: Counting } | null = null;
  const counting = () => {
    const now = typeof policy === 'function' ? policy() : policy;
    if (known?.policy !== now) {
      known = { policy: now, counting: { ...common, label: codeLabels(now, codes), limits: longestOf(now) } };
    }
    return known.counting;
  };
  return {
    observer(record) {
      if (record.kind === 'decision') return countDecision(counting(), record);
      const { at, during } = record;
      const code = counting().label(record.code);
      latest = { at, code, during };
      counts.add('faults', [code, during]);
      counts.set('lastFault', at / 1_000);
    },
    found: ({ pattern }) => counts.add('findings', [pattern]),
    figures: counts.figures,
    latestFault: () => latest,
  };
}

function countDecision(counting: Counting, record: DecisionRecord): void {
  const { tally, label, limits, tolerance } = counting;
  const { type, effect, wouldBe, conflicts } = record;
  const code = label(record.reasons[0]?.code ?? 'other');
  tally.add('decisions', [type, effect]);
  if (effect !== 'permit' && effect !== 'superseded') tally.add('refusals', [effect, code]);
  if (type === 'access') tally.add('accesses', [activityOf(record)]);
  if (type === 'start' && effect === 'permit') tally.add('sessionsStarted');
  if (record.endedNow) tally.add('sessionsEnded', [code]);
  if (isAfterEnd(record)) tally.add('usesAfterEnd', [code]);
  // a proof that belongs to no session is nobody's
  if (type === 'reauthenticated' && effect !== 'indeterminate' && record.subject !== null) {
    tally.add('stepUps', [effect === 'permit' ? 'passed' : 'failed']);
  }
  if (type === 'token_refreshed') {
    tally.add('refreshes', [effect === 'permit' || effect === 'superseded' ? effect : code]);
  }
  if (conflicts > 0) tally.add('conflicts', [], conflicts);
  if (wouldBe !== null) tally.add('candidate', [effect, wouldBe.effect]);
  const passed = limitPassed(record, limits, tolerance);
  if (passed !== null) tally.add('beyondLimit', [passed]);
  countPeople(counting, record);
}

function countPeople({ tally, label, returned, warned }: Counting, record: DecisionRecord): void {
  const back = returned(record);
  if (back !== null) tally.add('dropOffs', [label(back)]);
  const { isWarning, isExtension } = warned(record);
  if (isWarning) tally.add('warnings');
  if (isExtension) tally.add('extensions');
}

/** Whoever does not write TypeScript may have handed on what a client said. */
function activityOf({ activity }: DecisionRecord): string {
  return activity === 'user' || activity === 'background' ? activity : 'unknown';
}
