import type { Policy } from '../../core/policy.js';
import { type Duration, formatDuration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';
import { asRead, createIntake, type IntakeFigures } from '../intake.js';
import { intakeOptions, type ReplayOptions } from '../replay.js';
import { type CeilingBounds, ceilingBounds } from './ceiling.js';
import { coarseCaveat } from './coarse.js';
import { type CurvePoint, type IdleCurve, idleCurve, pointAt } from './curve.js';
import { createGapCounter, type GapCounts } from './gaps.js';
import { LONGEST, MINUTE } from './minutes.js';
import type { PassiveVisitor } from './passive.js';
import { type Advice, recommend, type Target } from './recommend.js';

/** How a log is read for tuning. */
export interface TuneOptions extends Omit<ReplayOptions, 'onSession' | 'onRecord'> {
  /** The organisation's policy: what is recommended leaves the policy within all of it, as `withinCeiling` sees it. */
  readonly ceiling?: Policy;
  /**
   * The document's `requestable.idleTimeout`. A compiled policy tells it only where it is longer than the policy's own
   * idle limit, and below a shorter one it counts again. Default: what the policy tells.
   */
  readonly requestableIdle?: Duration;
}

/** What a log says about a policy's idle limit. Plain JSON; instants and durations in milliseconds. */
export interface TuneResult
  extends IntakeFigures,
    Pick<GapCounts, 'visitors' | 'requests' | 'background' | 'firstAt' | 'lastAt'> {
  readonly policy: { readonly id: string; readonly fingerprint: string };
  readonly target: Target;
  /** The policy's own limit, to the minute; `null` where it has none, or one of more than a day. */
  readonly current: CurvePoint | null;
  readonly curve: readonly CurvePoint[];
  readonly advice: Advice;
  /** What the policy says that the curve knows nothing of, in sentences. */
  readonly caveats: readonly string[];
  readonly offenders: readonly PassiveVisitor[];
}

/** A tuning that is fed from outside. */
export interface RunningTuning {
  /** Takes the next bytes of the log, cut anywhere. They are not kept. */
  write(chunk: Uint8Array): void;
  /** Tells the result. Nothing may be written afterwards. */
  finish(): TuneResult;
}

/** Limits that people choose, in minutes. */
const SHOWN = [
  ...[1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 45, 50, 60, 75, 90, 120, 150, 180, 240, 300, 360, 480],
  ...[600, 720, 960, 1200, 1440],
];

/**
 * Finds the idle limit that a log speaks for: what each whole minute would have meant to people and to whoever finds a
 * session that they left, and which of them meets a target.
 *
 * The curve is exact for an idle limit that is alone in force. Nothing is changed: a recommendation is a number to try.
 *
 * @example
 * const tuning = createTuning(policy, { name: 'drop-offs', rate: 0.01 });
 * tuning.write(new TextEncoder().encode('203.0.113.7 - - [05/Jan/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 512\n'));
 * tuning.finish().advice.outcome; // => 'too_little_data'
 */
export function createTuning(policy: Policy, target: Target, options: TuneOptions = {}): RunningTuning {
  const { ceiling, requestableIdle = 0, ...reading } = options;
  const gaps = createGapCounter();
  const intake = createIntake({ ...intakeOptions([policy], reading), withContext: false }, asRead, gaps.add);
  return {
    write: intake.write,
    finish() {
      const read = intake.finish();
      const counts = gaps.finish();
      const curve = idleCurve(counts);
      const within = ceilingBounds(policy, ceiling, Math.max(requestableIdle, askedIn(policy)));
      const bounds = {
        isUsable: (idleTimeout: Duration) => isUsable(policy, idleTimeout),
        isAllowed: (idleTimeout: Duration) => within.excessesAt(idleTimeout).length === 0,
      };
      const { id, fingerprint } = policy;
      const { visitors, requests, background, firstAt, lastAt, offenders } = counts;
      const seen = { visitors, requests, background, firstAt, lastAt };
      const figures = { policy: { id, fingerprint }, ...read, ...seen, target };
      const advice = recommend(counts, curve, target, bounds);
      const points = shownPoints(policy, curve, advice);
      const ofLimit = [...ceilingCaveats(within, advice), ...warningCaveat(policy, advice)];
      const ofLog = [...dipCaveat(curve, target, advice), ...coarseCaveat(counts)];
      const caveats = [...caveatsOf(policy), ...ofLimit, ...ofLog];
      return { ...figures, ...points, advice, caveats, offenders };
    },
  };
}

/** What may be asked for is at least the limit: only what goes beyond it was written for sure. */
function askedIn({ limits, requestable }: Policy): Duration {
  return requestable.idleTimeout > limits.idleTimeout ? requestable.idleTimeout : 0;
}

/** Whether the policy would be one with this idle limit, and not warn people for more than half of it. */
function isUsable({ limits, requestable, warnBefore, clockLeeway, recordEvery }: Policy, idleTimeout: Duration) {
  const longest = Math.max(limits.absoluteTimeout, requestable.absoluteTimeout);
  return (
    idleTimeout <= longest && idleTimeout >= 2 * warnBefore && idleTimeout > Math.max(clockLeeway, recordEvery ?? 0)
  );
}

/** Where a shorter limit was kept away by the warning before the end. */
function warningCaveat({ warnBefore }: Policy, advice: Advice): string[] {
  const shortest = Math.ceil((2 * warnBefore) / MINUTE) * MINUTE;
  if (warnBefore === 0 || advice.outcome !== 'recommended') return [];
  if (advice.recommendation.idleTimeout !== shortest) return [];
  const [limit, warning] = [formatDuration(shortest), formatDuration(warnBefore)];
  return [
    `limits below ${limit} are not proposed: with a warnBefore of ${warning} people would be warned for more than ` +
      'half of them; a shorter warnBefore allows shorter limits',
  ];
}

/** The points that people choose from, the policy's own limit and the recommended one. */
export function shownPoints({ limits }: Pick<Policy, 'limits'>, curve: IdleCurve, advice: Advice | null) {
  const minutes = Math.round(limits.idleTimeout / MINUTE);
  const own = minutes >= 1 && minutes <= LONGEST ? [minutes] : [];
  const advised = advice?.outcome === 'recommended' ? [advice.recommendation.idleTimeout / MINUTE] : [];
  const shown = [...new Set([...SHOWN, ...own, ...advised])].sort((a, b) => a - b);
  return {
    current: own.length === 0 ? null : pointAt(curve, minutes),
    curve: shown.map((limit) => pointAt(curve, limit)),
  };
}

/** Pauses longer than this are a night, or another visit. */
const LONGEST_PAUSE = 240;

/**
 * Where longer limits cut off more people than the target says. Whoever pauses so long is logged out by the
 * recommended limit as well, and is not counted only because the return comes later than five minutes after that.
 */
function dipCaveat(curve: IdleCurve, target: Target, advice: Advice): string[] {
  if (target.name !== 'drop-offs' || advice.outcome !== 'recommended') return [];
  const isWorse = (minutes: number) => pointAt(curve, minutes).dropOffRate > target.rate;
  let from = advice.recommendation.idleTimeout / MINUTE + 1;
  while (from <= LONGEST_PAUSE && !isWorse(from)) from++;
  if (!advice.recommendation.meetsTarget || from > LONGEST_PAUSE) return [];
  let to = from;
  while (to < LONGEST && isWorse(to + 1)) to++;
  const range = `${formatDuration(from * MINUTE)} to ${formatDuration(to * MINUTE)}`;
  return [
    `limits from ${range} cut off more than the target: many people pause about that long; ` +
      'the recommended limit logs them out too, more than 5 minutes before they are back, which counts as no drop-off',
  ];
}

/** What a proposal leaves looser than the ceiling, and what a longer one would make so. */
function ceilingCaveats({ standing, excessesAt }: CeilingBounds, advice: Advice): string[] {
  const isStopped = advice.outcome === 'recommended' && advice.recommendation.boundBy === 'ceiling';
  const [stop] = isStopped ? excessesAt(advice.recommendation.idleTimeout + MINUTE) : [];
  return [
    ...standing.map(({ path, message }) => `looser than the ceiling whatever the idle limit, at ${path}: ${message}`),
    ...(stop === undefined
      ? []
      : [`a longer limit would be looser than the ceiling, at ${stop.path}: ${stop.message}`]),
  ];
}

function caveatsOf({ limits, conditions, risk, requestable, reauthentication }: Policy): string[] {
  const own = conditions.filter(({ idleTimeout }) => idleTimeout !== NEVER).length;
  const tightening = risk.filter(({ idleTimeout }) => idleTimeout !== NEVER).length;
  const all: [boolean, string][] = [
    [own > 0, 'conditions of the policy set idle limits of their own; the curve has one limit for everybody'],
    [tightening > 0, 'risk rules of the policy shorten the idle limit; a log does not say when'],
    [
      requestable.idleTimeout > limits.idleTimeout,
      'clients may ask for a longer idle limit; a log does not say who did',
    ],
    [limits.absoluteTimeout < 24 * 60 * MINUTE, 'the absolute limit ends sessions too; the curve leaves it out'],
    [reauthentication.after !== NEVER, 'a reauthentication that is due asks people too; the curve leaves it out'],
  ];
  return all.filter(([applies]) => applies).map(([, sentence]) => sentence);
}
