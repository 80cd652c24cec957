import { curfewError, type Problem } from '../core/errors.js';
import type { Engine } from '../engine/engine.js';
import type { DurationText } from '../policy/document.js';
import { type Clock, systemClock } from '../time/clock.js';
import { type Duration, parseDuration } from '../time/duration.js';
import { systemTimers, type Timers } from '../time/timer.js';
import type { Connection, Warning } from './connection.js';
import type { SocketEnding } from './ending.js';

/** What of an engine connections need. */
export type SocketEngine<Operation extends string = string> = Pick<
  Engine<Operation>,
  'access' | 'peek' | 'watch' | 'policy' | 'now'
>;

/** How long-lived connections and sessions meet. */
export interface ConnectionOptions<Operation extends string = string> {
  readonly engine: SocketEngine<Operation>;
  /**
   * How long a connection is kept while nobody can tell whether its session is valid, and never past its last known
   * deadline. A policy's `staleFor` that is longer takes its place. Default 3 s.
   */
  readonly keepFor?: DurationText;
  /**
   * How rarely a connection's activity is told to the engine; a session may end that much early, never late. Default
   * 1 s.
   */
  readonly touchEvery?: DurationText;
  /** How long the other side may take to close before the connection is cut. Default 5 s. */
  readonly closeWithin?: DurationText;
  /** Is told when the session is about to end, so that the page can be. What it throws is swallowed. */
  readonly onWarning?: (connection: Connection<Operation>, warning: Warning) => void;
  /** Is told when a connection is ended from this side. What it throws is swallowed. */
  readonly onEnd?: (connection: Connection<Operation>, ending: SocketEnding) => void;
  /** Default: the engine's wall clock, and the host's monotonic one. */
  readonly clock?: Clock;
  /** Default: the host's. */
  readonly timers?: Timers;
}

/** Options, read. */
export interface ConnectionSettings<Operation extends string = string> {
  readonly engine: SocketEngine<Operation>;
  readonly keepFor: Duration;
  readonly touchEvery: Duration;
  readonly closeWithin: Duration;
  readonly onWarning: ConnectionOptions<Operation>['onWarning'] | null;
  readonly onEnd: ConnectionOptions<Operation>['onEnd'] | null;
  readonly clock: Required<Clock>;
  readonly timers: Timers;
}

const SECOND = 1_000;

/**
 * Reads the options.
 *
 * @throws an error with code `socket_options_invalid` that names every one that is wrong.
 */
export function readConnectionOptions<Operation extends string>(
  options: ConnectionOptions<Operation>,
): ConnectionSettings<Operation> {
  const problems: Problem[] = [];
  const duration = (path: string, value: DurationText | undefined, otherwise: Duration): Duration => {
    const read = value === undefined ? otherwise : parseDuration(value);
    if (read === null) problems.push({ path, code: 'invalid', message: 'must be a duration such as "3s", or ms' });
    return read ?? otherwise;
  };
  const { engine, clock, timers = systemTimers, onWarning = null, onEnd = null } = options;
  if (typeof engine?.watch !== 'function') {
    problems.push({ path: '/engine', code: 'invalid', message: 'must be an engine, made by createEngine' });
  }
  const settings = {
    engine,
    keepFor: duration('/keepFor', options.keepFor, 3 * SECOND),
    touchEvery: duration('/touchEvery', options.touchEvery, SECOND),
    closeWithin: duration('/closeWithin', options.closeWithin, 5 * SECOND),
    onWarning,
    onEnd,
    clock: fullClock(clock ?? { now: () => engine.now(), monotonic: () => (systemClock.monotonic as () => number)() }),
    timers,
  };
  if (problems.length > 0) throw curfewError('socket_options_invalid', 'these options are none:', problems);
  return settings;
}

function fullClock(clock: Clock): Required<Clock> {
  return { now: () => clock.now(), monotonic: () => clock.monotonic?.() ?? clock.now() };
}
