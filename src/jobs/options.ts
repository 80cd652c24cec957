import { curfewError, type Problem } from '../core/errors.js';
import type { ReasonCode } from '../core/reason.js';
import type { Engine } from '../engine/engine.js';
import type { DurationText } from '../policy/document.js';
import { type Duration, parseDuration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import { systemTimers, type Timers } from '../time/timer.js';
import { isWord } from './grant.js';
import { type Pauses, rememberedPauses } from './pauses.js';

/** What of an engine grants need. */
export type GrantKeeper = Pick<
  Engine,
  'start' | 'access' | 'peek' | 'changeAttributes' | 'end' | 'watch' | 'policy' | 'now'
>;

/** What of the people's engine jobs need. */
export type PersonKeeper<Operation extends string = string> = Pick<
  Engine<Operation>,
  'access' | 'peek' | 'watch' | 'policy'
>;

/** What jobs are made of. */
export interface JobsOptions<Operation extends string = string> {
  /**
   * Keeps the grants: an engine with a policy for jobs. Its `absoluteTimeout` is the ceiling, counted from queueing;
   * its `idleTimeout` the longest silence, from queueing and between checkpoints. Over the same store as `sessions`,
   * so that `endAll` of a subject ends the grants as well.
   */
  readonly engine: GrantKeeper;
  /** The engine of the people. */
  readonly sessions: PersonKeeper<Operation>;
  /**
   * The codes of what may befall the person's session without stopping the job. Default: `idle_timeout` and
   * `absolute_timeout`, because who walked away has taken nothing back. Any other end aborts, any other refusal pauses.
   */
  readonly outlives?: readonly ReasonCode[];
  /** For how long what pauses a job may last; then it is aborted. 0 aborts at once. Default 1 h. */
  readonly longestPause?: DurationText;
  /** How soon a paused job is to be tried again. Default 15 s. */
  readonly retryAfter?: DurationText;
  /** For how long a job at work between two checkpoints goes on while nobody can tell. Default 30 s. */
  readonly patience?: DurationText;
  /** Default: the host's. */
  readonly timers?: Timers;
}

/** Options, read. */
export interface Parts {
  readonly engine: GrantKeeper;
  readonly sessions: PersonKeeper;
  readonly outlives: readonly string[];
  readonly longestPause: Duration;
  readonly retryAfter: Duration;
  readonly patience: Duration;
  readonly timers: Timers;
  readonly pauses: Pauses;
}

const SECOND = 1_000;
const HOUR = 3_600_000;
const MOST_CODES = 32;
const TIMEOUTS: readonly ReasonCode[] = ['idle_timeout', 'absolute_timeout'];

/**
 * Reads the options.
 *
 * @throws an error with code `jobs_options_invalid` that names every one that is wrong.
 */
export function readOptions(options: JobsOptions): Parts {
  const problems: Problem[] = [];
  const problem = (path: string, message: string) => problems.push({ path, code: 'invalid', message });
  const duration = (path: string, value: DurationText | undefined, otherwise: Duration, least = 0): Duration => {
    const read = value === undefined ? otherwise : parseDuration(value);
    if (read !== null && read >= least) return read;
    problem(path, `must be a duration such as "15s", or milliseconds, and at least ${least} ms`);
    return otherwise;
  };
  const { engine, sessions, outlives = TIMEOUTS, timers = systemTimers } = options ?? {};
  const parts = {
    engine,
    sessions: sessions as PersonKeeper,
    outlives,
    longestPause: duration('/longestPause', options?.longestPause, HOUR),
    retryAfter: duration('/retryAfter', options?.retryAfter, 15 * SECOND, 1),
    patience: duration('/patience', options?.patience, 30 * SECOND),
    timers,
    pauses: rememberedPauses(),
  };
  if (typeof engine?.start !== 'function') problem('/engine', 'must be an engine, with a policy for jobs');
  else if (isEndless(engine)) problem('/engine', 'its policy must have an `absoluteTimeout`: the ceiling of every job');
  if (typeof sessions?.peek !== 'function') problem('/sessions', 'must be the engine of the people');
  if (typeof timers?.after !== 'function') problem('/timers', 'must have the functions `after` and `soon`');
  if (!isCodes(outlives)) problem('/outlives', `must be a list of codes such as "idle_timeout", at most ${MOST_CODES}`);
  if (problems.length > 0) throw curfewError('jobs_options_invalid', 'these options make no jobs:', problems);
  return parts;
}

export function isCodes(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MOST_CODES && value.every(isWord);
}

function isEndless({ policy }: GrantKeeper): boolean {
  return policy().limits.absoluteTimeout >= NEVER;
}
