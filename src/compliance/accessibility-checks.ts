import type { Condition, Limits, Policy, RiskRule } from '../core/policy.js';
import type { Attributes, Requested } from '../core/session.js';
import { limitIn, limitText, type ReachableLimit, shortestLimit } from '../policy/reachable-limits.js';
import { surroundingsMatching } from '../policy/surroundings.js';
import { type Duration, formatDuration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import type { Outcome, Question } from './outcome.js';

/** Whether there is time to react before a limit. */
export function checkWarning({ policy, rule }: Question<'warning'>): Outcome {
  const { least, exemptAbove = NEVER } = rule;
  const { warnBefore } = policy;
  const limits = [shortestLimit(policy, 'idleTimeout'), shortestLimit(policy, 'absoluteTimeout')];
  const short = limits.flatMap((limit) => (limit !== null && limit.value <= exemptAbove ? [limit] : []));
  const required = `a warning at least ${formatDuration(least)} before the end`;
  const common = { path: '/warnBefore', stated: formatDuration(warnBefore), required };
  if (short.length === 0) {
    const message = 'no limit is so short that somebody has to be warned';
    return { ...common, result: 'met', message, fix: null };
  }
  if (warnBefore >= least) {
    return { ...common, result: 'met', message: `people are warned ${formatDuration(warnBefore)} before`, fix: null };
  }
  const cramped = short.filter(({ value }) => value < least).map(({ path }) => path);
  const room = cramped.length === 0 ? '' : `, and make room for it at ${cramped.join(', ')}`;
  const message =
    warnBefore === 0 ? 'nobody is warned' : `a warning of ${formatDuration(warnBefore)} leaves too little time`;
  return { ...common, result: 'missed', message, fix: `write "warnBefore": "${formatDuration(least)}" or more${room}` };
}

/** An idle and an absolute limit that a session has at the same time. */
interface Pair {
  readonly idle: ReachableLimit;
  readonly absolute: ReachableLimit;
}

/** Whether somebody can extend the idle limit often enough before the absolute limit ends it all. */
export function checkExtensions({ policy, audience, rule }: Question<'extensions'>): Outcome {
  const needed = rule.count + 1;
  const isShort = ({ idle, absolute }: Pair) => idle.value < absolute.value && idle.value <= rule.exemptAbove;
  const pairs = pairsOf(policy, audience, isShort);
  const worst = pairs.reduce<Pair | null>((a, b) => (a === null || ratio(b) < ratio(a) ? b : a), null);
  const required = `room for ${rule.count} extensions: absolute at least ${needed} times idle`;
  if (worst === null) {
    const message = 'no idle limit has to be extended';
    return { result: 'met', path: '/idleTimeout', stated: 'no idle limit', required, message, fix: null };
  }
  const { idle, absolute } = worst;
  const stated = `${limitText(absolute.value)} at ${absolute.path} for ${limitText(idle.value)} at ${idle.path}`;
  const times = absolute.value === NEVER ? 'any number of' : Math.max(0, Math.floor(ratio(worst)) - 1);
  const common = { path: idle.path, stated, required };
  const message = `${times} extensions of ${limitText(idle.value)} fit before the absolute limit`;
  if (ratio(worst) >= needed) return { ...common, result: 'met', message, fix: null };
  const longer = formatDuration(idle.value * needed);
  const shorter = formatDuration(Math.floor(absolute.value / needed));
  const either = `write "${longer}" or more at ${absolute.path}, or "${shorter}" or less at ${idle.path}`;
  const fix = `${either}, or record why the limit is essential`;
  return { ...common, result: 'missed', message, fix };
}

function ratio({ idle, absolute }: Pair): number {
  return absolute.value === NEVER ? Number.POSITIVE_INFINITY : absolute.value / idle.value;
}

const ASKS_FOR_IDLE: Requested = { idleTimeout: NEVER };

/** Conditions and risk rules that apply together. */
interface Together {
  readonly conditions: readonly Condition[];
  readonly risks: readonly RiskRule[];
}

const ALONE: Together = { conditions: [], risks: [] };

/**
 * The short pairs among which the tightest is. One condition or risk rule sets the absolute limit, the least of those
 * that apply; the idle limit is then the longest if at most one relaxation applies besides. Where that is not short
 * enough to count, something else that tightens it has to be tried as well.
 */
function pairsOf(policy: Policy, audience: Attributes, isShort: (pair: Pair) => boolean): readonly Pair[] {
  const relaxations = [[], ...policy.conditions.filter(({ relax }) => relax).map((one) => [one])];
  const bases = relaxations.flatMap((relaxation) =>
    tightenings(policy, 'absoluteTimeout').map(({ conditions, risks }) => ({
      conditions: [...relaxation, ...conditions],
      risks,
    })),
  );
  return bases.flatMap((base) => {
    const pairs = pairsUnder(policy, audience, base);
    if (pairs.every(isShort)) return pairs;
    const tighter = tightenings(policy, 'idleTimeout').map(({ conditions, risks }) => ({
      conditions: [...base.conditions, ...conditions],
      risks: [...base.risks, ...risks],
    }));
    return [...pairs, ...tighter.flatMap((one) => pairsUnder(policy, audience, one))].filter(isShort);
  });
}

/** Nothing, or one condition or risk rule that tightens a limit. */
function tightenings(policy: Policy, name: keyof Limits): readonly Together[] {
  const conditions = policy.conditions.filter((one) => !one.relax && one[name] !== NEVER);
  const rules = policy.risk.filter((one) => one[name] !== NEVER);
  return [
    ALONE,
    ...conditions.map((one) => ({ conditions: [one], risks: [] })),
    ...rules.map((one) => ({ conditions: [], risks: [one] })),
  ];
}

function pairsUnder(policy: Policy, audience: Attributes, { conditions, risks }: Together): readonly Pair[] {
  return surroundingsMatching(policy, conditions, audience).flatMap((surroundings) =>
    [null, ASKS_FOR_IDLE].map((requested) => ({
      idle: limitIn(policy, 'idleTimeout', { surroundings, requested, risks }),
      absolute: limitIn(policy, 'absoluteTimeout', { surroundings, requested, risks }),
    })),
  );
}

/** Whether the absolute limit, a time limit like any other, is long or can be renewed. */
export function checkRenewable({ policy, rule }: Question<'renewable'>): Outcome {
  const { least, exemptAbove } = rule;
  const shortest = shortestLimit(policy, 'absoluteTimeout');
  const required = `longer than ${formatDuration(exemptAbove)}, or renewed by a reauthentication after a warning`;
  const path = shortest?.path ?? '/absoluteTimeout';
  const stated = limitText(shortest?.value ?? NEVER);
  const common = { path, stated, required };
  if (shortest === null || shortest.value > exemptAbove) {
    return { ...common, result: 'met', message: `the absolute limit is ${stated}`, fix: null };
  }
  if (policy.reauthentication.resetsAbsolute && policy.warnBefore >= least) {
    const message = 'a reauthentication renews the absolute limit, after a warning';
    return { ...common, result: 'met', message, fix: null };
  }
  const message = `after ${stated} the session ends, and nobody can prevent it`;
  return { ...common, result: 'missed', message, fix: renewing(policy, least) };
}

function renewing(policy: Policy, least: Duration): string {
  const warning = policy.warnBefore >= least ? '' : ` and "warnBefore": "${formatDuration(least)}" or more`;
  return `record why the limit is essential, or write "resets": ["idle", "absolute"]${warning}`;
}
