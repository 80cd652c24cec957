import { type Duration, formatDuration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';
import type { Relation } from './comparison.js';

const UNITS: Readonly<Record<string, string>> = { d: 'd', h: 'h', m: 'min', s: 's', ms: 'ms' };

/** A duration in a sentence: `1 h 30 min`. */
export function spoken(duration: Duration): string {
  const parts = formatDuration(duration).matchAll(/(\d+)(ms|[a-z])/g);
  return [...parts].map(([, count, unit]) => `${count} ${UNITS[unit as string]}`).join(' ');
}

/** A duration as a document writes it. */
export function written(duration: Duration): string {
  return duration === NEVER ? 'unlimited' : formatDuration(duration);
}

/** `The idle limit for role admin rises from 10 min to 30 min.` */
export function movedLimit(subject: string, before: Duration, after: Duration, unless = ''): string {
  if (before === NEVER) return `${subject} is ${spoken(after)}${unless}; there was none.`;
  if (after === NEVER) return `${subject} is gone${unless}; it was ${spoken(before)}.`;
  const way = after > before ? 'rises' : 'falls';
  return `${subject} ${way} from ${spoken(before)} to ${spoken(after)}${unless}.`;
}

/** `a, b and c`. */
export function listed(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** Whether somebody may be let in now who was not. */
export function mayLoosen(relation: Relation): boolean {
  return relation === 'looser' || relation === 'incomparable';
}
