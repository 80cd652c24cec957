import type { Policy } from '../../core/policy.js';
import { createIntake, type NumberedRecord, numbered } from '../intake.js';
import { createProductionTally } from '../production.js';
import { intakeOptions, type ReplayOptions } from '../replay.js';
import { applyRecord, finishState } from '../simulator.js';
import { newState, type State } from '../state.js';
import type { ReplayedSession, ReplaySummary } from '../summary.js';
import { createDifferenceCounter, type Difference } from './difference.js';

/** What one policy would have done to a log beside another. Plain JSON. */
export interface ReplayComparison {
  readonly policy: ReplaySummary;
  readonly against: ReplaySummary;
  /** Requests that `against` lets through and `policy` does not. */
  readonly cutOff: Difference;
  /** Requests that `policy` lets through and `against` does not. */
  readonly letThrough: Difference;
}

/** A comparison that is fed from outside. */
export interface RunningComparison {
  /** Takes the next bytes of the log, cut anywhere. They are not kept. */
  write(chunk: Uint8Array): void;
  /** Tells the result. Nothing may be written afterwards. */
  finish(): ReplayComparison;
}

/**
 * Replays a log against two policies at once, and compares what becomes of each request: who would have been cut off by
 * `policy` and not by `against`, and who would have been let through.
 *
 * Each policy has sessions of its own: after it has ended one, the visitor is taken to log in again, and goes on under
 * that policy with a new session. `onSession` is told of the sessions of `policy`.
 *
 * @example
 * const running = compareReplays(stricter, policy);
 * const line = (time: string) => `203.0.113.7 - - [05/Jan/2026:${time} +0000] "GET / HTTP/1.1" 200 512\n`;
 * running.write(new TextEncoder().encode(line('09:00:00') + line('09:10:00')));
 * running.finish().cutOff.codes; // => { idle_timeout: 1 }
 */
export function compareReplays(policy: Policy, against: Policy, options: ReplayOptions = {}): RunningComparison {
  const { onSession = () => {}, onRecord = () => {} } = options;
  const production = createProductionTally();
  const [cutOff, letThrough] = [createDifferenceCounter(), createDifferenceCounter()];
  const [one, other]: [State, State] = [
    newState(policy, (session) => {
      noteEnd(other, session);
      onSession(session);
    }),
    newState(against, (session) => noteEnd(one, session)),
  ];
  const judge = (record: NumberedRecord) => {
    applyRecord(one, record);
    applyRecord(other, record);
    const { event } = record;
    if (event.type !== 'access') return;
    const [isThrough, wasThrough] = [one.outcome === 'permitted', other.outcome === 'permitted'];
    if (wasThrough && !isThrough) cutOff.add(one, other, record, event);
    else if (isThrough && !wasThrough) letThrough.add(other, one, record, event);
  };
  const intake = createIntake(intakeOptions([policy, against], options), numbered, (record) => {
    if (record.production != null) production.add(record.production);
    judge(record);
    onRecord(record);
  });
  return {
    write: intake.write,
    finish() {
      const shared = { ...intake.finish(), production: production.figures() };
      const summaryOf = (state: State): ReplaySummary => {
        const { id, fingerprint } = state.policy;
        return { policy: { id, fingerprint }, ...shared, ...finishState(state) };
      };
      return {
        ...{ policy: summaryOf(one), against: summaryOf(other) },
        ...{ cutOff: cutOff.figures(), letThrough: letThrough.figures() },
      };
    },
  };
}

/** Tells the visitor's session under the other policy how this one ended, for when its end has long been forgotten. */
function noteEnd({ visitors }: State, { visitor, reason }: ReplayedSession): void {
  const live = visitors.get(visitor);
  if (live !== undefined && reason !== null) live.otherEnd = reason;
}
