import type { SessionEvent } from '../../src/core/event.js';
import type { AssuranceLevel, Attributes } from '../../src/core/session.js';
import type { Duration } from '../../src/time/duration.js';
import type { Instant } from '../../src/time/instant.js';

/** What can be put on the timeline. */
export const KINDS = [
  'user',
  'background',
  'hidden',
  'operation',
  'signal',
  'reauthentication',
  'address',
  'logout',
] as const;

export type Kind = (typeof KINDS)[number];

/** One event on the timeline. */
export interface Mark {
  /** Unique on its timeline; never shown. */
  readonly id: number;
  /** Milliseconds since the login. */
  readonly at: Duration;
  readonly kind: Kind;
  /** The operation, the signal, the level or the address, by kind; `''` for a kind that needs none. */
  readonly value: string;
}

/** A login and what follows it. */
export interface Scenario {
  /** When the person logs in. */
  readonly start: Instant;
  /** How much time is drawn. */
  readonly span: Duration;
  /** IANA time zone of the axis. It decides nothing: the engine knows instants alone. */
  readonly zone: string;
  readonly ip: string;
  readonly assuranceLevel: AssuranceLevel;
  readonly attributes: Attributes;
  readonly marks: readonly Mark[];
}

/** What a kind is called, and what its value means. */
export interface KindWords {
  readonly name: string;
  /** One letter or sign for the button on the timeline. */
  readonly sign: string;
  /** The label of the value; `null` where the kind has none. */
  readonly value: string | null;
  readonly example: string;
}

export const WORDS: Readonly<Record<Kind, KindWords>> = {
  user: { name: 'Request by a person', sign: 'P', value: null, example: '' },
  background: { name: 'Background poll', sign: 'B', value: null, example: '' },
  hidden: { name: 'Hidden poll', sign: 'H', value: null, example: '' },
  operation: { name: 'Operation', sign: 'O', value: 'Operation', example: 'payment:create' },
  signal: { name: 'Risk signal', sign: 'S', value: 'Signal', example: 'device_changed' },
  reauthentication: { name: 'Reauthentication', sign: 'R', value: 'Level', example: 'aal2' },
  address: { name: 'Other address', sign: 'A', value: 'Address', example: '198.51.100.7' },
  logout: { name: 'Logout', sign: 'L', value: null, example: '' },
};

/** What the engine is told. */
export function eventOf({ start, ip }: Scenario, { at, kind, value }: Mark): SessionEvent {
  const instant = start + at;
  const context = { ip };
  switch (kind) {
    case 'user':
      return { type: 'access', at: instant, activity: 'user', context };
    case 'background':
      return { type: 'access', at: instant, activity: 'background', context };
    case 'hidden':
      return { type: 'access', at: instant, activity: 'background', attention: 'hidden', context };
    case 'operation':
      return { type: 'access', at: instant, activity: 'user', operation: value, context };
    case 'signal':
      return { type: 'signal', at: instant, signal: value };
    case 'reauthentication':
      return { type: 'reauthenticated', at: instant, assuranceLevel: levelOf(value), context };
    case 'address':
      return { type: 'access', at: instant, activity: 'user', context: { ip: value } };
    case 'logout':
      return { type: 'revoked', at: instant, code: 'logout' };
  }
}

function levelOf(value: string): AssuranceLevel {
  return value === 'aal2' || value === 'aal3' ? value : 'aal1';
}

/** What a mark is called, for people. */
export function nameOf({ kind, value }: Mark): string {
  return value === '' ? WORDS[kind].name : `${WORDS[kind].name}: ${value}`;
}

/** The marks in the order in which they happen; of two at once, the one that was put there first. */
export function inOrder(marks: readonly Mark[]): Mark[] {
  return [...marks].sort((one, other) => one.at - other.at || one.id - other.id);
}
