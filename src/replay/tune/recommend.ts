import { curfewError } from '../../core/errors.js';
import type { Duration } from '../../time/duration.js';
import { coarsePause } from './coarse.js';
import { type CurvePoint, type IdleCurve, pointAt, ratio, type Totals } from './curve.js';
import type { GapCounts } from './gaps.js';
import { designEffect, dropOffInterval, type Interval, intervalOf, limitInterval, resampled } from './interval.js';
import { LONGEST, MINUTE, RETURN_MINUTES } from './minutes.js';
import { spanOf } from './span.js';

/** What is wanted of an idle limit: few people cut off, or little time that a session lies open. */
export type Target =
  | { readonly name: 'drop-offs' /** Drop-offs for each session, 0 to 1. */; readonly rate: number }
  | { readonly name: 'unattended' /** The mean of the sessions that end. */; readonly mean: Duration };

/** Which whole minutes may be proposed. */
export interface Bounds {
  /** Whether the policy would be a policy with this limit. */
  readonly isUsable: (idleTimeout: Duration) => boolean;
  /** Whether the policy with this limit would be within the whole ceiling. */
  readonly isAllowed: (idleTimeout: Duration) => boolean;
}

/** What is missing, where a log is too small to say anything. */
export interface Shortage {
  readonly code: 'too_few_visitors' | 'too_few_sessions' | 'log_too_short';
  readonly needed: number;
  readonly found: number;
  readonly message: string;
}

/** An idle limit for a target, and how sure it is. */
export interface Recommendation {
  readonly idleTimeout: Duration;
  /** What it would have done. */
  readonly point: CurvePoint;
  /** Of the drop-off rate (0 to 1), or of the mean unattended time (milliseconds): the figure of the target. */
  readonly interval: Interval;
  /** The limits that logs like this one would have led to, in milliseconds. */
  readonly limits: Interval;
  /** Whether the target is met at all; otherwise this is as near as the ceiling and the policy allow. */
  readonly meetsTarget: boolean;
  /** Whether the whole interval meets it, and the log's instants are fine enough to say so. */
  readonly isSure: boolean;
  /** What kept the limit from being longer. */
  readonly boundBy: 'target' | 'ceiling' | 'policy';
}

/** A recommendation, or what is missing for one. */
export type Advice =
  | { readonly outcome: 'recommended'; readonly recommendation: Recommendation }
  | { readonly outcome: 'too_little_data'; readonly shortages: readonly Shortage[] };

const FEWEST_VISITORS = 30;
const FEWEST_SESSIONS = 100;
/** A log has to be so many times as long as a limit and the return after it, or its end hides too much. */
const SPANS = 10;
/** The interval of a rate may be half as wide as the rate to either side. */
const PRECISION = 0.5;
const Z = 1.96;

/**
 * Recommends an idle limit in whole minutes: the shortest that cuts off as few people as the target says, or the
 * longest that leaves sessions unattended for no longer than it says.
 *
 * @throws an error with code `no_limit_possible` if the policy and the ceiling leave no whole minute to choose.
 */
export function recommend(counts: GapCounts, curve: IdleCurve, target: Target, bounds: Bounds): Advice {
  const usable = usableLimits(bounds);
  if (usable.length === 0) throw noLimitPossible();
  const choose = (totals: Totals) => chosen(totals, target, usable);
  const longest = usable.at(-1) as number;
  const aimed = choose(curve.total);
  // a target that the longest possible limit misses is missed by it the least; an unattended time by the shortest
  const limit = aimed ?? (target.name === 'drop-offs' ? longest : (usable[0] as number));
  const samples = resampled(curve);
  const shortages = shortagesOf(counts, curve, samples, target, limit);
  if (shortages.length > 0) return { outcome: 'too_little_data', shortages };
  const interval = intervalFor(samples, curve, target, limit);
  const drawn = limitInterval(samples, (totals) => choose(totals) ?? limit);
  const goal = target.name === 'drop-offs' ? target.rate : target.mean;
  const recommendation: Recommendation = {
    idleTimeout: limit * MINUTE,
    point: pointAt(curve, limit),
    interval,
    limits: { low: drawn.low * MINUTE, high: drawn.high * MINUTE },
    meetsTarget: aimed !== null,
    isSure: aimed !== null && interval.high <= goal && coarsePause(counts) === null,
    boundBy: boundBy(limit, longest, aimed, target, bounds),
  };
  return { outcome: 'recommended', recommendation };
}

