import type { AccessEvent } from '../../core/event.js';
import type { ReasonCode } from '../../core/reason.js';
import type { Activity } from '../../core/session.js';
import type { Duration } from '../../time/duration.js';
import type { Instant } from '../../time/instant.js';
import { createDistinctCounter } from '../distinct.js';
import type { NumberedRecord } from '../intake.js';
import type { Live, State } from '../state.js';
import { type CodeCounts, countsOf, countUp } from '../summary.js';

/** One request that one policy lets through and the other does not. */
export interface DifferenceExample {
  /** Its line in the log, from 1. */
  readonly line: number;
  readonly visitor: string;
  readonly at: Instant;
  readonly activity: Activity;
  /** Why the other refuses it. */
  readonly code: ReasonCode;
  /** Since the visitor's request before it. */
  readonly pause: Duration;
  /** When the session started that lets it through. */
  readonly start: Instant;
}

/** Requests that one policy lets through and the other does not. */
export interface Difference {
  readonly requests: number;
  /** Those of them that are not user activity. */
  readonly background: number;
  /** Sessions, of the policy that lets them through, with at least one such request. */
  readonly sessions: number;
  /** Visitors with at least one such request. */
  readonly visitors: number;
  /** Visitors who were there as a person when it happened. */
  readonly people: number;
  /** By the code of the policy that refuses. */
  readonly codes: CodeCounts;
  /** The first of each of ten visitors; of people, as far as there are. */
  readonly examples: readonly DifferenceExample[];
}

/** Collects differences of one direction. */
export interface DifferenceCounter {
  /** Counts a request that `refusing` has just refused and `permitting` has just let through. */
  add(refusing: State, permitting: State, record: NumberedRecord, event: AccessEvent): void;
  figures(): Difference;
}

const SHOWN = 10;

/** Counts requests that one state lets through and the other does not. */
export function createDifferenceCounter(): DifferenceCounter {
  const visitors = createDistinctCounter();
  const people = createDistinctCounter();
  const codes = new Map<ReasonCode, number>();
  const ofPeople: DifferenceExample[] = [];
  const ofOthers: DifferenceExample[] = [];
  let requests = 0;
  let background = 0;
  let sessions = 0;
  return {
    add(refusing, permitting, record, { activity }) {
      const { visitor } = record;
      const live = permitting.visitors.get(visitor) as Live;
      requests++;
      if (activity === 'background') background++;
      if (!live.isCounted) sessions++;
      live.isCounted = true;
      const code = refusing.code ?? live.otherEnd ?? 'session_missing';
      countUp(codes, code);
      const isNew = visitors.add(visitor);
      const isShown = activity === 'user' ? people.add(visitor) : isNew;
      const examples = activity === 'user' ? ofPeople : ofOthers;
      if (isShown && examples.length < SHOWN) examples.push(exampleOf(record, activity, code, live));
    },
    figures: () => ({
      ...{ requests, background, sessions, visitors: visitors.count(), people: people.count(), codes: countsOf(codes) },
      examples: [...ofPeople, ...ofOthers].slice(0, SHOWN),
    }),
  };
}

function exampleOf(record: NumberedRecord, activity: Activity, code: ReasonCode, live: Live): DifferenceExample {
  const { line, visitor, event } = record;
  return { line, visitor, at: event.at, activity, code, pause: Math.max(0, live.pause), start: live.session.createdAt };
}
