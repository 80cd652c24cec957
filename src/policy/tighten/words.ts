import type { Json } from '../../core/rule.js';
import { formatDuration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';
import type { Layer } from './layers.js';
import type { Scope } from './scope.js';

/** A value as a document would write it. */
export function asWritten(path: string, value: Json): string {
  if (typeof value === 'number')
    return /\/(?:maxSessions|atLeast)$/.test(path) ? String(value) : durationAsWritten(value);
  if (value === null) return /^\/(?:idle|absolute)Timeout$/.test(path) ? 'unlimited' : 'not set';
  return typeof value === 'string' ? `\`${value}\`` : JSON.stringify(value);
}

/** A duration as a document would write it. */
export function durationAsWritten(duration: number): string {
  return duration >= NEVER ? 'unlimited' : formatDuration(duration);
}

/** Where a scope applies, in words. */
export function scopeInWords({ attributes, networks, attention }: Scope): string {
  const parts = [
    ...(attributes ?? []).map(({ name, values }) => `${name} is ${values.join(' or ')}`),
    ...(networks === null ? [] : [`the network is ${networks.map(({ name }) => name).join(' or ')}`]),
    ...(attention === null ? [] : [`the screen is ${attention}`]),
  ];
  return parts.join(' and ');
}

/** What to call a ceiling in a sentence about a policy: two policies of one id would read as one. */
export function ceilingInWords([ceiling, policy]: readonly Layer[]): string {
  const name = `\`${ceiling?.name}\``;
  return ceiling?.policy.id === policy?.policy.id ? `the ceiling ${name}` : name;
}
