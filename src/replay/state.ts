import type { Policy } from '../core/policy.js';
import type { ReasonCode } from '../core/reason.js';
import type { Session } from '../core/session.js';
import type { Duration } from '../time/duration.js';
import { type Instant, NEVER } from '../time/instant.js';
import { createDistinctCounter, type DistinctCounter } from './distinct.js';
import type { Due } from './heap.js';
import { createSpreadCounter, type SpreadCounter } from './percentiles.js';
import type { ReplayedSession } from './summary.js';

/** A visitor with the latest session. `dueAt`: when to look whether it can be forgotten. */
export interface Live extends Due {
  readonly visitor: string;
  session: Session;
  requests: number;
  lastRequestAt: Instant;
  /** Whether a person was there: a user request was seen. */
  isAttended: boolean;
  /** The session before timed out: until when a user request counts as coming back; 0 if not. */
  returnBy: Instant;
  /** The latest instant at which the person is assumed to have passed a challenge; -1 if never. */
  passedAt: Instant;
  /** Of the request that was judged last: the time since the visitor's request before it; below 0 if it was late. */
  pause: Duration;
  /** For two policies at once: the code that the visitor's session ended with under the other; `null` if none did. */
  otherEnd: ReasonCode | null;
  /** For two policies at once: whether a request of this session counts as answered otherwise by the other. */
  isCounted: boolean;
}

/** What became of a request: it went on, a proof was asked for, it was refused, or its session was over. */
export type Outcome = 'permitted' | 'challenged' | 'refused' | 'over';

/** Everything that a replay holds: one entry for each visitor of late, and counts. */
export interface State {
  readonly policy: Policy;
  readonly onSession: (session: ReplayedSession) => void;
  readonly visitors: Map<string, Live>;
  readonly due: Live[];
  readonly distinct: DistinctCounter;
  readonly ended: Map<string, number>;
  readonly challenged: Map<string, number>;
  readonly refused: Map<string, number>;
  readonly length: SpreadCounter;
  readonly active: SpreadCounter;
  readonly gaps: SpreadCounter;
  requests: number;
  background: number;
  events: number;
  eventsWithoutSession: number;
  sessions: number;
  attended: number;
  challengedBackground: number;
  requestsAfterEnd: number;
  dropOffs: number;
  unattendedTime: Duration;
  /** Of the request that was judged last, with the code that says why; `null` where it is not known any more. */
  outcome: Outcome;
  code: ReasonCode | null;
  firstAt: Instant;
  lastAt: Instant;
}

/** A visitor who has just come. */
export function newLive(visitor: string, session: Session): Live {
  return {
    visitor,
    dueAt: 0,
    session,
    requests: 0,
    lastRequestAt: session.createdAt,
    isAttended: false,
    returnBy: 0,
    passedAt: -1,
    pause: 0,
    otherEnd: null,
    isCounted: false,
  };
}

/** Nothing seen yet. */
export function newState(policy: Policy, onSession: (session: ReplayedSession) => void): State {
  return {
    policy,
    onSession,
    visitors: new Map(),
    due: [],
    distinct: createDistinctCounter(),
    ended: new Map(),
    challenged: new Map(),
    refused: new Map(),
    length: createSpreadCounter(),
    active: createSpreadCounter(),
    gaps: createSpreadCounter(),
    requests: 0,
    background: 0,
    events: 0,
    eventsWithoutSession: 0,
    sessions: 0,
    attended: 0,
    challengedBackground: 0,
    requestsAfterEnd: 0,
    dropOffs: 0,
    unattendedTime: 0,
    outcome: 'permitted',
    code: null,
    firstAt: NEVER,
    lastAt: -1,
  };
}
