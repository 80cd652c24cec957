import type { SessionEvent } from '../../src/core/event.js';
import { ASSURANCE_LEVELS } from '../../src/core/levels.js';
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
  'refresh',
  'attributes',
  'finished',
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
  /** The operation, the signal, the level, the address and so on, by kind; `''` for a kind that needs none. */
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
  /** The only values that it may have; any text where there are none. */
  readonly choices?: readonly string[];
}

/** Refresh tokens as a client may present them: the one that it has, or one that was replaced before. */
const TOKENS = ['current', 'replaced'] as const;

export const WORDS: Readonly<Record<Kind, KindWords>> = {
  user: { name: 'Request by a person', sign: 'P', value: null, example: '' },
  background: { name: 'Background poll', sign: 'B', value: null, example: '' },
  hidden: { name: 'Hidden poll', sign: 'H', value: null, example: '' },
  operation: { name: 'Operation', sign: 'O', value: 'Operation', example: 'payment:create' },
  signal: { name: 'Risk signal', sign: 'S', value: 'Signal', example: 'device_changed' },
  reauthentication: { name: 'Reauthentication', sign: 'R', value: 'Level', example: 'aal2', choices: ASSURANCE_LEVELS },
  address: { name: 'Other address', sign: 'A', value: 'Address', example: '198.51.100.7' },
  refresh: { name: 'Token refresh', sign: 'T', value: 'Refresh token', example: 'current', choices: TOKENS },
  attributes: { name: 'Attributes change', sign: 'C', value: 'All attributes', example: 'role=admin' },
  finished: { name: 'End of an operation', sign: 'E', value: 'Operation', example: 'payment:create' },
  logout: { name: 'Logout', sign: 'L', value: null, example: '' },
};

/** What the engine is told; `generation` is that of the session's refresh token. */
export function eventOf({ start, ip }: Scenario, { at, kind, value }: Mark, generation: number): SessionEvent {
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
    case 'refresh':
      return { type: 'token_refreshed', at: instant, generation: presented(value, generation), context };
    case 'attributes':
      return { type: 'attributes_changed', at: instant, attributes: attributesOf(value) };
    case 'finished':
      return { type: 'operation_finished', at: instant, operation: value };
    case 'logout':
      return { type: 'revoked', at: instant, code: 'logout' };
  }
}

function levelOf(value: string): AssuranceLevel {
  return value === 'aal2' || value === 'aal3' ? value : 'aal1';
}

function presented(value: string, generation: number): number {
  return value === 'replaced' ? Math.max(0, generation - 1) : generation;
}

/** `role=admin, site=hq` as attributes; what is no pair is left out. */
function attributesOf(value: string): Attributes {
  const pairs = value.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  return Object.fromEntries(pairs.flatMap(([name = '', text]) => (isName(name) && text ? [[name, text]] : [])));
}

function isName(name: string): boolean {
  return name !== '' && name !== '__proto__';
}

/** What a mark is called, for people. */
export function nameOf({ kind, value }: Mark): string {
  return value === '' ? WORDS[kind].name : `${WORDS[kind].name}: ${value}`;
}

/** The marks in the order in which they happen; of two at once, the one that was put there first. */
export function inOrder(marks: readonly Mark[]): Mark[] {
  return [...marks].sort((one, other) => one.at - other.at || one.id - other.id);
}
