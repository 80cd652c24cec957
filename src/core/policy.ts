import type { Duration } from '../time/duration.js';
import type { Detection } from './detection.js';
import type { Rule } from './rule.js';
import type { AssuranceLevel, OnIdle, RiskLevel } from './session.js';

/** The two limits that conditions, requests and risk rules can move. `NEVER` where there is none. */
export interface Limits {
  readonly idleTimeout: Duration;
  readonly absoluteTimeout: Duration;
}

/** An address range: the first `bits` bits of eight 16-bit groups (IPv4 as its v4-mapped IPv6 address). */
export interface AddressRange {
  readonly groups: readonly number[];
  readonly bits: number;
}

/** A named network. */
export interface Network {
  readonly name: string;
  readonly ranges: readonly AddressRange[];
}

/** Limits for some sessions or requests: they only tighten, unless `relax` lets the idle limit be longer. */
export interface Condition {
  readonly when: {
    /** Every key must match; a key matches when the session's value is in its list. `null`: not asked. */
    readonly attributes:
      | readonly { readonly name: string; readonly values: readonly (string | number | boolean)[] }[]
      | null;
    /** Any of these networks. `null`: not asked. */
    readonly networks: readonly string[] | null;
    /** `hidden` is matched by a locked screen too. `null`: not asked. */
    readonly attention: 'hidden' | 'locked' | null;
  };
  readonly idleTimeout: Duration;
  readonly absoluteTimeout: Duration;
  readonly relax: boolean;
  /** JSON pointer to where the document says so; no part of what the policy means. */
  readonly source: string;
}

/** What an operation asks for. */
export interface Operation {
  /** How old the proof may be; `NEVER`: any age. */
  readonly authenticatedWithin: Duration;
  readonly assuranceLevel: AssuranceLevel | null;
  /** How long it may hold the idle deadline off; 0: not at all. */
  readonly lease: Duration;
}

/** What is done about a signal. */
export interface RiskRule {
  readonly signal: string;
  readonly atLeast: RiskLevel;
  readonly response: 'observe' | 'tighten' | 'challenge' | 'end';
  /** For `challenge`: the level that lifts it; `null`: any. */
  readonly assuranceLevel: AssuranceLevel | null;
  /** For `tighten`; `NEVER` otherwise. */
  readonly idleTimeout: Duration;
  readonly absoluteTimeout: Duration;
  /** Whether a field that the login stated and the request does not counts as changed. */
  readonly missingIsChanged: boolean;
  /** For `impossible_travel`, in km/h. */
  readonly fasterThan: number;
  /** JSON pointer to where the document says so; no part of what the policy means. */
  readonly source: string;
}

/**
 * A policy, ready to decide: the document with every default resolved and every duration in milliseconds.
 *
 * Made by `definePolicy` from a document, or by a module that `curfew compile` wrote. Plain frozen data, but for your
 * own rules.
 */
export interface Policy<OperationName extends string = string> {
  readonly id: string;
  /** Hash of what the policy means: equal for documents that mean the same. */
  readonly fingerprint: string;
  readonly limits: Limits;
  readonly onIdle: OnIdle;
  readonly warnBefore: Duration;
  readonly clockLeeway: Duration;
  /** How rarely an engine may record activity; `null` leaves it to the engine. */
  readonly recordEvery: Duration | null;
  /** For how long an engine may go on permitting from memory when its store does not answer; 0: not at all. */
  readonly staleFor: Duration;
  readonly reauthentication: {
    readonly after: Duration;
    readonly resetsIdle: boolean;
    readonly resetsAbsolute: boolean;
  };
  readonly networks: readonly Network[];
  readonly conditions: readonly Condition[];
  readonly operations: { readonly [Name in OperationName]: Operation };
  readonly risk: readonly RiskRule[];
  /** What a client may ask for at most; the policy's own limits where nothing more may be asked for. */
  readonly requestable: Limits;
  readonly tokens: { readonly accessLifetime: Duration; readonly refreshGrace: Duration };
  readonly concurrency: { readonly maxSessions: number; readonly onExceed: 'endOldest' | 'refuse' } | null;
  /** Ids of application policies whose users' activity is activity of this session, too: single sign-on. */
  readonly activityFrom: readonly string[];
  readonly detection: Detection;
  /** Your own rules; they run after the built-in ones. */
  readonly rules: readonly Rule[];
}
