import type { Policy } from '../../core/policy.js';
import type { ReplayComparison } from '../compare/compare.js';
import { createSpreadCounter, type SecondCounts } from '../percentiles.js';
import type { LogRecord } from '../record.js';
import type { ReplayedSession, ReplaySummary } from '../summary.js';
import { type CurvePoint, type IdleCurve, idleCurve, pointAt } from '../tune/curve.js';
import { createGapCounter, type GapCounts } from '../tune/gaps.js';
import { LONGEST, MINUTE } from '../tune/minutes.js';
import { shownPoints } from '../tune/tune.js';

/** Everything that a report shows. */
export interface ReportInput {
  /** What the log is called. */
  readonly source: string;
  /** What to call the policy, and the one that it is compared with. */
  readonly names: readonly [own: string, other: string];
  readonly policy: Policy;
  readonly against: Policy | null;
  readonly summary: ReplaySummary;
  /** `null` where only one policy was replayed. */
  readonly comparison: ReplayComparison | null;
  readonly gaps: GapCounts;
  readonly curve: IdleCurve;
  /** The points of the curve that are shown, the policy's own among them. */
  readonly points: readonly CurvePoint[];
  /** From start to end, of sessions that ended. */
  readonly lengths: SecondCounts;
}

/** Watches a replay for what its report needs besides the summary. */
export interface ReportWatcher {
  readonly onSession: (session: ReplayedSession) => void;
  readonly onRecord: (record: LogRecord) => void;
  input(found: Pick<ReportInput, 'source' | 'names' | 'policy' | 'against' | 'summary' | 'comparison'>): ReportInput;
}

/**
 * Makes a watcher; its two functions are options of a replay or a comparison.
 *
 * @example
 * const { onSession, onRecord } = createReportWatcher();
 * await replay(policy, ['{"at":"2026-01-05T09:00:00Z","user":"alice"}'], { onSession, onRecord });
 */
export function createReportWatcher(): ReportWatcher {
  const gaps = createGapCounter();
  const lengths = createSpreadCounter();
  return {
    onSession: ({ start, end }) => {
      if (end !== null) lengths.add(end - start);
    },
    onRecord: gaps.add,
    input(found) {
      const counts = gaps.finish();
      const curve = idleCurve(counts);
      const points = withOther(shownPoints(found.policy, curve, null).curve, curve, found.against);
      return { ...found, gaps: counts, curve, points, lengths: lengths.counts() };
    },
  };
}

function withOther(points: readonly CurvePoint[], curve: IdleCurve, against: Policy | null): readonly CurvePoint[] {
  const minutes = Math.round((against?.limits.idleTimeout ?? 0) / MINUTE);
  const isKnown = points.some(({ idleTimeout }) => idleTimeout === minutes * MINUTE);
  if (isKnown || minutes < 1 || minutes > LONGEST) return points;
  return [...points, pointAt(curve, minutes)].sort((a, b) => a.idleTimeout - b.idleTimeout);
}
