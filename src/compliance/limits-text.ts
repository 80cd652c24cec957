import { pointerStep } from '../core/pointer.js';
import type { Condition, Policy, RiskRule } from '../core/policy.js';
import type { ComparisonSignal } from '../core/reason.js';
import { limitText } from '../policy/reachable-limits.js';
import { formatDuration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import { plainText } from './markdown.js';

type Row = readonly string[];

/** Every limit of a policy, for whom it is, and where it is written. */
export function limitRows(policy: Policy): readonly Row[] {
  const { limits, reauthentication, requestable } = policy;
  const { after, resetsIdle, resetsAbsolute } = reauthentication;
  const resets = [...(resetsIdle ? ['idle'] : []), ...(resetsAbsolute ? ['absolute'] : [])].join(' and ') || 'nothing';
  const asked = (['idleTimeout', 'absoluteTimeout'] as const)
    .filter((name) => requestable[name] > limits[name])
    .map((name) => [
      nameOf(name),
      limitText(requestable[name]),
      'who asks for it at the login',
      `/requestable/${name}`,
    ]);
  return [
    ['idle', limitText(limits.idleTimeout), 'everybody', '/idleTimeout'],
    ['absolute', limitText(limits.absoluteTimeout), 'everybody', '/absoluteTimeout'],
    [
      'at the idle deadline',
      policy.onIdle === 'end' ? 'ends' : 'locks until a reauthentication',
      'everybody',
      '/onIdle',
    ],
    [
      'warning',
      policy.warnBefore === 0 ? 'none' : `${formatDuration(policy.warnBefore)} before`,
      'everybody',
      '/warnBefore',
    ],
    ['reauthentication after', limitText(after), 'everybody', '/reauthentication/after'],
    ['a reauthentication resets', resets, 'everybody', '/reauthentication/resets'],
    ...applicationRows(policy),
    ...policy.conditions.flatMap(conditionRows),
    ...asked,
    ...policy.risk.flatMap(riskLimitRows),
  ];
}

/** Whose activity counts decides how long an idle limit really is: ASVS 7.1.3 wants it written down. */
function applicationRows({ activityFrom }: Policy): readonly Row[] {
  if (activityFrom.length === 0) return [];
  const names = activityFrom.map(plainText).join(', ');
  return [['kept alive by activity in', names, 'everybody', '/singleSignOn/activityFrom']];
}

function nameOf(name: 'idleTimeout' | 'absoluteTimeout'): string {
  return name === 'idleTimeout' ? 'idle' : 'absolute';
}

function conditionRows(condition: Condition): readonly Row[] {
  return (['idleTimeout', 'absoluteTimeout'] as const)
    .filter((name) => condition[name] !== NEVER)
    .map((name) => {
      const value = `${limitText(condition[name])}${condition.relax ? ' instead' : ' at most'}`;
      return [nameOf(name), value, whoMatches(condition), `${condition.source}/${name}`];
    });
}

function riskLimitRows(rule: RiskRule): readonly Row[] {
  return (['idleTimeout', 'absoluteTimeout'] as const)
    .filter((name) => rule[name] !== NEVER)
    .map((name) => {
      const who = `while \`${rule.signal}\` applies`;
      return [nameOf(name), `${limitText(rule[name])} at most`, who, `${rule.source}/then/tighten/${name}`];
    });
}

/** In words, whom a condition is about. */
export function whoMatches({ when }: Condition): string {
  const attributes = (when.attributes ?? []).map(
    ({ name, values }) => `${plainText(name)} ${values.map((value) => plainText(String(value))).join(' or ')}`,
  );
  const networks = when.networks === null ? [] : [`network ${when.networks.join(' or ')}`];
  const attention = when.attention === null ? [] : [when.attention === 'locked' ? 'screen locked' : 'page hidden'];
  return [...attributes, ...networks, ...attention].join(', ');
}

/** What named operations ask for. */
export function operationRows({ operations }: Policy): readonly Row[] {
  return Object.entries(operations).map(([name, { authenticatedWithin, assuranceLevel, lease }]) => [
    `\`${name}\``,
    authenticatedWithin === NEVER ? 'any age' : `within ${formatDuration(authenticatedWithin)}`,
    assuranceLevel ?? 'any level',
    lease === 0 ? 'none' : formatDuration(lease),
    `/operations/${pointerStep(name)}`,
  ]);
}

const KEPT: Readonly<Record<ComparisonSignal, string>> = {
  ip_changed: 'the address at the login, and the last one',
  network_changed: 'the address at the login, and the last one',
  device_changed: 'the device id at the login, and the last one',
  user_agent_changed: 'the user agent at the login, and the last one',
  country_changed: 'the country at the login, and the last one',
  impossible_travel: 'the last location, with its instant',
};

/** The signals in use: what each makes the policy do, and what is kept for it. */
export function signalRows({ risk }: Policy): readonly Row[] {
  return risk.map(({ signal, atLeast, response, assuranceLevel, source }) => {
    const kept = Object.hasOwn(KEPT, signal) ? KEPT[signal as ComparisonSignal] : 'its level and instant, as reported';
    const does = assuranceLevel === null ? response : `${response} for ${assuranceLevel}`;
    return [`\`${signal}\``, atLeast, does, kept, source];
  });
}
