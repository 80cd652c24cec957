import type { Limits, Policy } from '../core/policy.js';
import { limitText, longestLimits, type ReachableLimit, shortestLimit } from '../policy/reachable-limits.js';
import { type Duration, formatDuration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import type { Outcome, Question } from './outcome.js';

const NAMES: Readonly<Record<keyof Limits, string>> = { idleTimeout: 'idle limit', absoluteTimeout: 'absolute limit' };

/** A limit, over everything that sessions can come to. */
export function checkLimit(question: Question<'limit'>): Outcome {
  const { policy, audience, rule } = question;
  const reachable = longestLimits(policy, rule.limit, audience);
  const outcome = rule.most === null ? existence(reachable, rule.limit) : size(question, reachable, rule.most);
  if (rule.isRelatedOnly === undefined) return outcome;
  return { ...outcome, result: 'not_checkable', message: rule.isRelatedOnly, fix: null };
}

function existence(reachable: readonly ReachableLimit[], limit: keyof Limits): Outcome {
  const { value, path } = longestOf(reachable, limit);
  const name = NAMES[limit];
  const common = { path, stated: limitText(value), required: `an ${name} of any length` };
  if (value !== NEVER)
    return { ...common, result: 'met', message: `there is an ${name}, ${limitText(value)} at most`, fix: null };
  return {
    ...common,
    result: 'missed',
    message: `there are sessions without an ${name}`,
    fix: `write ${JSON.stringify(limit)} with the time that you decide on`,
  };
}

function size(
  { policy, audience, rule }: Question<'limit'>,
  reachable: readonly ReachableLimit[],
  most: Duration,
): Outcome {
  const { limit, isReauthenticationEnough = false } = rule;
  const name = NAMES[limit];
  const worst = longestOf(reachable, limit);
  const cap = capOf(policy, limit, longestLimits(policy, 'absoluteTimeout', audience), isReauthenticationEnough);
  const required = `at most ${formatDuration(most)}`;
  const beyond = reachable.filter(({ value }) => value > most);
  if (cap.value <= most && beyond.length > 0) {
    const stated = `${limitText(worst.value)}, cut off at ${limitText(cap.value)} by ${cap.path}`;
    const message = `the ${name} is ${limitText(worst.value)}, but ${cap.path} ends it after ${limitText(cap.value)}`;
    return { result: 'met', path: cap.path, stated, required, message, fix: null };
  }
  if (beyond.length === 0) {
    const message = `the ${name} is ${limitText(worst.value)} at most`;
    return { result: 'met', path: worst.path, stated: limitText(worst.value), required, message, fix: null };
  }
  const others = beyond.slice(1).map(({ value, path }) => `${limitText(value)} at ${path}`);
  const also = others.length === 0 ? '' : `; also ${others.join(', ')}`;
  return {
    result: 'missed',
    path: worst.path,
    stated: `${limitText(worst.value)} at ${worst.path}`,
    required,
    message: `the ${name} can be ${limitText(worst.value)}, where ${formatDuration(most)} is the most${also}`,
    fix: `write ${JSON.stringify(formatDuration(most))} or less at ${beyond.map(({ path }) => path).join(', ')}`,
  };
}

/** What ends a session before its limit does. */
function capOf(
  policy: Policy,
  limit: keyof Limits,
  absolutes: readonly ReachableLimit[],
  isReauthenticationEnough: boolean,
): { readonly value: Duration; readonly path: string } {
  if (limit === 'idleTimeout') return longestOf(absolutes, 'absoluteTimeout');
  const value = isReauthenticationEnough ? policy.reauthentication.after : NEVER;
  return { value, path: '/reauthentication/after' };
}

function longestOf(
  reachable: readonly ReachableLimit[],
  limit: keyof Limits,
): { readonly value: Duration; readonly path: string } {
  return reachable[0] ?? { value: NEVER, path: `/${limit}` };
}

/** What the idle deadline does. */
export function checkOnIdle({ policy, rule }: Question<'on_idle'>): Outcome {
  const required = rule.needs === 'end' ? 'the idle deadline ends the session' : 'the idle deadline ends or locks';
  const common = { path: '/onIdle', stated: policy.onIdle, required };
  const hasIdle = shortestLimit(policy, 'idleTimeout') !== null;
  if (policy.onIdle === 'end' || rule.needs === 'lock' || !hasIdle) {
    const does = policy.onIdle === 'end' ? 'ends the session' : 'locks it until a reauthentication';
    const message = hasIdle ? `the idle deadline ${does}` : 'there is no idle deadline, so nothing is only locked';
    return { ...common, result: 'met', message, fix: null };
  }
  const message = 'the idle deadline only locks, and the session goes on after a reauthentication';
  return { ...common, result: 'missed', message, fix: 'write "onIdle": "end"' };
}

/** Whether there is an end at all. */
export function checkEnds({ policy, audience }: Question<'ends'>): Outcome {
  const idle = longestOf(longestLimits(policy, 'idleTimeout', audience), 'idleTimeout');
  const absolute = longestOf(longestLimits(policy, 'absoluteTimeout', audience), 'absoluteTimeout');
  const endsByIdle = policy.onIdle === 'end' && idle.value !== NEVER;
  const end = endsByIdle && idle.value < absolute.value ? idle : absolute;
  const common = { path: end.path, required: 'every session ends by itself' };
  const stated = limitText(end.value);
  if (end.value !== NEVER)
    return { ...common, result: 'met', stated, message: `every session ends after ${stated} at most`, fix: null };
  const message = 'there are sessions that nothing ends';
  return { ...common, result: 'missed', stated, message, fix: 'write an "absoluteTimeout"' };
}

/** What a reauthentication starts again. */
export function checkResets({ policy }: Question<'resets_both'>): Outcome {
  const { resetsIdle, resetsAbsolute } = policy.reauthentication;
  const resets = [...(resetsIdle ? ['idle'] : []), ...(resetsAbsolute ? ['absolute'] : [])];
  const missing = [
    ...(resetsIdle || shortestLimit(policy, 'idleTimeout') === null ? [] : ['idle']),
    ...(resetsAbsolute || shortestLimit(policy, 'absoluteTimeout') === null ? [] : ['absolute']),
  ];
  const common = {
    path: '/reauthentication/resets',
    stated: JSON.stringify(resets),
    required: 'a reauthentication resets both clocks',
  };
  if (missing.length === 0) {
    return { ...common, result: 'met', message: 'a reauthentication resets every clock that runs', fix: null };
  }
  const message = `a reauthentication does not reset the ${missing.join(' and the ')} clock`;
  return { ...common, result: 'missed', message, fix: 'write "resets": ["idle", "absolute"]' };
}

/** How many sessions one subject may have. */
export function checkSessions({ policy, rule }: Question<'sessions'>): Outcome {
  const { most } = rule;
  const count = policy.concurrency?.maxSessions ?? null;
  const stated = count === null ? 'any number' : `${count}, then ${policy.concurrency?.onExceed}`;
  const required = most === null ? 'a number that was decided on' : `at most ${most} at once`;
  const common = { path: '/concurrency/maxSessions', stated, required };
  if (most === null && count === null) {
    const message = 'no number is set: that can be a decision, but then it has to be written down';
    return { ...common, result: 'not_checkable', message, fix: null };
  }
  if (count !== null && (most === null || count <= most)) {
    return { ...common, result: 'met', message: `one subject has at most ${count} sessions at once`, fix: null };
  }
  const message = `one subject may have ${count ?? 'any number of'} sessions at once, where ${most} is the most`;
  return { ...common, result: 'missed', message, fix: `write "concurrency": { "maxSessions": ${most} }` };
}
