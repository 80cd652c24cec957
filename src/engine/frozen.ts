import type { Attributes } from '../core/session.js';
import { isAttributes } from '../core/usable.js';

/**
 * What nobody can change any more. The sessions in answers are the ones that the engine goes by: an application that
 * notes something down in one must not raise a privilege by it.
 */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** Attributes of the engine's own: the caller's may change once the call is over. What is none is left for a judge. */
export function ownAttributes(attributes: Attributes): Attributes {
  if (!isAttributes(attributes)) return attributes;
  const own = Object.entries(attributes).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]);
  return frozen(Object.fromEntries(own));
}
