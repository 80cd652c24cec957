import { curfewError, type Problem } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import type { DurationText } from '../policy/document.js';
import type { Clock } from '../time/clock.js';
import { type Duration, parseDuration } from '../time/duration.js';
import type { Timers } from '../time/timer.js';
import type { Observer } from './observer.js';
import type { SessionStore } from './ports.js';
import type { Random } from './secrets.js';
import type { Settings } from './shell.js';

/** How copies in memory are kept from growing old. */
export interface CacheOptions {
  /** How often the store's channel is checked. Default 1 s. */
  readonly heartbeatEvery?: DurationText;
  /**
   * For how long a check that passed is good for: in the worst case, a channel that broke without a word, a revocation
   * elsewhere is seen this much later. Default 3 s.
   */
  readonly trustFor?: DurationText;
}

/** What an engine is made of. */
export interface EngineOptions<Operation extends string = string> {
  readonly policy: Policy<Operation>;
  /** A policy that only tells what it would have decided, with stamps of its own. */
  readonly candidate?: Policy;
  readonly store: SessionStore;
  /** Serve sessions from memory. The store must tell of changes (`watch`). Default: every request asks the store. */
  readonly cache?: boolean | CacheOptions;
  /** How many sessions to remember at most. Default 10,000. */
  readonly remember?: number;
  /**
   * How rarely activity is recorded; what a crash loses at most. Default: the policy's `recordEvery`, else a tenth of
   * its
   * shortest idle limit, at most a minute. 0 where a process may freeze between requests.
   */
  readonly recordEvery?: DurationText;
  /** How long the store may take to answer. Default 2 s. */
  readonly storeTimeout?: DurationText;
  /** How long the old handle is accepted after a rotation, for requests that are on their way. Default 10 s. */
  readonly handleGrace?: DurationText;
  /** How long a session that is over is kept, so that whoever comes late is told why. Default 1 h, at least 1 min. */
  readonly keepEnded?: DurationText;
  /** How often records that are no longer needed are removed; 0 for not at all. Default 15 min. */
  readonly purgeEvery?: DurationText;
  readonly observer?: Observer;
  /** Default: the host's. */
  readonly clock?: Clock;
  /** Default: the host's. */
  readonly timers?: Timers;
  /** Default: the host's source of secrets. */
  readonly random?: Random;
}

/** Options, read. */
export interface EngineNumbers extends Omit<Settings, 'recordEvery'> {
  /** `null`: what the policy says. */
  readonly recordEvery: Duration | null;
  readonly purgeEvery: Duration;
  readonly heartbeatEvery: Duration;
  readonly trustFor: Duration;
  readonly remember: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * Reads the numbers of the options.
 *
 * @throws an error with code `engine_options_invalid` that names every one that is wrong.
 */
export function readOptions(options: EngineOptions): EngineNumbers {
  const problems: Problem[] = [];
  const problem = (path: string, message: string) => problems.push({ path, code: 'invalid', message });
  const duration = (path: string, value: DurationText | undefined, otherwise: Duration, least = 0): Duration => {
    if (value === undefined) return otherwise;
    const read = parseDuration(value);
    if (read !== null && read >= least) return read;
    problem(path, `must be a duration such as "2s", or milliseconds, and at least ${least} ms`);
    return otherwise;
  };
  const { cache, remember = 10_000 } = options;
  const cached = typeof cache === 'object' ? cache : {};
  const numbers: EngineNumbers = {
    recordEvery: options.recordEvery === undefined ? null : duration('/recordEvery', options.recordEvery, 0),
    storeTimeout: duration('/storeTimeout', options.storeTimeout, 2 * SECOND, 1),
    handleGrace: duration('/handleGrace', options.handleGrace, 10 * SECOND),
    keepEnded: duration('/keepEnded', options.keepEnded, 60 * MINUTE, MINUTE),
    purgeEvery: duration('/purgeEvery', options.purgeEvery, 15 * MINUTE),
    heartbeatEvery: duration('/cache/heartbeatEvery', cached.heartbeatEvery, SECOND, 10),
    trustFor: duration('/cache/trustFor', cached.trustFor, 3 * SECOND, 20),
    remember,
  };
  problems.push(...policyProblems(options.policy, options.candidate ?? null));
  checkParts(options, problem);
  if (numbers.trustFor <= numbers.heartbeatEvery) problem('/cache/trustFor', 'must be above heartbeatEvery');
  if (!Number.isInteger(remember) || remember < 1) problem('/remember', 'must be a whole number above 0');
  if (problems.length > 0) throw curfewError('engine_options_invalid', 'these options make no engine:', problems);
  return numbers;
}

/**
 * Refuses what is no policy.
 *
 * @throws an error with code `engine_options_invalid`.
 */
export function checkPolicies(policy: unknown, candidate: unknown): void {
  const problems = policyProblems(policy, candidate);
  if (problems.length > 0) throw curfewError('engine_options_invalid', 'these are not policies:', problems);
}

function policyProblems(policy: unknown, candidate: unknown): Problem[] {
  const isPolicy = (one: unknown) => typeof (one as Policy | null)?.fingerprint === 'string';
  const message = 'must be a policy, made by definePolicy';
  const wrong = [!isPolicy(policy) && '/policy', candidate !== null && !isPolicy(candidate) && '/candidate'];
  return wrong.flatMap((path) => (path === false ? [] : [{ path, code: 'invalid', message }]));
}

/** Whether what was handed in is what it should be: a mistake here would show at the first request, or never. */
function checkParts(options: EngineOptions, problem: (path: string, message: string) => void): void {
  const { cache, store } = options;
  const isStore = ['create', 'load', 'replace', 'listBySubject', 'purge'].every(
    (name) => typeof store?.[name as keyof SessionStore] === 'function',
  );
  const { observer, clock, timers, random } = options;
  if (clock !== undefined && typeof clock?.now !== 'function') problem('/clock', 'must have a function `now`');
  if (timers !== undefined && (typeof timers?.after !== 'function' || typeof timers?.soon !== 'function')) {
    problem('/timers', 'must have the functions `after` and `soon`');
  }
  if (random !== undefined && typeof random !== 'function') problem('/random', 'must be a function');
  if (observer !== undefined && typeof observer !== 'function') problem('/observer', 'must be a function');
  if (!isStore) problem('/store', 'must be a session store, such as memoryStore()');
  if (isStore && cache && store.watch === undefined) {
    problem('/cache', 'needs a store that tells of changes: this one has no `watch`');
  }
}

/** The shortest idle limit that the policy itself can come to. */
function shortestIdle({ limits, conditions, risk }: Policy): Duration {
  return Math.min(limits.idleTimeout, ...[...conditions, ...risk].map(({ idleTimeout }) => idleTimeout));
}

/** How rarely activity is recorded where nobody says. */
export function defaultRecordEvery(policy: Policy): Duration {
  return policy.recordEvery ?? Math.min(MINUTE, Math.floor(shortestIdle(policy) / 10));
}
