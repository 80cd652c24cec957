import { limitsOf, matches, type Surroundings } from '../core/limits.js';
import { pointerStep } from '../core/pointer.js';
import type { Condition, Limits, Policy, RiskRule } from '../core/policy.js';
import type { Attributes, Requested } from '../core/session.js';
import { type Duration, formatDuration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import { surroundingsMatching } from './surroundings.js';

/** A limit that some session can have, and how it comes to it. */
export interface ReachableLimit {
  /** Milliseconds; `NEVER` where there is none. */
  readonly value: Duration;
  /** JSON pointer to what sets it. */
  readonly path: string;
  /** A session that has it. */
  readonly surroundings: Surroundings;
  readonly requested: Requested | null;
}

const ASKS_FOR_ALL: Requested = { idleTimeout: NEVER, absoluteTimeout: NEVER };

/**
 * The longest limits that sessions of an audience can have, the longest first, each with the place that sets it: by the
 * policy itself, by each relaxation, by what a client may ask for and, for the idle limit, by each lease. What only
 * tightens is not among them, unless the whole audience has it.
 *
 * @throws an error with code `policy_too_large`, see `surroundingsMatching`.
 */
export function longestLimits(
  policy: Policy,
  name: keyof Limits,
  audience: Attributes = {},
): readonly ReachableLimit[] {
  const relaxations = name === 'idleTimeout' ? policy.conditions.filter(({ relax }) => relax) : [];
  const plain = surroundingsMatching(policy, [], audience);
  const relaxed = relaxations.flatMap((condition) => surroundingsMatching(policy, [condition], audience));
  const limits = [...plain, ...relaxed].flatMap((surroundings) => [
    limitIn(policy, name, { surroundings, requested: null, risks: [] }),
    limitIn(policy, name, { surroundings, requested: ASKS_FOR_ALL, risks: [] }),
  ]);
  const leases = name === 'idleTimeout' ? leasesOf(policy, plain) : [];
  return longestByPath([...limits, ...leases]);
}

/** A session in the eyes of the limits. */
export interface Circumstances {
  readonly surroundings: Surroundings;
  readonly requested: Requested | null;
  /** Rules whose signal was raised. */
  readonly risks: readonly RiskRule[];
}

/** A limit in some circumstances, with the place that sets it. */
export function limitIn(policy: Policy, name: keyof Limits, circumstances: Circumstances): ReachableLimit {
  const { surroundings, requested, risks } = circumstances;
  const raised = risks.map((rule) => ({ rule, since: 0 }));
  const value = limitsOf(policy, surroundings, requested, raised)[name];
  return { value, path: sourceOf(policy, name, circumstances, value), surroundings, requested };
}

function sourceOf(policy: Policy, name: keyof Limits, { surroundings, risks }: Circumstances, value: Duration): string {
  const sets = (condition: Condition) => condition[name] === value && matches(condition, surroundings);
  const setBy = policy.conditions.find((one) => !one.relax && sets(one)) ?? policy.conditions.find(sets);
  if (setBy !== undefined && value !== NEVER) return `${setBy.source}/${name}`;
  const rule = risks.find((one) => one[name] === value && value !== NEVER);
  if (rule !== undefined) return `${rule.source}/then/tighten/${name}`;
  return value === policy.limits[name] ? `/${name}` : `/requestable/${name}`;
}

/** A lease holds the idle deadline off, so that it is an idle limit of its own while its operation runs. */
function leasesOf(policy: Policy, plain: readonly Surroundings[]): readonly ReachableLimit[] {
  const [surroundings] = plain;
  if (surroundings === undefined) return [];
  return Object.entries(policy.operations)
    .filter(([, { lease }]) => lease > 0)
    .map(([name, { lease }]) => {
      return { value: lease, path: `/operations/${pointerStep(name)}/lease`, surroundings, requested: null };
    });
}

function longestByPath(limits: readonly ReachableLimit[]): readonly ReachableLimit[] {
  const sorted = [...limits].sort((a, b) => b.value - a.value);
  const first = new Map<string, ReachableLimit>();
  for (const limit of sorted) if (!first.has(limit.path)) first.set(limit.path, limit);
  return [...first.values()];
}

/** The shortest value that a limit can take, and where it is written; `null` where there is none at all. */
export function shortestLimit(
  policy: Policy,
  name: keyof Limits,
): { readonly value: Duration; readonly path: string } | null {
  const written = [
    { value: policy.limits[name], path: `/${name}` },
    ...policy.conditions.map((one) => ({ value: one[name], path: `${one.source}/${name}` })),
    ...policy.risk.map((one) => ({ value: one[name], path: `${one.source}/then/tighten/${name}` })),
  ];
  const shortest = written.reduce((a, b) => (b.value < a.value ? b : a));
  return shortest.value === NEVER ? null : shortest;
}

/** A limit in words: `15m`, or `no limit`. */
export function limitText(value: Duration): string {
  return value === NEVER ? 'no limit' : formatDuration(value);
}
