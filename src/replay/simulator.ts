import type { AccessEvent, SessionEvent } from '../core/event.js';
import type { Policy } from '../core/policy.js';
import type { Ended, Session } from '../core/session.js';
import { startSession } from '../start-session.js';
import type { Instant } from '../time/instant.js';
import { decide, judge, note, refuse } from './judge.js';
import { close, endOf, isForgotten, isLocked, replayed, returnByAfter, sweep, watch } from './live.js';
import type { LogRecord } from './record.js';
import { type Live, newLive, newState, type State } from './state.js';
import { countsOf, countUp, type ReplayedSession, type SessionFigures } from './summary.js';

/** Runs sessions through the engine, one record after the other. */
export interface Simulator {
  /** Takes a record. One that is older than those before it is judged as the engine judges late events. */
  apply(record: LogRecord): void;
  /** Ends what is past its deadline, and tells the figures. Nothing may be applied afterwards. */
  finish(): SessionFigures;
}

/**
 * Replays records against a policy. A session starts at a visitor's first request, and again at the first request after
 * it ended.
 *
 * @param onSession called once for each session, when its end is found, and at the end for those that are open
 * @example
 * createSimulator(policy, ({ visitor, reason }) => save(visitor, reason)).finish().sessions; // => 0
 */
export function createSimulator(policy: Policy, onSession: (session: ReplayedSession) => void): Simulator {
  const state = newState(policy, onSession);
  return { apply: (record) => applyRecord(state, record), finish: () => finishState(state) };
}

/** Takes a record; `outcome` and `code` of the state then say what became of it, if it is a request. */
export function applyRecord(state: State, record: LogRecord): void {
  const { event, visitor } = record;
  state.outcome = 'permitted';
  state.code = null;
  state.firstAt = Math.min(state.firstAt, event.at);
  if (event.at > state.lastAt) {
    state.lastAt = event.at;
    sweep(state);
  }
  const live = state.visitors.get(visitor);
  // whether a sweep has come by already must make no difference to an event that is out of order
  const isGone = live !== undefined && event.at < state.lastAt && isForgotten(state, live);
  if (event.type === 'access') request(state, record, event, live, isGone);
  else happen(state, event, isGone ? undefined : live);
}

/** An event that is not a request: it needs a session that is not over. */
function happen(state: State, event: SessionEvent, live: Live | undefined): void {
  state.events++;
  if (live === undefined || endOf(state.policy, live.session).since <= Math.max(event.at, live.session.recordedAt)) {
    state.eventsWithoutSession++;
    return;
  }
  const decision = decide(state, live, event);
  if (live.session.ended !== null) close(state, live, live.session.ended);
  else if (decision.effect === 'challenge') state.challengedBackground++;
  else if (decision.effect !== 'permit') refuse(state, decision);
}

function request(state: State, record: LogRecord, event: AccessEvent, live: Live | undefined, isGone: boolean): void {
  state.requests++;
  if (event.activity === 'background') state.background++;
  if (live === undefined) begin(state, record, event, undefined, null);
  else if (isGone) {
    if (live.session.ended === null) close(state, live, endOf(state.policy, live.session));
    begin(state, record, event, live, null);
  } else if (live.session.ended === null) resume(state, record, event, live);
  // what was decided before a late request arrived stands
  else if (event.at < live.session.ended.since) {
    countUp(state.refused, live.session.ended.code);
    note(state, 'refused', live.session.ended.code);
  } else begin(state, record, event, live, live.session.ended);
}

/** A request of a visitor whose session is not known to be over. */
function resume(state: State, record: LogRecord, event: AccessEvent, live: Live): void {
  const ended = judge(state, live, event);
  if (ended === null) {
    attend(state, live, event);
    return;
  }
  close(state, live, ended);
  begin(state, record, event, live, ended);
}

/** Starts a visitor's next session with a request. */
function begin(state: State, record: LogRecord, event: AccessEvent, known: Live | undefined, over: Ended | null): void {
  const { visitor, attributes } = record;
  const { at, context } = event;
  if (known !== undefined || !state.distinct.add(visitor)) {
    state.requestsAfterEnd++;
    state.outcome = 'over';
    state.code = over?.code ?? known?.session.ended?.code ?? null;
  }
  state.sessions++;
  const session = startSession(state.policy, {
    id: String(state.sessions),
    subject: visitor,
    at,
    ...(context !== undefined && { context }),
    ...(attributes !== null && { attributes }),
  });
  const live = known === undefined ? newLive(visitor, session) : renewed(known, session, at, over);
  if (known === undefined) {
    state.visitors.set(visitor, live);
    watch(state, live);
  }
  const ended = judge(state, live, event);
  attend(state, live, event);
  if (ended === null) return;
  note(state, 'refused', ended.code);
  close(state, live, ended);
}

/** A visitor's next session in the place of the one before. */
function renewed(live: Live, session: Session, at: Instant, over: Ended | null): Live {
  // a session that no person was in cuts off nobody; who was cut off before it still may be back in time
  const sinceThen = live.isAttended && over !== null ? returnByAfter(over, at) : live.returnBy;
  const returnBy = over === null ? 0 : sinceThen;
  live.pause = Math.max(0, at - live.lastRequestAt);
  const counted = { requests: 0, lastRequestAt: at, isAttended: false, otherEnd: null, isCounted: false };
  return Object.assign(live, { session, returnBy, passedAt: -1 }, counted);
}

/** Notes a request that belongs to the session. */
function attend(state: State, live: Live, { at, activity }: AccessEvent): void {
  if (live.requests > 0) {
    const pause = at - live.lastRequestAt;
    live.pause = pause;
    if (pause >= 0) state.gaps.add(pause);
  }
  live.requests++;
  live.lastRequestAt = Math.max(live.lastRequestAt, at);
  if (activity === 'background') return;
  if (!live.isAttended) state.attended++;
  if (at < live.returnBy) state.dropOffs++;
  live.isAttended = true;
  live.returnBy = 0;
}

/** Ends what is past its deadline, and tells the figures. */
export function finishState(state: State): SessionFigures {
  let open = 0;
  let locked = 0;
  for (const live of state.visitors.values()) {
    if (live.session.ended !== null) continue;
    const end = endOf(state.policy, live.session);
    if (end.since <= state.lastAt) close(state, live, end);
    else {
      open++;
      if (isLocked(state, live)) locked++;
      state.onSession(replayed(live, null, null));
    }
  }
  return figuresOf(state, open, locked);
}

function figuresOf(state: State, open: number, locked: number): SessionFigures {
  const { requests, background, events, eventsWithoutSession, sessions } = state;
  const { challengedBackground, requestsAfterEnd, dropOffs, unattendedTime, lastAt } = state;
  const isEmpty = lastAt < 0;
  return {
    requests,
    background,
    events,
    eventsWithoutSession,
    visitors: state.distinct.count(),
    sessions,
    unattended: sessions - state.attended,
    ended: countsOf(state.ended),
    open,
    locked,
    challenged: countsOf(state.challenged),
    challengedBackground,
    refused: countsOf(state.refused),
    requestsAfterEnd,
    dropOffs,
    unattendedTime,
    length: state.length.spread(),
    active: state.active.spread(),
    gaps: state.gaps.spread(),
    firstAt: isEmpty ? null : state.firstAt,
    lastAt: isEmpty ? null : lastAt,
  };
}
