import type { Policy } from '../core/policy.js';
import type { Duration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import {
  type Deployment,
  type ExposureBudget,
  type ExposureQuestion,
  type Run,
  readExposure,
} from './exposure-input.js';
import { longestLimits, shortestLimit } from './reachable-limits.js';

const MINUTE = 60_000;

/** One part of an exposure. */
export interface ExposureTerm {
  /** In words: `idle limit`. */
  readonly name: string;
  /** Milliseconds; `NEVER` where nothing ends it. */
  readonly duration: Duration;
  /** JSON pointer into the policy document, or a key of the deployment: `deployment.cacheTrustedFor`. */
  readonly source: string;
}

/** The answer to one question. */
export interface ExposureTotal {
  /** The sum of the terms in milliseconds, at worst; `NEVER` where nothing ends it. */
  readonly total: Duration;
  /** What it is made of, the longest first. A term of 0 is left out. */
  readonly terms: readonly ExposureTerm[];
  /** The longest term; `null` where there is none. */
  readonly dominating: ExposureTerm | null;
  /** What it may be at most; `null` where the budget does not say. */
  readonly budget: Duration | null;
  readonly isWithin: boolean;
}

/** How long what should be over may go on, at worst. */
export interface PolicyExposure {
  /** Whoever has the session's secret, and keeps it active, from the login on. */
  readonly stolenSession: ExposureTotal;
  /** Whoever has one access token, from when it was made. */
  readonly stolenAccessToken: ExposureTotal;
  /** From when a session's end was acknowledged. */
  readonly revokedSession: ExposureTotal;
  /** From when the person left: nobody touches the device. */
  readonly unattendedDevice: ExposureTotal;
  /** How much too early a session may end after a crash or an outage: `recordEvery` and `staleFor`. Nothing is late. */
  readonly lostActivity: Duration;
  /** Whether every question is within its budget. */
  readonly isWithin: boolean;
}

/**
 * The worst case, in milliseconds: for how long does a stolen session or access token, a revoked session, an unattended
 * device stay usable? Each answer is a sum of terms that name their place; docs/exposure.md says why each is there.
 *
 * @throws an error with code `exposure_invalid` where a duration is none, or a key is not known.
 * @example
 * const web = definePolicy({ id: 'web', idleTimeout: '15m', absoluteTimeout: '8h', staleFor: '30s' });
 * const { revokedSession } = exposure(web, { accessTokens: true }, { revokedSession: '5m' });
 * revokedSession.total; // => 630000
 * revokedSession.dominating?.source; // => '/tokens/accessLifetime'
 * revokedSession.isWithin; // => false
 */
export function exposure(policy: Policy, deployment: Deployment = {}, budget: ExposureBudget = {}): PolicyExposure {
  const { most, run } = readExposure(deployment, budget);
  const terms: Readonly<Record<ExposureQuestion, readonly ExposureTerm[]>> = {
    stolenSession: stolenSession(policy, run),
    stolenAccessToken: accessToken(policy, run),
    revokedSession: [...memory(policy, run), ...accessToken(policy, run), ...connection(run)],
    unattendedDevice: [idle(policy), ...clock(policy), ...verifiers(run)],
  };
  const answer = (question: ExposureQuestion) => total(terms[question], most[question]);
  const answers = {
    stolenSession: answer('stolenSession'),
    stolenAccessToken: answer('stolenAccessToken'),
    revokedSession: answer('revokedSession'),
    unattendedDevice: answer('unattendedDevice'),
  };
  const isWithin = Object.values(answers).every((one) => one.isWithin);
  const lostActivity = (policy.recordEvery ?? defaultRecordEvery(policy)) + policy.staleFor;
  return { ...answers, lostActivity, isWithin };
}

function total(terms: readonly ExposureTerm[], budget: Duration | null): ExposureTotal {
  const counted = terms.filter(({ duration }) => duration > 0).sort((a, b) => b.duration - a.duration);
  const sum = Math.min(
    NEVER,
    counted.reduce((all, { duration }) => all + duration, 0),
  );
  const isWithin = budget === null || sum <= budget;
  return { total: sum, terms: counted, dominating: counted[0] ?? null, budget, isWithin };
}

/** A thief keeps it active, so that no idle limit helps; a reauthentication of the owner rotates the handle. */
function stolenSession(policy: Policy, run: Run): readonly ExposureTerm[] {
  const end = overall(policy);
  const { after, resetsAbsolute } = policy.reauthentication;
  const isRotated = after <= end.duration || resetsAbsolute;
  const grace = { name: 'old handle after a rotation', duration: run.handleGrace, source: 'deployment.handleGrace' };
  return [end, ...(isRotated && end.duration !== NEVER ? [grace] : []), ...clock(policy), ...verifiers(run)];
}

/** What ends a session that is never idle: its absolute limit, or that it is challenged. */
function overall(policy: Policy): ExposureTerm {
  const { after } = policy.reauthentication;
  const [longest] = longestLimits(policy, 'absoluteTimeout');
  const { value, path } = longest ?? { value: NEVER, path: '/absoluteTimeout' };
  if (after < value) return { name: 'reauthentication', duration: after, source: '/reauthentication/after' };
  return { name: 'absolute limit', duration: value, source: path };
}

function idle(policy: Policy): ExposureTerm {
  const end = overall(policy);
  const [longest] = longestLimits(policy, 'idleTimeout');
  const { value, path } = longest ?? { value: NEVER, path: '/idleTimeout' };
  if (end.duration < value) return end;
  return { name: path.endsWith('/lease') ? 'lease' : 'idle limit', duration: value, source: path };
}

/** A copy in memory is trusted, or believed while the store is away: one after the other it is no longer. */
function memory({ staleFor }: Policy, { cacheTrustedFor }: Run): readonly ExposureTerm[] {
  if (staleFor > cacheTrustedFor) return [{ name: 'outage of the store', duration: staleFor, source: '/staleFor' }];
  return [{ name: 'cache', duration: cacheTrustedFor, source: 'deployment.cacheTrustedFor' }];
}

/** A token never outlives its session's deadline. */
function accessToken(policy: Policy, run: Run): readonly ExposureTerm[] {
  if (!run.accessTokens) return [];
  const { accessLifetime } = policy.tokens;
  const end = overall(policy);
  const life = { name: 'access token', duration: accessLifetime, source: '/tokens/accessLifetime' };
  return [end.duration < accessLifetime ? end : life, ...verifiers(run)];
}

function verifiers({ accessTokens, verifierLeeway }: Run): readonly ExposureTerm[] {
  if (!accessTokens) return [];
  return [{ name: 'leeway of who verifies', duration: verifierLeeway, source: 'deployment.verifierLeeway' }];
}

function connection({ pushSilence }: Run): readonly ExposureTerm[] {
  return [{ name: 'silent connection', duration: pushSilence, source: 'deployment.pushSilence' }];
}

/** An engine goes by a clock that is behind by as much before it refuses to. */
function clock({ clockLeeway }: Policy): readonly ExposureTerm[] {
  return [{ name: 'clock that is behind', duration: clockLeeway, source: '/clockLeeway' }];
}

/** What an engine takes where nobody says. */
function defaultRecordEvery(policy: Policy): Duration {
  return Math.min(MINUTE, Math.floor((shortestLimit(policy, 'idleTimeout')?.value ?? NEVER) / 10));
}
