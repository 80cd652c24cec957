import type { Permit } from '../core/decision.js';
import type { ReasonCode } from '../core/reason.js';
import type { Session } from '../core/session.js';
import type { Answer } from '../engine/answers.js';
import type { Access } from '../engine/requests.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import type { SocketEnding } from './ending.js';

/** What a page may be told before its session ends. */
export interface Warning {
  /** Milliseconds that are left. */
  readonly remainingMs: Duration;
  /** The code of the limit that comes: `idle_timeout`, `absolute_timeout`, `reauthentication_due`. */
  readonly boundBy: ReasonCode | null;
}

/** What carries frames: told when to stop and when to close. Nothing that it does may throw. */
export interface Transport {
  /** Delivers nothing more, and closes with this. */
  end(ending: SocketEnding): void;
  /** The other side took too long to close: cuts the connection. */
  cut(): void;
  /** Keeps what arrives until `resume`: the deadline has come, and the engine is being asked whether it has moved. */
  hold(): void;
  /** Delivers what was kept, and what comes. */
  resume(): void;
}

/**
 * A connection that lives on one session: bound to its id, so that a new handle changes nothing, and closed when the
 * session is over.
 */
export interface Connection<Operation extends string = string> {
  /** The session as the engine last confirmed it. */
  readonly session: Session;
  /** When it will be closed if nothing happens before. */
  readonly until: Instant;
  /**
   * `held`: its time has come, and the engine is being asked; what arrives waits. `closed`: it was ended from this
   * side, or the other side has gone.
   */
  readonly state: 'open' | 'held' | 'closed';
  /** How it was ended from this side; `null` if it was not. */
  readonly ending: SocketEnding | null;
  /**
   * A person did something: call it for the frames that a person causes, and for no others. Cheap: the engine hears of
   * it at most every `touchEvery`.
   */
  touch(): void;
  /**
   * Asks the engine about one frame: whether this operation is permitted, by whose doing. An end that it finds closes
   * the connection; the refusal of an operation does not. On a closed connection the answer is `indeterminate`,
   * `connection_closed`.
   */
  access(access: Access<Operation>): Promise<Answer>;
}

/** A connection, as those see it who carry it. */
export interface Bound<Operation extends string = string> extends Connection<Operation> {
  /** The connection has gone, from whichever side. */
  release(): void;
}

/** What the engine permitted: an answer that is a permit. */
export type Permitted = Answer & Permit;
