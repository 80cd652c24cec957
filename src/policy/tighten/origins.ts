import { pointerStep } from '../../core/pointer.js';
import type { Policy, RiskRule } from '../../core/policy.js';
import type { Json } from '../../core/rule.js';
import { NEVER } from '../../time/instant.js';
import type { Combination } from './combine.js';
import type { Layer, Statement } from './layers.js';
import { operationIn, operationNames } from './strictest.js';

/** Who said what about one limit, and whose word is in force. */
export interface LimitOrigin {
  /** JSON pointer, as into a document of the tightened policy: `/idleTimeout`, `/operations/pay/lease`. */
  readonly path: string;
  /** What is in force. Durations in milliseconds. */
  readonly value: Json;
  /** What each layer says, the widest first; `null` where it says nothing. */
  readonly stated: readonly Statement[];
  /** The ids of those who say what is in force; none where nobody says just that: cut to fit, or made of several. */
  readonly bindingIs: readonly string[];
}

type Read = (policy: Policy) => Json;

const length = (duration: number): Json => (duration >= NEVER ? null : duration);

const SCALARS: readonly (readonly [path: string, read: Read])[] = [
  ['/idleTimeout', ({ limits }) => length(limits.idleTimeout)],
  ['/absoluteTimeout', ({ limits }) => length(limits.absoluteTimeout)],
  ['/onIdle', ({ onIdle }) => onIdle],
  ['/warnBefore', ({ warnBefore }) => (warnBefore === 0 ? null : warnBefore)],
  ['/clockLeeway', ({ clockLeeway }) => clockLeeway],
  ['/recordEvery', ({ recordEvery }) => recordEvery],
  ['/staleFor', ({ staleFor }) => staleFor],
  ['/reauthentication/after', ({ reauthentication }) => length(reauthentication.after)],
  ['/reauthentication/resets', resetsOf],
  ['/tokens/accessLifetime', ({ tokens }) => tokens.accessLifetime],
  ['/tokens/refreshGrace', ({ tokens }) => tokens.refreshGrace],
  ['/concurrency/maxSessions', ({ concurrency }) => concurrency?.maxSessions ?? null],
  ['/concurrency/onExceed', ({ concurrency }) => concurrency?.onExceed ?? null],
  ['/singleSignOn/activityFrom', ({ activityFrom }) => (activityFrom.length === 0 ? null : activityFrom)],
  ...(['reuse', 'sharedDevice', 'useAfterEnd'] as const).flatMap(thresholdReads),
];

function thresholdReads(kind: keyof Policy['detection']): readonly (readonly [path: string, read: Read])[] {
  return [
    [`/detection/${kind}/atLeast`, ({ detection }) => detection[kind]?.atLeast ?? null],
    [`/detection/${kind}/within`, ({ detection }) => detection[kind]?.within ?? null],
  ];
}

/** Every limit in force, with its origin. */
export function originsOf(combination: Combination): readonly LimitOrigin[] {
  const { policy, layers } = combination;
  const scalars = [...SCALARS, ...requestableReads(layers), ...operationReads(policy)];
  return [
    ...scalars.flatMap(([path, read]) => scalarOrigin(path, read, policy, layers)),
    ...conditionOrigins(combination),
    ...combination.risks.flatMap(({ rule, by }, index) => riskOrigins(rule, by, `/risk/${index}`, layers)),
    ...combination.rules.map(({ rule, by }, index) => origin(`/rules/${index}`, rule.id, said(layers, by, rule.id))),
  ];
}

/** What a risk rule does, as a document writes it. */
export function responseOf({ response, assuranceLevel, idleTimeout, absoluteTimeout }: RiskRule): Json {
  if (response === 'tighten') {
    const tighten = {
      ...(idleTimeout < NEVER && { idleTimeout }),
      ...(absoluteTimeout < NEVER && { absoluteTimeout }),
    };
    return { tighten };
  }
  return assuranceLevel === null ? response : { challenge: { assuranceLevel } };
}