function noLimitPossible() {
  const message = 'no whole minute between one and a day is allowed as an idle limit by the policy and the ceiling';
  return curfewError('no_limit_possible', `${message}: look at warnBefore, absoluteTimeout and the ceiling`, []);
}

function usableLimits({ isUsable, isAllowed }: Bounds): number[] {
  const minutes = Array.from({ length: LONGEST }, (_, index) => index + 1);
  return minutes.filter((minute) => isUsable(minute * MINUTE) && isAllowed(minute * MINUTE));
}

function chosen(totals: Totals, target: Target, usable: readonly number[]): number | null {
  if (target.name === 'drop-offs') return usable.find((limit) => dropOffRate(totals, limit) <= target.rate) ?? null;
  // with a limit that hardly any session of the log reaches the mean falls again, and means nothing
  const over = usable.findIndex((limit) => unattendedMean(totals, limit) > target.mean);
  return (over < 0 ? usable.at(-1) : usable[over - 1]) ?? null;
}

function dropOffRate({ dropOffs, sessions }: Totals, limit: number): number {
  return ratio(dropOffs[limit] as number, sessions[limit] as number);
}

function unattendedMean({ unattended, ended }: Totals, limit: number): Duration {
  return ratio(unattended[limit] as number, ended[limit] as number);
}

function intervalFor(samples: readonly Totals[], { total }: IdleCurve, target: Target, limit: number): Interval {
  if (target.name === 'drop-offs') return dropOffInterval(samples, total, limit);
  return intervalOf(samples, (one) => unattendedMean(one, limit));
}

function boundBy(
  limit: number,
  longest: number,
  aimed: number | null,
  target: Target,
  { isAllowed, isUsable }: Bounds,
): Recommendation['boundBy'] {
  const isStopped = limit === longest && (aimed === null || target.name === 'unattended');
  if (!isStopped) return 'target';
  if (limit < LONGEST && !isAllowed((limit + 1) * MINUTE)) return 'ceiling';
  return isUsable((limit + 1) * MINUTE) ? 'target' : 'policy';
}

function shortagesOf(
  counts: GapCounts,
  curve: IdleCurve,
  samples: readonly Totals[],
  target: Target,
  limit: number,
): Shortage[] {
  const { visitors } = counts;
  const span = spanOf(counts);
  const sessions = pointAt(curve, limit).sessions;
  const neededSessions = sessionsNeeded(curve, samples, target, limit);
  const neededSpan = SPANS * (limit + RETURN_MINUTES) * MINUTE;
  const all: (Omit<Shortage, 'message'> & { readonly what: string })[] = [
    { code: 'too_few_visitors', needed: FEWEST_VISITORS, found: visitors, what: 'visitors' },
    { code: 'too_few_sessions', needed: neededSessions, found: sessions, what: 'sessions' },
    { code: 'log_too_short', needed: neededSpan, found: span, what: 'of log' },
  ];
  return all
    .filter(({ needed, found }) => found < needed)
    .map(({ what, ...one }) => ({ ...one, message: messageOf(one, what) }));
}

/** So many that the interval of a rate like the target's is half as wide as the rate, given how alike visitors are. */
function sessionsNeeded({ total }: IdleCurve, samples: readonly Totals[], target: Target, limit: number): number {
  if (target.name === 'unattended') return FEWEST_SESSIONS;
  const { rate } = target;
  const independent = (Z ** 2 * (1 - rate)) / (PRECISION ** 2 * rate);
  return Math.max(FEWEST_SESSIONS, Math.ceil(independent * designEffect(samples, total, limit)));
}

function messageOf({ code, needed, found }: Omit<Shortage, 'message'>, what: string): string {
  const isTime = code === 'log_too_short';
  const text = (value: number) => (isTime ? `${Math.ceil(value / MINUTE)} minutes` : String(Math.floor(value)));
  return `${text(needed)} ${what} are needed, and there are ${text(found)}`;
}
