import type { Duration } from '../../time/duration.js';
import { type GapCounts, GROUPS, type GroupCounts, type PassiveCounts } from './gaps.js';
import { reaching, sumsBelow } from './lengths.js';
import { LONGEST, MINUTE, RETURN_MINUTES } from './minutes.js';

/** What one idle limit would have done to the sessions of a log, with nothing else in force. */
export interface CurvePoint {
  readonly idleTimeout: Duration;
  readonly sessions: number;
  /** Those of them that were over before the log was. */
  readonly ended: number;
  /** People who were back within 5 minutes of the end. */
  readonly dropOffs: number;
  /** Drop-offs for each session. */
  readonly dropOffRate: number;
  /** How long the sessions that ended stayed open after the last activity, together. */
  readonly unattended: Duration;
  /** The same for each of them. */
  readonly unattendedMean: Duration;
  /** The part of that which background traffic filled: a tab that nobody looks at any more. */
  readonly passive: Duration;
  readonly passiveSessions: number;
}

/** Sessions, drop-offs and unattended time by limit, of a part of the visitors; the index is the limit in minutes. */
export interface Totals {
  readonly sessions: Float64Array;
  readonly ended: Float64Array;
  readonly dropOffs: Float64Array;
  readonly unattended: Float64Array;
}

/** Every whole minute up to a day as an idle limit, exactly. */
export interface IdleCurve {
  readonly total: Totals;
  readonly groups: readonly Totals[];
  readonly passive: Float64Array;
  readonly passiveSessions: Float64Array;
}

/** No totals yet. */
export function newTotals(): Totals {
  const cells = () => new Float64Array(LONGEST + 1);
  return { sessions: cells(), ended: cells(), dropOffs: cells(), unattended: cells() };
}

/** Works out what each idle limit would have done. */
export function idleCurve({ groups, passive }: GapCounts): IdleCurve {
  const each = groups.map(totalsOf);
  const total = newTotals();
  for (let group = 0; group < GROUPS; group++) addTotals(total, each[group] as Totals, 1);
  return { total, groups: each, ...passiveOf(passive) };
}

/** Adds the totals of a group, so many times. */
export function addTotals(total: Totals, group: Totals, times: number): void {
  addScaled(total.sessions, group.sessions, times);
  addScaled(total.ended, group.ended, times);
  addScaled(total.dropOffs, group.dropOffs, times);
  addScaled(total.unattended, group.unattended, times);
}

function addScaled(to: Float64Array, from: Float64Array, times: number): void {
  const { length } = to;
  for (let limit = 1; limit < length; limit++) to[limit] = (to[limit] as number) + times * (from[limit] as number);
}

function totalsOf({ starts, gaps, ends, tails }: GroupCounts): Totals {
  const totals = newTotals();
  const [overIdle, overEnds, overTails] = [reaching(gaps.counts), reaching(ends.counts), reaching(tails.counts)];
  const belowEnds = sumsBelow(ends.sums);
  const allEnds = overEnds[0] as number;
  for (let limit = 1; limit <= LONGEST; limit++) {
    const over = overIdle[limit] as number;
    // of visitors who were not seen again, only those whose deadline came before the end of the log
    const timedOut = over + (overTails[limit] as number);
    totals.sessions[limit] = starts + over;
    totals.ended[limit] = timedOut + allEnds;
    totals.dropOffs[limit] = over - (overIdle[limit + RETURN_MINUTES] as number);
    const full = timedOut + (overEnds[limit] as number);
    totals.unattended[limit] = full * limit * MINUTE + (belowEnds[limit] as number);
  }
  return totals;
}

function passiveOf({ lengths, ended, endedCounts }: PassiveCounts) {
  const [over, below, returned] = [reaching(lengths.counts), sumsBelow(lengths.sums), sumsBelow(ended)];
  const returnedCounts = sumsBelow(endedCounts);
  const passive = new Float64Array(LONGEST + 1);
  const passiveSessions = new Float64Array(LONGEST + 1);
  for (let limit = 1; limit <= LONGEST; limit++) {
    const cut = (over[limit] as number) * limit * MINUTE + (below[limit] as number);
    // whoever came back before the limit had not left
    passive[limit] = cut - (returned[limit] as number);
    passiveSessions[limit] = (over[0] as number) - (returnedCounts[limit] as number);
  }
  return { passive, passiveSessions };
}

/** One point of the curve. */
export function pointAt({ total, passive, passiveSessions }: IdleCurve, minutes: number): CurvePoint {
  const of = (values: Float64Array) => values[minutes] as number;
  return {
    idleTimeout: minutes * MINUTE,
    sessions: of(total.sessions),
    ended: of(total.ended),
    dropOffs: of(total.dropOffs),
    dropOffRate: ratio(of(total.dropOffs), of(total.sessions)),
    unattended: of(total.unattended),
    unattendedMean: Math.round(ratio(of(total.unattended), of(total.ended))),
    passive: of(passive),
    passiveSessions: of(passiveSessions),
  };
}

/** A quotient; 0 of nothing. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
