import type { SessionEvent } from '../../core/event.js';
import type { Duration } from '../../time/duration.js';
import type { Instant } from '../../time/instant.js';
import { createDistinctCounter } from '../distinct.js';
import { createSpreadCounter, type SpreadCounter } from '../percentiles.js';
import type { LogRecord } from '../record.js';
import { type Follower, isRegular, newFollower } from './follower.js';
import { addLength, cellOf, type Lengths, newLengths } from './lengths.js';
import { LONGEST, MINUTE, RETURN_MINUTES } from './minutes.js';
import { createPassiveCounter, type PassiveVisitor } from './passive.js';

/** So many groups of visitors are counted apart: what differs between them says how sure a figure is. */
export const GROUPS = 64;

/** What a group of visitors did: everything that an idle limit depends on. */
export interface GroupCounts {
  /** Sessions that begin without one before them that an idle limit could have ended. */
  starts: number;
  /** Between one activity of a person and the next. */
  readonly gaps: Lengths;
  /** From the last activity of a person to the session's end for another reason, such as a logout. */
  readonly ends: Lengths;
  /** From the last activity of a person to the end of the log, or to where the visitor is forgotten. */
  readonly tails: Lengths;
}

/** Time that only background traffic filled, after the last activity of a person. */
export interface PassiveCounts {
  /** By length, each at most the gap that it lies in. */
  readonly lengths: Lengths;
  /** Lengths, in the cell of the gap that ended them: from there on the person was back in the same session. */
  readonly ended: Float64Array;
  /** The same, as numbers of gaps. */
  readonly endedCounts: Float64Array;
}

/** What a log says about idle limits. */
export interface GapCounts {
  readonly groups: readonly GroupCounts[];
  readonly passive: PassiveCounts;
  /** Every gap between one activity of a person and the next, by the second. */
  readonly spread: SpreadCounter;
  readonly visitors: number;
  readonly requests: number;
  readonly background: number;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  /** Visitors with the most traffic that no person made, or that comes like clockwork; the most first. */
  readonly offenders: readonly PassiveVisitor[];
}

/** Follows each visitor from one activity to the next. */
export interface GapCounter {
  /** Takes a record; in the order in which a replay judges them. */
  add(record: LogRecord): void;
  finish(): GapCounts;
}

/** After so long without activity a visitor is forgotten: no limit is longer. */
const HORIZON = (LONGEST + RETURN_MINUTES + 1) * MINUTE;

interface State {
  readonly followers: Map<string, Follower>;
  readonly groups: readonly GroupCounts[];
  readonly passive: PassiveCounts;
  readonly spread: SpreadCounter;
  firstAt: Instant;
  lastAt: Instant;
  sweptAt: Instant;
}

/**
 * Measures the pauses of people, in one pass and in memory that grows with the visitors of a day, not with the log.
 *
 * What a log says about every idle limit at once is in the gaps between one activity of a person and the next: a limit
 * ends the sessions whose gap reaches it, and cuts off those who are back within five minutes of that.
 */
export function createGapCounter(): GapCounter {
  const distinct = createDistinctCounter();
  const offenders = createPassiveCounter();
  const state: State = {
    ...{ followers: new Map(), groups: Array.from({ length: GROUPS }, newGroup), spread: createSpreadCounter() },
    passive: { lengths: newLengths(), ended: newLengths().sums, endedCounts: newLengths().counts },
    ...{ firstAt: Number.POSITIVE_INFINITY, lastAt: -1, sweptAt: -1 },
  };
  let requests = 0;
  let background = 0;
  return {
    add({ visitor, event }) {
      state.firstAt = Math.min(state.firstAt, event.at);
      state.lastAt = Math.max(state.lastAt, event.at);
      if (state.lastAt - state.sweptAt >= HORIZON) sweep(state, offenders.add);
      if (event.type === 'access') requests++;
      if (event.type === 'access' && event.activity === 'background') background++;
      follow(state, visitor, event, () => void distinct.add(visitor));
    },
    finish() {
      for (const follower of state.followers.values()) {
        leave(state, follower, state.lastAt, 'tails');
        offenders.add(follower);
      }
      const { groups, passive, spread, firstAt, lastAt } = state;
      const span = lastAt < 0 ? { firstAt: null, lastAt: null } : { firstAt, lastAt };
      const counts = { groups, passive, spread, visitors: distinct.count(), requests, background };
      return { ...counts, ...span, offenders: offenders.top() };
    },
  };
}

function newGroup(): GroupCounts {
  return { starts: 0, gaps: newLengths(), ends: newLengths(), tails: newLengths() };
}

function follow(state: State, visitor: string, event: SessionEvent, onNew: () => void): void {
  const { type, at } = event;
  const isRequest = type === 'access';
  const isUser = (isRequest && event.activity === 'user') || type === 'reauthenticated';
  let follower = state.followers.get(visitor);
  if (follower === undefined) {
    if (!isRequest) return;
    onNew();
    follower = newFollower(visitor, at);
    state.followers.set(visitor, follower);
  }
  if (isUser) attend(state, follower, at, isRequest);
  else if (isRequest) stayOpen(follower, at);
  else if (type === 'revoked') leave(state, follower, at, 'ends');
}

/** A person did something. */
function attend(state: State, follower: Follower, at: Instant, isRequest: boolean): void {
  const group = state.groups[follower.group] as GroupCounts;
  if (isRequest) follower.requests++;
  if (follower.activeAt < 0) {
    if (!isRequest) return;
    group.starts++;
    follower.activeAt = at;
    return;
  }
  const gap = at - follower.activeAt;
  if (gap < 0) return;
  addLength(group.gaps, gap);
  state.spread.add(gap);
  fill(state, follower, gap, cellOf(gap));
  if (isRegular(follower, gap)) follower.clockwork++;
  follower.previousGap = gap;
  follower.activeAt = at;
}

/** A program did something, on its own. */
function stayOpen(follower: Follower, at: Instant): void {
  follower.requests++;
  follower.background++;
  follower.polledAt = Math.max(follower.polledAt, at);
}

/** The session is over for another reason than idleness, or nothing more is known of it. */
function leave(state: State, follower: Follower, at: Instant, how: 'ends' | 'tails'): void {
  if (follower.activeAt < 0) return;
  const tail = Math.max(0, at - follower.activeAt);
  addLength((state.groups[follower.group] as GroupCounts)[how], tail);
  fill(state, follower, tail, null);
  follower.activeAt = -1;
}

/** Counts the part of a pause that only background traffic filled. */
function fill({ passive }: State, follower: Follower, pause: Duration, endCell: number | null): void {
  const filled = Math.min(follower.polledAt - follower.activeAt, pause);
  follower.polledAt = -1;
  if (filled <= 0) return;
  follower.passiveTime += filled;
  addLength(passive.lengths, filled);
  if (endCell === null) return;
  passive.ended[endCell] = (passive.ended[endCell] as number) + filled;
  passive.endedCounts[endCell] = (passive.endedCounts[endCell] as number) + 1;
}

/** Forgets visitors whose next activity comes after every limit, if it comes. */
function sweep(state: State, onForgotten: (follower: Follower) => void): void {
  const { followers, lastAt } = state;
  for (const [visitor, follower] of followers) {
    const isPolling = lastAt - follower.polledAt < HORIZON;
    if (lastAt - follower.activeAt < HORIZON || isPolling) continue;
    leave(state, follower, follower.activeAt + HORIZON, 'tails');
    onForgotten(follower);
    followers.delete(visitor);
  }
  state.sweptAt = lastAt;
}
