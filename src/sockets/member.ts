import type { Context, Session } from '../core/session.js';
import type { Answer } from '../engine/answers.js';
import { evaluate } from '../evaluate.js';
import { type Instant, NEVER } from '../time/instant.js';
import type { Bound, Permitted, Transport } from './connection.js';
import { endingOf, type SocketEnding } from './ending.js';
import type { ConnectionSettings } from './options.js';
import type { Waiting, Wheel } from './wheel.js';

/** What is known of one connection. Only the functions of this file write to it. */
export interface Member<Operation extends string = string> {
  readonly transport: Transport;
  /** Where the handshake came from: what every later question is asked with. */
  readonly context: Context | undefined;
  session: Session;
  until: Instant;
  /** When that is by the monotonic clock, as the wall clock was when it was first heard. */
  limit: number;
  state: Bound['state'];
  ending: SocketEnding | null;
  /** Since when nobody can tell, on the monotonic clock; `null` while somebody can. */
  doubtSince: number | null;
  hasWarned: boolean;
  /** When the engine last heard of activity, on the monotonic clock. */
  touchedAt: number;
  /** What waits on the wheel: the deadline, the warning, or the cut; `null` before the first. */
  waiting: Waiting | null;
  readonly bound: Bound<Operation>;
}

/** What the functions of this file share. */
export interface Surroundings<Operation extends string = string> {
  readonly settings: ConnectionSettings<Operation>;
  readonly wheel: Wheel;
  /** The engine is to be asked about a connection. */
  readonly ask: (member: Member<Operation>) => void;
  /** A connection is no more. */
  readonly forget: (member: Member<Operation>) => void;
}

/** By how much the wall clock may run behind the monotonic one before a deadline that does not come is a set clock. */
const SET_BACK = 1_000;
/** How many times the engine is asked again while nobody can tell. */
const RETRIES = 4;

/** Takes note of what the engine said of the session. */
export function hear<Operation extends string>(
  around: Surroundings<Operation>,
  member: Member<Operation>,
  answer: Answer,
): void {
  if (member.state === 'closed') return;
  const decision = decided(around, member, answer);
  if (decision.effect === 'indeterminate') doubt(around, member, endingOf(decision));
  else if (decision.effect !== 'permit') end(around, member, endingOf(decision));
  else confirm(around, member, decision);
}

/**
 * What the session makes of a background request from where this connection comes from: a look has no context of its
 * own, and an operation has limits of its own.
 */
function decided<Operation extends string>(
  { settings: { engine } }: Surroundings<Operation>,
  { context }: Member<Operation>,
  answer: Answer,
): Answer {
  const { session } = answer;
  if (session === null) return answer;
  const at = Math.max(engine.now(), session.recordedAt);
  const stated = context === undefined ? {} : { context };
  return evaluate(engine.policy(), session, { type: 'access', at, activity: 'background', ...stated });
}

/** The session is valid: from now on by these deadlines. */
function confirm<Operation extends string>(
  around: Surroundings<Operation>,
  member: Member<Operation>,
  { session, until, warnAt, boundBy }: Permitted,
): void {
  const { settings, wheel } = around;
  const now = settings.clock.now();
  if (member.state === 'held' && until <= member.until && until - now > SET_BACK) {
    // its time has passed by the clock that cannot be set, and nothing has moved the deadline
    end(around, member, { closeCode: 1013, reason: 'clock_behind' });
    return;
  }
  const limit = settings.clock.monotonic() + until - now;
  const isMoved = until > member.until || member.state === 'held';
  member.limit = isMoved ? limit : Math.min(member.limit, limit);
  member.session = session;
  member.until = until;
  member.doubtSince = null;
  if (until !== NEVER) wakeInTime(around, member, warnAt > now && settings.onWarning !== null ? warnAt : until);
  else if (member.waiting !== null) wheel.remove(member.waiting);
  resume(member);
  const isWarned = until !== NEVER && warnAt <= now && warnAt < until;
  const isNews = isWarned && !member.hasWarned;
  member.hasWarned = isWarned;
  if (isNews) swallow(() => settings.onWarning?.(member.bound, { remainingMs: until - now, boundBy }));
}

/** Nobody can tell: it is kept for a while, and not past the deadline that was last known. */
function doubt<Operation extends string>(
  around: Surroundings<Operation>,
  member: Member<Operation>,
  ending: SocketEnding,
): void {
  const { engine, keepFor, clock } = around.settings;
  const now = clock.monotonic();
  member.doubtSince ??= now;
  const patience = Math.max(keepFor, engine.policy().staleFor);
  const left = member.doubtSince + patience - now;
  if (member.state === 'held' || left <= 0) {
    end(around, member, ending);
    return;
  }
  const retry = Math.min(left, Math.ceil(patience / RETRIES));
  wakeInTime(around, member, clock.now() + retry);
}

/** The wheel is to call at an instant, and at the deadline at the latest. */
function wakeInTime<Operation extends string>(
  around: Surroundings<Operation>,
  member: Member<Operation>,
  at: Instant,
): void {
  const { clock } = around.settings;
  wake(around, member, Math.min(at, member.until, clock.now() + member.limit - clock.monotonic()));
}

/** The wheel is to call at an instant. */
function wake<Operation extends string>(
  around: Surroundings<Operation>,
  member: Member<Operation>,
  deadline: Instant,
): void {
  const { wheel, settings } = around;
  const { clock } = settings;
  if (member.waiting !== null) {
    wheel.move(member.waiting, deadline);
    return;
  }
  member.waiting = wheel.add(deadline, () => {
    if (member.state === 'closed') {
      member.transport.cut();
      return;
    }
    // by either clock: one that was set back puts nothing off
    if (clock.now() >= member.until || clock.monotonic() >= member.limit) hold(member);
    around.ask(member);
  });
}

function hold(member: Member): void {
  if (member.state !== 'open') return;
  member.state = 'held';
  member.transport.hold();
}

function resume(member: Member): void {
  if (member.state !== 'held') return;
  member.state = 'open';
  member.transport.resume();
}

/** Ends a connection from this side. */
export function end<Operation extends string>(
  around: Surroundings<Operation>,
  member: Member<Operation>,
  ending: SocketEnding,
): void {
  if (member.state === 'closed') return;
  const { settings } = around;
  member.state = 'closed';
  member.ending = ending;
  around.forget(member);
  // who does not answer the close is cut
  wake(around, member, settings.clock.now() + settings.closeWithin);
  member.transport.end(ending);
  swallow(() => settings.onEnd?.(member.bound, ending));
}

/** The connection has gone: nothing of it stays. */
export function release<Operation extends string>(around: Surroundings<Operation>, member: Member<Operation>): void {
  if (member.waiting !== null) around.wheel.remove(member.waiting);
  if (member.state !== 'closed') around.forget(member);
  member.state = 'closed';
}

/** Who is told must not change what happens. */
function swallow(tell: () => unknown): void {
  try {
    const told = tell();
    if (told instanceof Promise) told.catch(() => undefined);
  } catch {}
}
