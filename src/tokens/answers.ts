import type { Session } from '../core/session.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';

/** A successful answer of the token endpoint (RFC 6749 section 5.1). */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Whole seconds, rounded down. */
  readonly expires_in: number;
  readonly refresh_token: string;
  /** The scope that the tokens have, if the option `claims` gives them one. */
  readonly scope?: string;
}

/** The client gets tokens. */
export interface Granted {
  readonly effect: 'permit';
  /** What to send to the client, with `Cache-Control: no-store`. */
  readonly response: TokenResponse;
  readonly session: Session;
  /** Until when the session stands, if nothing happens before: the access token does not outlive it. */
  readonly until: Instant;
  /** A new generation of refresh token, or the same successor again; `null` for `issue`. */
  readonly refresh: 'rotated' | 'replayed' | null;
}

/** The body of a refusal (RFC 6749 section 5.2), with three members that say more. */
export interface TokenError {
  readonly error: string;
  readonly error_description: string;
  /** Why, in snake_case: `idle_timeout`, `refresh_reused`. */
  readonly code: string;
  /** Whether the session is over for good. Only then is a client to forget what it has. */
  readonly ended: boolean;
  /** Generation of the refresh token that was refused: another one that the client has is not meant. */
  readonly generation?: number;
}

/** The client gets none. */
export interface TokenRefusal {
  /** `superseded`: another request of the same client got its tokens, and they are good. */
  readonly effect: 'deny' | 'challenge' | 'indeterminate' | 'superseded';
  /** The status to answer with: 400, 401, 409, 413, 503. */
  readonly status: number;
  readonly body: TokenError;
  /** What is known of the session; `null` if there is none, or no telling. */
  readonly session: Session | null;
}

/** What an introspection tells (RFC 7662 section 2.2). */
export type Introspection = { readonly active: false } | { readonly active: true; readonly [name: string]: unknown };

/** How far tokens can lag behind the truth. */
export interface TokenExposure {
  /** How long who verifies locally may accept the token of a session that has ended, in milliseconds, at worst. */
  readonly revocation: Duration;
}
