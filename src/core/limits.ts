import { NEVER } from '../time/instant.js';
import { sharesName } from './networks.js';
import type { Condition, Limits, Policy } from './policy.js';
import type { Attention, Attributes, KnownContext, Requested } from './session.js';
import type { ActiveRisk } from './signals.js';

type AskedAttributes = NonNullable<Condition['when']['attributes']>;

/** What conditions look at. */
export interface Surroundings {
  readonly attributes: Attributes;
  readonly context: KnownContext;
  readonly attention: Attention;
}

/** The limits in force, and whether the client had asked for more than it may. */
export interface EffectiveLimits extends Limits {
  readonly isClamped?: boolean;
}

/** The idle and absolute limit for these facts: the strictest that apply, a relaxation replacing the base first. */
export function limitsOf(
  policy: Policy,
  surroundings: Surroundings,
  requested: Requested | null,
  risks: readonly ActiveRisk[],
): EffectiveLimits {
  const { conditions, limits } = policy;
  if (conditions.length === 0 && requested === null && risks.length === 0) return limits;

  let idleTimeout = NEVER;
  let absoluteTimeout = NEVER;
  let relaxedIdle = NEVER;
  for (let index = 0; index < conditions.length; index++) {
    const condition = conditions[index] as Condition;
    if (!matches(condition, surroundings)) continue;
    if (condition.relax) relaxedIdle = Math.min(relaxedIdle, condition.idleTimeout);
    else {
      idleTimeout = Math.min(idleTimeout, condition.idleTimeout);
      absoluteTimeout = Math.min(absoluteTimeout, condition.absoluteTimeout);
    }
  }
  for (const { rule } of risks) {
    idleTimeout = Math.min(idleTimeout, rule.idleTimeout);
    absoluteTimeout = Math.min(absoluteTimeout, rule.absoluteTimeout);
  }
  const idleBase = relaxedIdle === NEVER ? limits.idleTimeout : relaxedIdle;
  const idleMost = Math.max(idleBase, policy.requestable.idleTimeout);
  const absoluteMost = Math.max(limits.absoluteTimeout, policy.requestable.absoluteTimeout);
  const idleAsked = requested?.idleTimeout ?? idleBase;
  const absoluteAsked = requested?.absoluteTimeout ?? limits.absoluteTimeout;
  return {
    idleTimeout: Math.min(idleTimeout, idleAsked, idleMost),
    absoluteTimeout: Math.min(absoluteTimeout, absoluteAsked, absoluteMost),
    isClamped: idleAsked > idleMost || absoluteAsked > absoluteMost,
  };
}

/** Whether all that a condition names is so. */
export function matches({ when }: Condition, { attention, context, attributes }: Surroundings): boolean {
  if (when.attention !== null && !isInattentive(attention, when.attention)) return false;
  if (when.networks !== null && !sharesName(when.networks, context.networks)) return false;
  return when.attributes === null || hasAttributes(attributes, when.attributes);
}

/** A locked screen is a hidden one too. */
function isInattentive(attention: Attention, asked: 'hidden' | 'locked'): boolean {
  return attention === 'locked' || attention === asked;
}

function hasAttributes(attributes: Attributes, asked: AskedAttributes): boolean {
  for (let index = 0; index < asked.length; index++) {
    const { name, values } = asked[index] as AskedAttributes[number];
    if (!hasAttribute(attributes, name, values)) return false;
  }
  return true;
}

function hasAttribute(attributes: Attributes, name: string, values: readonly unknown[]): boolean {
  if (!Object.hasOwn(attributes, name)) return false;
  const value = attributes[name];
  return Array.isArray(value) ? value.some((one) => values.includes(one)) : values.includes(value);
}
