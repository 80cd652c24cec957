import type { Duration } from '../../time/duration.js';
import type { Instant } from '../../time/instant.js';

/** What is remembered of a visitor between two activities. */
export interface Follower {
  readonly visitor: string;
  /** Which group of visitors this one is counted in. */
  readonly group: number;
  readonly firstAt: Instant;
  /** The last activity of a person; -1 where there is no session to go on with. */
  activeAt: Instant;
  /** The last background request since then; -1 if none. */
  polledAt: Instant;
  previousGap: Duration;
  requests: number;
  background: number;
  /** Requests of a person that come as long after the last as that came after the one before. */
  clockwork: number;
  /** Time that only background traffic filled. */
  passiveTime: Duration;
}

/** Pauses shorter than this are a page that loads, however equal they are. */
const SHORTEST_RHYTHM = 5_000;
const RHYTHM_TOLERANCE = 0.02;

/** A visitor who has just come. */
export function newFollower(visitor: string, at: Instant): Follower {
  return {
    ...{ visitor, group: groupOf(visitor), firstAt: at, activeAt: -1, polledAt: -1, previousGap: 0 },
    ...{ requests: 0, background: 0, clockwork: 0, passiveTime: 0 },
  };
}

/** Whether a gap is as long as the one before: no person is so regular, a second more or less. */
export function isRegular({ previousGap }: Follower, gap: Duration): boolean {
  if (gap < SHORTEST_RHYTHM) return false;
  return Math.abs(gap - previousGap) <= Math.max(1_000, RHYTHM_TOLERANCE * gap);
}

/** One of 64 groups, by a hash: the same visitor is always in the same. */
function groupOf(visitor: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < visitor.length; index++) hash = Math.imul(hash ^ visitor.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 15)) & 63;
}
