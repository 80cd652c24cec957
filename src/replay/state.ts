import type { Policy } from '../core/policy.js';
import type { Session } from '../core/session.js';
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
}

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
  firstAt: Instant;
  lastAt: Instant;
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
    firstAt: NEVER,
    lastAt: -1,
  };
}
