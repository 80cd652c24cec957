import type { Threshold } from '../../core/detection.js';
import { ASSURANCE_LEVELS } from '../../core/levels.js';
import type { Limits, Operation, Policy } from '../../core/policy.js';
import type { AssuranceLevel } from '../../core/session.js';
import type { Duration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';

/** What a layer says of an operation that it does not name: it asks for nothing, and holds nothing off. */
const UNNAMED: Operation = { authenticatedWithin: NEVER, assuranceLevel: null, lease: 0 };

type Scalars = Omit<Policy, 'id' | 'fingerprint' | 'networks' | 'conditions' | 'risk' | 'rules' | 'warnBefore'>;

/** The strictest of every part of a policy that is one value. The innermost policy is the last. */
export function strictestOf(policies: readonly Policy[]): Omit<Scalars, 'recordEvery'> {
  const least = (read: (policy: Policy) => Duration) => Math.min(...policies.map(read));
  const all = (read: (policy: Policy) => boolean) => policies.every(read);
  return {
    limits: leastLimits(policies.map(({ limits }) => limits)),
    onIdle: all(({ onIdle }) => onIdle === 'lock') ? 'lock' : 'end',
    clockLeeway: least(({ clockLeeway }) => clockLeeway),
    staleFor: least(({ staleFor }) => staleFor),
    reauthentication: {
      after: least(({ reauthentication }) => reauthentication.after),
      resetsIdle: all(({ reauthentication }) => reauthentication.resetsIdle),
      resetsAbsolute: all(({ reauthentication }) => reauthentication.resetsAbsolute),
    },
    operations: strictestOperations(policies),
    requestable: leastLimits(policies.map(({ requestable }) => requestable)),
    tokens: {
      accessLifetime: least(({ tokens }) => tokens.accessLifetime),
      refreshGrace: least(({ tokens }) => tokens.refreshGrace),
    },
    concurrency: fewestSessions(policies),
    activityFrom: fewestApplications(policies),
    detection: {
      reuse: soonest(policies.map(({ detection }) => detection.reuse)),
      sharedDevice: soonest(policies.map(({ detection }) => detection.sharedDevice)),
      useAfterEnd: soonest(policies.map(({ detection }) => detection.useAfterEnd)),
    },
  };
}

/** What a policy says of an operation. */
export function operationIn({ operations }: Policy, name: string): Operation {
  return Object.hasOwn(operations, name) ? (operations[name] as Operation) : UNNAMED;
}

/** The names of all operations that any of the policies knows. */
export function operationNames(policies: readonly Policy[]): readonly string[] {
  return [...new Set(policies.flatMap(({ operations }) => Object.keys(operations)))].sort();
}

function leastLimits(limits: readonly Limits[]): Limits {
  return {
    idleTimeout: Math.min(...limits.map(({ idleTimeout }) => idleTimeout)),
    absoluteTimeout: Math.min(...limits.map(({ absoluteTimeout }) => absoluteTimeout)),
  };
}

function strictestOperations(policies: readonly Policy[]): Policy['operations'] {
  return Object.fromEntries(
    operationNames(policies).map((name) => {
      const all = policies.map((policy) => operationIn(policy, name));
      return [
        name,
        {
          authenticatedWithin: Math.min(...all.map(({ authenticatedWithin }) => authenticatedWithin)),
          assuranceLevel: strongest(all.map(({ assuranceLevel }) => assuranceLevel)),
          lease: Math.min(...all.map(({ lease }) => lease)),
        },
      ];
    }),
  );
}

function strongest(levels: readonly (AssuranceLevel | null)[]): AssuranceLevel | null {
  return [...ASSURANCE_LEVELS].reverse().find((level) => levels.includes(level)) ?? null;
}

/** Who is not named by every layer keeps nothing alive. */
function fewestApplications(policies: readonly Policy[]): readonly string[] {
  const [first, ...others] = policies.map(({ activityFrom }) => activityFrom);
  return (first ?? []).filter((id) => others.every((other) => other.includes(id)));
}

/** Finds whatever any of them finds. */
function soonest(thresholds: readonly (Threshold | null)[]): Threshold | null {
  const stated = thresholds.filter((threshold) => threshold !== null);
  if (stated.length === 0) return null;
  return {
    atLeast: Math.min(...stated.map(({ atLeast }) => atLeast)),
    within: Math.max(...stated.map(({ within }) => within)),
  };
}

/** On a tie the innermost: to end the oldest session and to refuse the newest are both strict, each its own way. */
function fewestSessions(policies: readonly Policy[]): Policy['concurrency'] {
  return policies.reduce<Policy['concurrency']>((fewest, { concurrency }) => {
    if (fewest === null || concurrency === null) return fewest ?? concurrency;
    return fewest.maxSessions < concurrency.maxSessions ? fewest : concurrency;
  }, null);
}
