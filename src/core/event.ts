import type { Instant } from '../time/instant.js';
import type { Activity, AssuranceLevel, Attention, Attributes, Context, RiskLevel } from './session.js';

/** A request of the session's holder. */
export interface AccessEvent<Operation extends string = string> {
  readonly type: 'access';
  readonly at: Instant;
  /** Only `user` moves the idle deadline or opens a lease. */
  readonly activity: Activity;
  /** What is being done; the policy's `operations` may ask for more. One that the policy does not name is denied. */
  readonly operation?: Operation;
  readonly context?: Context;
  readonly attention?: Attention;
}

/** A leased operation is over: the idle deadline counts from the last activity again. */
export interface OperationFinishedEvent<Operation extends string = string> {
  readonly type: 'operation_finished';
  readonly at: Instant;
  readonly operation: Operation;
}

/** Something reported about the session's safety. May be of any age. */
export interface SignalEvent {
  readonly type: 'signal';
  readonly at: Instant;
  /** snake_case, as in the policy's `risk`. */
  readonly signal: string;
  /** Default `high`. */
  readonly level?: RiskLevel;
}

/** The person proved who they are again. */
export interface ReauthenticatedEvent {
  readonly type: 'reauthenticated';
  readonly at: Instant;
  readonly assuranceLevel: AssuranceLevel;
  readonly context?: Context;
}

/** A client presented its refresh token. Always background. */
export interface TokenRefreshedEvent {
  readonly type: 'token_refreshed';
  readonly at: Instant;
  /** The generation of the token that was presented. */
  readonly generation: number;
  readonly context?: Context;
}

/** The application's facts about the subject changed; they replace the old ones as a whole. */
export interface AttributesChangedEvent {
  readonly type: 'attributes_changed';
  readonly at: Instant;
  readonly attributes: Attributes;
}

/** Somebody ended the session on purpose. May be of any age. */
export interface RevokedEvent {
  readonly type: 'revoked';
  readonly at: Instant;
  /** Why, in snake_case: `logout`, `account_disabled`, `concurrency_limit`. */
  readonly code: string;
  /** Who. Not kept in the session; for the record of the decision. */
  readonly by?: string;
}

/** What happened, and when. Time enters the engine here and nowhere else. */
export type SessionEvent<Operation extends string = string> =
  | AccessEvent<Operation>
  | OperationFinishedEvent<Operation>
  | SignalEvent
  | ReauthenticatedEvent
  | TokenRefreshedEvent
  | AttributesChangedEvent
  | RevokedEvent;
