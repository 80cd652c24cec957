import type { Operation, Policy, RiskRule } from '../../core/policy.js';
import type { Duration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';

/** A policy that is at least as strict, made of the compiled one; the numbers choose how much. */
export function tightened(policy: Policy, choices: readonly number[]): Policy {
  let position = 0;
  const choose = (): number => choices[position++ % choices.length] ?? 0;
  const { limits, requestable, reauthentication, tokens } = policy;
  const onIdle = policy.onIdle === 'end' || choose() % 2 === 0 ? 'end' : 'lock';
  const idleTimeout = shorter(limits.idleTimeout, choose());
  return {
    ...policy,
    fingerprint: `${policy.fingerprint}-tighter`,
    limits: { idleTimeout, absoluteTimeout: shorter(limits.absoluteTimeout, choose()) },
    requestable: {
      idleTimeout: shorter(requestable.idleTimeout, choose()),
      absoluteTimeout: shorter(requestable.absoluteTimeout, choose()),
    },
    onIdle,
    reauthentication: {
      after: shorter(reauthentication.after, choose()),
      resetsIdle: reauthentication.resetsIdle && (onIdle === 'lock' || choose() % 2 === 0),
      resetsAbsolute: reauthentication.resetsAbsolute && choose() % 2 === 0,
    },
    conditions: tightenedConditions(policy, choose),
    operations: Object.fromEntries(
      Object.entries(policy.operations).map(([name, operation]) => [name, tightenedOperation(operation, choose())]),
    ),
    risk: policy.risk.map((rule) => tightenedRisk(rule, choose())),
    tokens: { ...tokens, refreshGrace: shorter(tokens.refreshGrace, choose()) },
  };
}

/** A part of a length; of none at all, a long one. Every third choice leaves it. */
function shorter(duration: Duration, choice: number): Duration {
  if (duration === 0 || choice % 3 === 0) return duration;
  if (duration === NEVER) return choice % 3 === 1 ? NEVER : 900_000;
  return Math.max(1, Math.floor((duration * (1 + (choice % 7))) / 8));
}

function tightenedConditions({ conditions }: Policy, choose: () => number): Policy['conditions'] {
  const kept = conditions.map((condition) => ({
    ...condition,
    idleTimeout: shorter(condition.idleTimeout, choose()),
    absoluteTimeout: condition.relax ? NEVER : shorter(condition.absoluteTimeout, choose()),
  }));
  const everywhere = { attributes: null, networks: null, attention: null };
  const added = { when: everywhere, idleTimeout: NEVER, absoluteTimeout: NEVER, relax: false, source: 'added' };
  const more: Policy['conditions'] = [
    { ...added, when: { ...everywhere, attention: 'hidden' }, idleTimeout: 90_000 },
    { ...added, absoluteTimeout: 1_500_000 },
  ];
  return [...kept, ...more.filter(() => choose() % 4 === 0)];
}

const LEVELS = ['aal1', 'aal2', 'aal3'] as const;

function tightenedOperation({ authenticatedWithin, assuranceLevel, lease }: Operation, choice: number): Operation {
  const rank = assuranceLevel === null ? -1 : LEVELS.indexOf(assuranceLevel);
  return {
    authenticatedWithin: shorter(authenticatedWithin, choice),
    assuranceLevel: choice % 2 === 0 ? assuranceLevel : (LEVELS[Math.min(2, rank + 1)] ?? null),
    lease: shorter(lease, choice + 1),
  };
}

/**
 * Only what is stricter in each single decision: a `challenge` in place of a `tighten` would lose the idle timeout that
 * the tighter limit brings, and `end` in place of a challenge for a level is lifted by a weaker proof.
 */
function tightenedRisk(rule: RiskRule, choice: number): RiskRule {
  const next = { ...rule, atLeast: choice % 5 === 0 ? ('low' as const) : rule.atLeast };
  const isPlain = rule.response === 'observe' || (rule.response === 'challenge' && rule.assuranceLevel === null);
  if (rule.response === 'tighten') return { ...next, idleTimeout: shorter(rule.idleTimeout, choice) };
  if (isPlain && choice % 3 === 1) return { ...next, response: 'end' };
  if (isPlain && choice % 3 === 2) return { ...next, response: 'challenge', assuranceLevel: 'aal2' };
  return next;
}
