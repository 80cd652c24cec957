import type { Detection, Threshold } from '../core/detection.js';
import type { AttackPattern, Finding } from './finding.js';
import type { ObservedDecision, ObservedRecord, Sink } from './observed.js';
import { isAfterEnd } from './security-event.js';
import { NO_WINDOWS, type Windows, withEntry } from './windows.js';

/** What was seen so far, no more than the windows hold. A value: `detect` makes the next one. */
export type DetectionState = Readonly<Record<AttackPattern, Windows>>;

/** What a record leads to. */
export interface Detected {
  /** What to hand in with the next record; the same reference if this one plays no part. */
  readonly state: DetectionState;
  readonly findings: readonly Finding[];
}

/**
 * Before the first record.
 *
 * @example
 * detect(policy.detection, NOTHING_SEEN, toRecord(ended, { pseudonym })).findings; // => []
 */
export const NOTHING_SEEN: DetectionState = {
  reuse: NO_WINDOWS,
  shared_device: NO_WINDOWS,
  use_after_end: NO_WINDOWS,
};

interface Sighting {
  readonly pattern: AttackPattern;
  readonly threshold: Threshold;
  readonly who: string | null;
  readonly what: string | null;
}

/**
 * Looks for patterns of attack: a pure function over records, one at a time, in the order in which they come. It goes
 * by the records' instants, so a log of yesterday gives what yesterday would have given. A burst is one finding until
 * it has been quiet for a window.
 *
 * @example
 * const thresholds = { reuse: { atLeast: 1, within: 600_000 }, sharedDevice: null, useAfterEnd: null };
 * detect(thresholds, NOTHING_SEEN, toRecord(reused, { pseudonym })).findings[0].pattern; // => 'reuse'
 */
export function detect(thresholds: Detection, state: DetectionState, record: ObservedRecord): Detected {
  const seen = record.kind === 'decision' ? sightings(thresholds, record) : [];
  let next = state;
  const findings: Finding[] = [];
  for (const { pattern, threshold, who, what } of seen) {
    const { windows, count } = withEntry(next[pattern], who ?? '', { at: record.at, what }, threshold);
    next = { ...next, [pattern]: windows };
    if (count !== null) findings.push({ pattern, at: record.at, count, who });
  }
  return { state: next, findings };
}

/**
 * A sink that looks for patterns of attack, by the thresholds in a policy's `detection`.
 *
 * @param thresholds the policy's, or how to ask for them: `() => engine.policy().detection`
 * @param found is told of each finding
 * @example
 * const { found } = healthFigures(policy);
 * const observer = observing({ key }, detecting(() => engine.policy().detection, found));
 */
export function detecting(thresholds: Detection | (() => Detection), found: (finding: Finding) => void): Sink {
  let state = NOTHING_SEEN;
  return (record) => {
    const now = typeof thresholds === 'function' ? thresholds() : thresholds;
    const detection = detect(now, state, record);
    state = detection.state;
    for (const finding of detection.findings) found(finding);
  };
}

function sightings(thresholds: Detection, record: ObservedDecision): readonly Sighting[] {
  const { sessionId, subject, device } = record;
  const { reuse, sharedDevice, useAfterEnd } = thresholds;
  const seen: Sighting[] = [];
  if (reuse !== null && isReuse(record)) seen.push({ pattern: 'reuse', threshold: reuse, who: null, what: null });
  if (sharedDevice !== null && device !== null && subject !== null) {
    seen.push({ pattern: 'shared_device', threshold: sharedDevice, who: device, what: subject });
  }
  if (useAfterEnd !== null && sessionId !== null && isAfterEnd(record)) {
    seen.push({ pattern: 'use_after_end', threshold: useAfterEnd, who: sessionId, what: null });
  }
  return seen;
}

function isReuse({ type, reasons }: ObservedDecision): boolean {
  return (
    type === 'token_refreshed' && reasons.some(({ code, rule }) => code === 'refresh_reused' && rule === 'refresh')
  );
}
