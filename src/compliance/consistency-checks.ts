import { pointerStep } from '../core/pointer.js';
import type { Policy } from '../core/policy.js';
import { limitText, longestLimits, shortestLimit } from '../policy/reachable-limits.js';
import { type Duration, formatDuration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import type { Outcome, Question } from './outcome.js';

/** Something that a policy says in vain, or against itself. */
interface Complaint {
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

const MINUTE = 60_000;

type About = Question<'consistent'>['rule']['about'];

const REQUIRED: Readonly<Record<About, string>> = {
  warning: 'a warning that comes, and not for most of the time',
  leeway: 'a leeway below half of every idle limit',
  record_every: 'activity is recorded twice or more in every idle limit',
  stale_for: 'an outage is bridged for less than every idle limit',
  nesting: 'every limit can be reached',
  units: 'limits in which a person can do something',
};

const CHECKS: Readonly<Record<About, (policy: Policy) => readonly Complaint[]>> = {
  warning: warningComplaints,
  leeway: (policy) => marginComplaints(policy, 'clockLeeway', 'an event that is so old is still taken for one of now'),
  record_every: (policy) => marginComplaints(policy, 'recordEvery', 'a crash ends sessions early by as much'),
  stale_for: staleComplaints,
  nesting: nestingComplaints,
  units: unitComplaints,
};

/** Whether a policy's figures fit one another. What `definePolicy` refuses is not asked again. */
export function checkConsistent({ policy, rule }: Question<'consistent'>): Outcome {
  const complaints = CHECKS[rule.about](policy);
  const [first] = complaints;
  const required = REQUIRED[rule.about];
  if (first === undefined) {
    return { result: 'met', path: null, stated: 'it does', required, message: 'nothing speaks against it', fix: null };
  }
  return {
    result: 'missed',
    path: first.path,
    stated: complaints.map(({ path }) => path).join(', '),
    required,
    message: complaints.map(({ path, message }) => `${path}: ${message}`).join('; '),
    fix: complaints.map(({ path, fix }) => `${path}: ${fix}`).join('; '),
  };
}

/** Shorter than anybody takes over a form: a number that was meant in other units. */
const UNUSABLE = 10_000;

function unitComplaints({ limits }: Policy): readonly Complaint[] {
  return (['idleTimeout', 'absoluteTimeout'] as const)
    .filter((name) => limits[name] < UNUSABLE)
    .map((name) => ({
      path: `/${name}`,
      message: `nobody can use a session of ${formatDuration(limits[name])}, and a plain number is milliseconds`,
      fix: `write the unit, such as "${limits[name]}m"`,
    }));
}

function warningComplaints(policy: Policy): readonly Complaint[] {
  const path = '/warnBefore';
  const limits = [shortestLimit(policy, 'idleTimeout'), shortestLimit(policy, 'absoluteTimeout')];
  const [shortest] = limits.flatMap((one) => (one === null ? [] : [one])).sort((a, b) => a.value - b.value);
  if (shortest === undefined) return [];
  const useful = formatDuration(Math.min(2 * MINUTE, Math.floor(shortest.value / 2)));
  if (policy.warnBefore === 0) return [{ path, message: 'nobody is warned', fix: `write "${useful}"` }];
  if (policy.warnBefore * 2 <= shortest.value) return [];
  const most = formatDuration(Math.floor(shortest.value / 2));
  const message = `the warning is there for most of ${formatDuration(shortest.value)}, the limit at ${shortest.path}`;
  return [{ path, message, fix: `write "${most}" or less` }];
}

function marginComplaints(policy: Policy, key: 'clockLeeway' | 'recordEvery', why: string): readonly Complaint[] {
  const shortest = shortestLimit(policy, 'idleTimeout');
  const margin = policy[key] ?? 0;
  if (shortest === null || margin * 2 <= shortest.value) return [];
  const most = formatDuration(Math.floor(shortest.value / 2));
  const half = `half of ${formatDuration(shortest.value)}, the limit at ${shortest.path}`;
  const message = `${formatDuration(margin)} is more than ${half}: ${why}`;
  return [{ path: `/${key}`, message, fix: `write "${most}" or less` }];
}

function staleComplaints(policy: Policy): readonly Complaint[] {
  const shortest = shortestLimit(policy, 'idleTimeout');
  if (shortest === null || policy.staleFor < shortest.value) return [];
  const limit = `${formatDuration(shortest.value)}, the limit at ${shortest.path}`;
  const message = `an end elsewhere can go unseen for longer than ${limit}`;
  return [{ path: '/staleFor', message, fix: `write less than "${formatDuration(shortest.value)}"` }];
}

/** Limits within limits: what is written and can never bind. */
function nestingComplaints(policy: Policy): readonly Complaint[] {
  return [
    ...conditionComplaints(policy),
    ...proofComplaints(policy),
    ...leaseComplaints(policy),
    ...graceComplaints(policy),
  ];
}

function conditionComplaints(policy: Policy): readonly Complaint[] {
  const longest = (name: 'idleTimeout' | 'absoluteTimeout') =>
    longestLimits(policy, name).find(({ path }) => !path.endsWith('/lease'))?.value ?? NEVER;
  const most = { idleTimeout: longest('idleTimeout'), absoluteTimeout: longest('absoluteTimeout') };
  return policy.conditions.flatMap(({ source, relax, idleTimeout, absoluteTimeout }) => {
    const complaints: Complaint[] = [];
    const add = (name: string, message: string, fix: string) =>
      complaints.push({ path: `${source}/${name}`, message, fix });
    if (relax && idleTimeout < policy.limits.idleTimeout) {
      add(
        'idleTimeout',
        `a relaxation to less than ${limitText(policy.limits.idleTimeout)} tightens`,
        'leave relax out',
      );
    }
    for (const [name, value] of [
      ['idleTimeout', idleTimeout],
      ['absoluteTimeout', absoluteTimeout],
    ] as const) {
      if (relax || value === NEVER || value < most[name]) continue;
      add(name, `it never tightens: the longest there is, is ${limitText(most[name])}`, 'write less, or leave it out');
    }
    const end: Duration = Math.min(absoluteTimeout, most.absoluteTimeout);
    if (idleTimeout !== NEVER && idleTimeout > end) {
      add('idleTimeout', `it cannot be reached: the session ends after ${limitText(end)}`, 'write less');
    }
    return complaints;
  });
}

function proofComplaints(policy: Policy): readonly Complaint[] {
  const { after } = policy.reauthentication;
  if (after === NEVER) return [];
  const path = '/reauthentication/after';
  const end = longestLimits(policy, 'absoluteTimeout')[0]?.value ?? NEVER;
  const never = `it never comes due: the session ends after ${limitText(end)}`;
  const due = after < end ? [] : [{ path, message: never, fix: 'write less, or leave it out' }];
  const vain = Object.entries(policy.operations)
    .filter(([, one]) => one.assuranceLevel === null && one.authenticatedWithin !== NEVER)
    .filter(([, { authenticatedWithin }]) => authenticatedWithin >= after)
    .map(([name]) => ({
      path: `/operations/${pointerStep(name)}/authenticatedWithin`,
      message: `it asks nothing: every request needs an authentication within ${limitText(after)}`,
      fix: 'write less, or leave it out',
    }));
  return [...due, ...vain];
}

function leaseComplaints(policy: Policy): readonly Complaint[] {
  const idle = shortestLimit(policy, 'idleTimeout')?.value ?? NEVER;
  const end = longestLimits(policy, 'absoluteTimeout')[0]?.value ?? NEVER;
  return Object.entries(policy.operations).flatMap(([name, { lease }]) => {
    const path = `/operations/${pointerStep(name)}/lease`;
    if (lease === 0) return [];
    if (lease <= idle)
      return [{ path, message: 'it holds nothing off: no idle limit is shorter', fix: 'leave it out' }];
    if (lease <= end) return [];
    return [{ path, message: `the session ends before it, after ${limitText(end)}`, fix: 'write less' }];
  });
}

function graceComplaints({ tokens }: Policy): readonly Complaint[] {
  if (tokens.refreshGrace < tokens.accessLifetime) return [];
  const message = 'a replaced refresh token is good for as long as the access token that came with it';
  return [{ path: '/tokens/refreshGrace', message, fix: `write less than "${formatDuration(tokens.accessLifetime)}"` }];
}
