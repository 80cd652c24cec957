import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import type { ReasonCode } from './reason.js';

/** Strength of an authentication, as NIST SP 800-63B names it. */
export type AssuranceLevel = 'aal1' | 'aal2' | 'aal3';

/** How dangerous a reported signal is, as CAEP `risk-level-change` names it. */
export type RiskLevel = 'low' | 'medium' | 'high';

/** Whether a person did it (`user`) or a program on its own (`background`: a poll, a refresh, a socket ping). */
export type Activity = 'user' | 'background';

/** What the client says of its screen. It can only tighten: `visible` lifts nothing. */
export type Attention = 'visible' | 'hidden' | 'locked';

/** What happens when the idle deadline passes: the session ends, or it locks until reauthentication. */
export type OnIdle = 'end' | 'lock';

/** A place on Earth in degrees. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Where a request comes from. A field that is left out is "not stated": what was known before stays, and it is not a
 * mismatch (unless the risk rule of that signal says `missing: 'changed'`).
 */
export interface Context {
  /** IPv4 or IPv6 address, without a port. */
  readonly ip?: string;
  readonly deviceId?: string;
  readonly userAgent?: string;
  /** ISO 3166 country code. */
  readonly country?: string;
  readonly location?: Location;
}

/** A place, and when it was stated. */
export interface KnownLocation extends Location {
  readonly at: Instant;
}

/** A context as a session keeps it: `null` where nothing was stated, and with the networks that the address lies in. */
export interface KnownContext {
  readonly ip: string | null;
  readonly deviceId: string | null;
  readonly userAgent: string | null;
  readonly country: string | null;
  readonly location: KnownLocation | null;
  /** Names of the policy's networks that contain `ip`. */
  readonly networks: readonly string[];
}

/** What the application says of the subject, for conditions: a role, a plan, a sensitivity. */
export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** When each level of a signal was last raised. Instants merge by `max`, so the order of arrival does not matter. */
export type SignalLevels = Readonly<Partial<Record<RiskLevel, Instant>>>;

/** Raised signals by name. */
export type Signals = Readonly<Record<string, SignalLevels>>;

/** The instant of the latest authentication at each level or above; `null` where there was none. */
export type Proofs = Readonly<Record<AssuranceLevel, Instant | null>>;

/** Limits that a client asked for at the start; clamped at each decision to what the policy lets it ask for. */
export interface Requested {
  readonly idleTimeout?: Duration;
  readonly absoluteTimeout?: Duration;
}

/**
 * The earliest deadlines that the policies in force have set, one per clock. Each verdict uses the earlier of the stamp
 * and what today's policy derives from the facts; so a loosened policy never revives a session.
 */
export interface Stamps {
  readonly idle: Instant;
  readonly absolute: Instant;
  readonly reauthentication: Instant;
  /** `end` beats `lock` if either the stamp or today's policy says so. */
  readonly onIdle: OnIdle;
}

/** A declared long operation that holds the idle deadline off, never the absolute one. */
export interface Lease {
  readonly operation: string;
  readonly from: Instant;
  /** The earliest end that the policies in force have given it. */
  readonly until: Instant;
}

/** Where the rotation of the refresh token stands. */
export interface Refresh {
  /** The generation that is current; 0 at the start. */
  readonly generation: number;
  /** When it became current by rotation; `null` for generation 0. */
  readonly rotatedAt: Instant | null;
}

/** Why and when a session ended. Written once, never changed. */
export interface Ended {
  readonly code: ReasonCode;
  /** The deadline that passed, or the instant of the event that ended it. */
  readonly since: Instant;
  /** The instant at which that was decided. */
  readonly at: Instant;
}

/** What a candidate policy would have made of the session; see `evaluateWithCandidate`. */
export interface CandidateState {
  /** Fingerprint of the candidate. */
  readonly policy: string;
  readonly stamps: Stamps;
  readonly lease: Lease | null;
  readonly signals: Signals | null;
  /** The first end that it would have decided. */
  readonly ended: Ended | null;
}

/**
 * A session: plain JSON, facts only. Deadlines are derived from it by a policy at each decision, so that a tightened
 * policy reaches every live session at once.
 */
export interface Session {
  /** Stable for the session's whole life, and not a secret: it is not what the client presents. */
  readonly id: string;
  /** Whom the session is about: a person, a device, a job. */
  readonly subject: string;
  /** Starts the absolute timeout. Never moves. */
  readonly createdAt: Instant;
  /** Moves on a newer reauthentication only. */
  readonly authenticatedAt: Instant;
  readonly proofs: Proofs;
  /** Moves on user activity and on a reauthentication that resets idle; never backwards. */
  readonly lastActivityAt: Instant;
  /** The latest `at` of an event that changed another fact. */
  readonly recordedAt: Instant;
  /** The context of the login or the last reauthentication: comparisons use it. */
  readonly bound: KnownContext;
  /** The context of the last permitted request: conditions use it. */
  readonly context: KnownContext;
  readonly attributes: Attributes;
  /** When they were last stated: an older report changes nothing. */
  readonly attributesAt: Instant;
  /** `null` until a signal is raised. */
  readonly signals: Signals | null;
  readonly requested: Requested | null;
  readonly stamps: Stamps;
  readonly lease: Lease | null;
  readonly refresh: Refresh;
  /** Fingerprint of the policy that decided the last recorded event. */
  readonly policy: string;
  readonly candidate: CandidateState | null;
  /** Absorbing: once set, no event, policy or clock clears it. */
  readonly ended: Ended | null;
}
