import type { Duration } from '../../time/duration.js';
import type { CurvePoint } from '../tune/curve.js';
import { LONGEST, MINUTE } from '../tune/minutes.js';
import { spanOf } from '../tune/span.js';
import { numberText, totalTimeText } from '../words.js';
import type { ReportInput } from './input.js';
import { linearScale, logScale, roundUp, type Scale, type Tick } from './scale.js';

/** Longer limits than this are off the chart, unless they are a policy's own. */
const LONGEST_SHOWN = 480;
/** So many times as long as the longest limit on the chart is the log. */
const SPANS = 3;
const HOUR = 60 * MINUTE;
/** Labels nearer to each other than this, in per cent, run into each other on a narrow screen. */
const NARROW_ROOM = 26;

/** The axes of the chart of what limits cost and buy. */
export interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly least: Duration;
  readonly most: Duration;
  readonly highest: number;
  /** The longest limit, in minutes. */
  readonly last: number;
}

/** A limit in the whole minutes that the curve has; `null` where it has no such point. */
export function minutesOf(limit: Duration | undefined): number | null {
  const minutes = Math.round((limit ?? 0) / MINUTE);
  return minutes >= 1 && minutes <= LONGEST ? minutes : null;
}

/**
 * The longest limit on the chart, in minutes: of a log that is hardly longer hardly a session would have ended. The
 * limits of the policies are there all the same, as long as the log is longer than they are.
 */
export function lastOf({ gaps, policy, against }: Pick<ReportInput, 'gaps' | 'policy' | 'against'>): number {
  const span = spanOf(gaps);
  const usual = Math.max(5, Math.min(LONGEST_SHOWN, Math.floor(span / (SPANS * MINUTE))));
  const own = [minutesOf(policy.limits.idleTimeout), minutesOf(against?.limits.idleTimeout)];
  return Math.max(usual, ...own.filter((minutes) => minutes !== null && minutes * MINUTE < span).map(Number));
}

export function axesOf(shown: readonly CurvePoint[], last: number): Axes {
  const times = shown.map(({ unattended }) => unattended).filter((time) => time > 0);
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const highest = roundUp(Math.max(...shown.map(({ dropOffs }) => dropOffs)));
  return { least, most, highest, last, x: logScale(least, most), y: linearScale(highest) };
}

/** 1, 2 and 5 times a power of ten, in hours, or in minutes where those are too long; both ends where too few. */
export function ticksOf({ least, most, x }: Axes): readonly Tick[] {
  const unit = most >= 10 * HOUR ? HOUR : MINUTE;
  const name = unit === HOUR ? 'h' : 'min';
  const powers = Array.from({ length: 9 }, (_, power) => 10 ** power);
  const counts = powers
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((count) => count * unit >= least && count * unit <= most);
  if (counts.length < 2) {
    const ends = [...new Set([least, most])];
    return ends.map((time) => ({ at: x(time), text: totalTimeText(time), isMajor: true }));
  }
  const places = counts.map((count) => ({ count, at: x(count * unit) }));
  const major = roomy(places);
  return places.map((one) => ({ at: one.at, text: `${numberText(one.count)} ${name}`, isMajor: major.has(one.at) }));
}

/** Places that have room for a label on a narrow screen: powers of ten first, then what fits between them. */
function roomy(places: readonly { readonly count: number; readonly at: number }[]): ReadonlySet<number> {
  const rank = ({ count }: { readonly count: number }) => (Number.isInteger(Math.log10(count)) ? 0 : 1);
  const chosen = new Set<number>();
  for (const { at } of [...places].sort((a, b) => rank(a) - rank(b) || b.count - a.count)) {
    if ([...chosen].every((other) => Math.abs(other - at) >= NARROW_ROOM)) chosen.add(at);
  }
  return chosen;
}