function resetsOf({ reauthentication: { resetsIdle, resetsAbsolute } }: Policy): Json {
  return [...(resetsIdle ? ['idle'] : []), ...(resetsAbsolute ? ['absolute'] : [])];
}

/** Only where more may be asked for than the limit itself: a policy always lets one ask for that. */
function requestableReads(layers: readonly Layer[]): readonly (readonly [string, Read])[] {
  return (['idleTimeout', 'absoluteTimeout'] as const)
    .filter((name) => layers.some(({ policy }) => policy.requestable[name] > policy.limits[name]))
    .map((name) => [`/requestable/${name}`, ({ requestable }) => length(requestable[name])] as const);
}

function operationReads(policy: Policy): readonly (readonly [string, Read])[] {
  return operationNames([policy]).flatMap((name) => {
    const path = `/operations/${pointerStep(name)}`;
    return [
      [`${path}/authenticatedWithin`, (one) => length(operationIn(one, name).authenticatedWithin)],
      [`${path}/assuranceLevel`, (one) => operationIn(one, name).assuranceLevel],
      [`${path}/lease`, (one) => operationIn(one, name).lease],
    ] as const satisfies readonly (readonly [string, Read])[];
  });
}

function scalarOrigin(path: string, read: Read, policy: Policy, layers: readonly Layer[]): readonly LimitOrigin[] {
  const stated = layers.map((layer) => ({ by: layer.name, value: read(layer.policy) }));
  if (stated.every(({ value }) => value === null || (value === 0 && path.endsWith('/lease')))) return [];
  return [origin(path, read(policy), stated)];
}

function conditionOrigins({ tightenings, idle, layers }: Combination): readonly LimitOrigin[] {
  const strict = tightenings.flatMap((one, index) =>
    (['idleTimeout', 'absoluteTimeout'] as const)
      .filter((name) => one[name] < NEVER)
      .map((name) => origin(`/conditions/${index}/${name}`, one[name], said(layers, one.by, one[name]))),
  );
  const lenient = idle.relaxations.map(({ idleTimeout, stated }, index) => {
    const saidBy = (name: string) => stated.find(({ by }) => by === name)?.value as number;
    const shown = layers.map(({ name }) => ({ by: name, value: length(saidBy(name)) }));
    return origin(`/conditions/${tightenings.length + index}/idleTimeout`, idleTimeout, shown);
  });
  return [...strict, ...lenient];
}

function riskOrigins(
  rule: RiskRule,
  by: readonly string[],
  path: string,
  layers: readonly Layer[],
): readonly LimitOrigin[] {
  const then = responseOf(rule);
  const ofSignal = (layer: Layer) => layer.policy.risk.filter(({ signal }) => signal === rule.signal);
  const missing = layers.map((layer) => ({
    by: layer.name,
    value: ofSignal(layer).some(({ missingIsChanged }) => missingIsChanged) ? 'changed' : null,
  }));
  const speeds = layers.map((layer) => ({ by: layer.name, value: ofSignal(layer)[0]?.fasterThan ?? null }));
  return [
    origin(`${path}/then`, then, said(layers, by, then)),
    ...(rule.missingIsChanged ? [origin(`${path}/missing`, 'changed', missing)] : []),
    ...(rule.signal === 'impossible_travel' ? [origin(`${path}/fasterThan`, rule.fasterThan, speeds)] : []),
  ];
}

function said(layers: readonly Layer[], by: readonly string[], value: Json): readonly Statement[] {
  return layers.map(({ name }) => ({ by: name, value: by.includes(name) ? value : null }));
}

function origin(path: string, value: Json, stated: readonly Statement[]): LimitOrigin {
  const bindingIs = stated.filter((one) => JSON.stringify(one.value) === JSON.stringify(value)).map(({ by }) => by);
  return { path, value, stated, bindingIs };
}
